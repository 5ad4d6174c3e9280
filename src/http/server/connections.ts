import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Server as TcpServer, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { detectHttpVersion } from "./detect-http-version.ts";
import { Http1Pipelining } from "./http1-pipelining.ts";
import { Http2Sessions } from "./http2-sessions.ts";
import {
  type ConnectionLimits,
  FIELD_OVERHEAD,
  FIRST_BYTES_MS,
  MAX_HEADERS_LENGTH,
  MAX_URL_LENGTH,
  type UnreadLimits,
} from "./limits.ts";
import { send } from "./send.ts";
import { Unread } from "./unread.ts";
import { toOriginForm } from "./target.ts";
import type { HttpRequest, HttpResponse, Handler } from "../types.ts";

/** What a server does with its connections. */
interface ConnectionOptions {
  readonly handler: Handler;
  readonly isUnary: (path: string) => boolean;
  readonly front: (handler: Handler) => Handler;
  readonly limits: ConnectionLimits;
  readonly unread: UnreadLimits;
}

/**
 * Accepts the connections of a server, and drains them. Those that speak HTTP/2 go to a second
 * server of node. README.md has the states of a connection.
 */
export class Connections {
  readonly #server: Server;
  readonly #http1: Http1Pipelining;
  readonly #http2: Http2Sessions;
  readonly #unread: Unread;
  readonly #handler: Handler;
  readonly #lingerMs: number;
  readonly #sockets = new Set<Socket>();
  /** The connections whose first bytes have not arrived yet. */
  readonly #silent = new Set<Socket>();
  /** The answers over HTTP/1.1 that are not finished. */
  readonly #answers = new Set<ServerResponse>();
  #draining = false;
  /** Whether idle connections are kept open, so that a request on its way is still answered. */
  #lingering = true;

  constructor(server: Server, { handler, isUnary, front, limits, unread }: ConnectionOptions) {
    server.timeout = limits.idleMs;
    this.#lingerMs = limits.lingerMs;
    this.#server = server;
    this.#unread = new Unread(unread);
    this.#handler = this.#unread.gate(
      front((request, response) => answer(request, response, handler)),
    );
    this.#http1 = new Http1Pipelining(server, limits.headersMs);
    this.#http2 = new Http2Sessions(this.#handler, limits, isUnary);
    // An expectation other than `100-continue` is ignored, RFC 9110 section 10.1.1. Without a
    // listener, node would answer 417.
    for (const event of ["request", "checkExpectation"] as const)
      server.on(event, (request, response) => this.#answerHttp1(request, response));
  }

  /** Accepts clear text: the first bytes show the version of HTTP. */
  acceptPlain(): void {
    const toHttp1 = takeListener(this.#server, "connection");
    this.#server.on("connection", (socket: Socket) => {
      this.#addSocket(socket);
      this.#silent.add(socket);
      detectHttpVersion(socket, FIRST_BYTES_MS, (isHttp2) => {
        this.#silent.delete(socket);
        if (isHttp2) this.#http2.take(socket);
        else this.#toHttp1(socket, toHttp1);
      });
    });
  }

  /** Accepts TLS: the handshake (ALPN) shows the version of HTTP. */
  acceptEncrypted(): void {
    const toHttp1 = takeListener(this.#server, "secureConnection");
    this.#server.on("connection", (socket: Socket) => this.#addSocket(socket));
    this.#server.on("secureConnection", (socket: TLSSocket) => {
      this.#addSocket(socket);
      if (socket.alpnProtocol === "h2") this.#http2.take(socket);
      else this.#toHttp1(socket, toHttp1);
    });
  }

  /** Accepts nothing new, waits `graceMs` for open requests, and then closes all connections. */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    // Node's own `close` would cut idle connections at once, while a request may be on its way.
    const closed = new Promise<void>((resolve) =>
      TcpServer.prototype.close.call(this.#server, () => resolve()),
    );
    this.#http2.giveNotice();
    for (const answer of this.#answers) answer.shouldKeepAlive = false;
    const timers = [
      setTimeout(() => this.#sockets.forEach((socket) => socket.destroy()), graceMs),
      setTimeout(() => this.#closeIdle(), Math.min(graceMs, this.#lingerMs)),
    ];
    await closed;
    timers.forEach((timer) => clearTimeout(timer));
    this.#http1.stop();
    this.#http2.stop();
    this.#unread.stop();
    this.#server.close();
  }

  /** Closes idle connections: a request that was on its way has arrived by now. */
  #closeIdle(): void {
    this.#lingering = false;
    this.#http2.close();
    for (const socket of this.#silent) socket.destroy();
    this.#server.close();
  }

  #addSocket(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#silent.delete(socket);
    });
  }

  #toHttp1(socket: Socket, listener: (socket: Socket) => void): void {
    listener(socket);
    this.#http1.take(socket);
  }

  #addAnswer(answer: ServerResponse, socket: Socket): void {
    this.#http1.begun(socket, answer);
    if (this.#draining) answer.shouldKeepAlive = false;
    this.#answers.add(answer);
    answer.on("close", () => {
      this.#answers.delete(answer);
      this.#http1.over(socket);
      // Headers that were sent before the drain have promised to keep the connection alive.
      if (this.#draining && !this.#lingering)
        setImmediate(() => this.#server.closeIdleConnections());
    });
  }

  #answerHttp1(request: IncomingMessage, response: ServerResponse): void {
    this.#addAnswer(response, request.socket);
    // This server upgrades to no other protocol. After an upgrade, node would leave the bytes that
    // follow without an answer.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    void this.#handler(request, response);
  }
}

/** Refuses requests that no handler should see. */
function answer(request: HttpRequest, response: HttpResponse, handler: Handler): unknown {
  if (!("stream" in request) && isAmbiguous(request))
    return send(request, response, { status: 400, headers: { connection: "close" }, body: "" }, {});
  if ("stream" in request && headerListSize(request) > MAX_HEADERS_LENGTH)
    return send(request, response, { status: 431, headers: {}, body: "" }, {});
  if ((request.url ?? "").length > MAX_URL_LENGTH)
    return send(request, response, { status: 414, headers: {}, body: "" }, {});
  toOriginForm(request);
  return handler(request, response);
}

/**
 * Returns what headers come to, RFC 9113 section 6.5.2. Node resets a stream whose headers go on
 * beyond the limit, but takes one whose last header does.
 */
function headerListSize({ rawHeaders }: Pick<IncomingMessage, "rawHeaders">): number {
  let size = rawHeaders.length * (FIELD_OVERHEAD / 2);
  for (const text of rawHeaders) size += text.length;
  return size;
}

/** Whether a proxy may read a request otherwise than node does: RFC 9112 sections 3.2 and 6.1. */
function isAmbiguous({ headers, rawHeaders }: IncomingMessage): boolean {
  const coding = headers["transfer-encoding"];
  if (coding !== undefined && coding.toLowerCase() !== "chunked") return true;
  let hosts = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!;
    if (name.length === 4 && name.toLowerCase() === "host") hosts++;
  }
  return hosts > 1;
}

/** Removes the one listener that node has for an event, so that another one can precede it. */
function takeListener(
  server: Server,
  event: "connection" | "secureConnection",
): (socket: Socket) => void {
  const [listener] = server.listeners(event);
  if (listener === undefined) throw new Error(`node's server has no listener for ${event}`);
  server.removeAllListeners(event);
  return (socket) => void listener.call(server, socket);
}
