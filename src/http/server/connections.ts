// The connections of a server, from the first byte to the last. It owns which version of HTTP each
// one speaks and how they end, and must not know what requests are about.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { Server as TcpServer, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { detectHttpVersion } from "./detect-http-version.ts";
import { Http1Pipelining } from "./http1-pipelining.ts";
import { Http2Sessions } from "./http2-sessions.ts";
import {
  type ConnectionLimits,
  FIRST_BYTES_MS,
  MAX_URL_LENGTH,
  type UnreadLimits,
} from "./limits.ts";
import { send } from "./send.ts";
import { Unread } from "./unread.ts";
import type { HttpRequest, HttpResponse, Handler } from "../types.ts";

/** Who answers, what stands before every answer, and how much time and room a connection gets. */
interface ConnectionOptions {
  readonly handler: Handler;
  readonly front: (handler: Handler) => Handler;
  readonly limits: ConnectionLimits;
  readonly unread: UnreadLimits;
}

/**
 * Takes the connections of an HTTP/1.1 server and gives those of HTTP/2 to a server of their own.
 */
export class Connections {
  readonly #server: Server;
  readonly #http1: Http1Pipelining;
  readonly #http2: Http2Sessions;
  readonly #unread: Unread;
  readonly #handler: Handler;
  readonly #lingerMs: number;
  readonly #sockets = new Set<Socket>();
  /** Those that have not said yet which version they speak. */
  readonly #silent = new Set<Socket>();
  /** Answers of HTTP/1.1 that are under way. */
  readonly #answers = new Set<ServerResponse>();
  #draining = false;
  /** Connections at rest are still open, although the drain has begun. */
  #lingering = true;

  constructor(server: Server, { handler, front, limits, unread }: ConnectionOptions) {
    server.timeout = limits.idleMs;
    this.#lingerMs = limits.lingerMs;
    this.#server = server;
    this.#unread = new Unread(unread);
    this.#handler = this.#unread.gate(
      front((request, response) => answer(request, response, handler)),
    );
    this.#http1 = new Http1Pipelining(server);
    this.#http2 = new Http2Sessions(this.#handler, limits);
    // What else a client expects than `100-continue` is ignored, RFC 9110 section 10.1.1; left
    // alone, node would answer it.
    for (const event of ["request", "checkExpectation"] as const)
      server.on(event, (request, response) => this.#answerHttp1(request, response));
  }

  /** Looks at the first bytes to know the version. */
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

  /** Knows the version from the handshake. */
  acceptEncrypted(): void {
    const toHttp1 = takeListener(this.#server, "secureConnection");
    this.#server.on("connection", (socket: Socket) => this.#addSocket(socket));
    this.#server.on("secureConnection", (socket: TLSSocket) => {
      this.#addSocket(socket);
      if (socket.alpnProtocol === "h2") this.#http2.take(socket);
      else this.#toHttp1(socket, toHttp1);
    });
  }

  /** Takes nothing new, lets what is under way end for that long, and closes what is left. */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    // Node's own `close` would at once cut connections at rest, on which a request may be on its
    // way.
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
    this.#http2.stop();
    this.#unread.stop();
    this.#server.close();
  }

  /** Whoever has a request on its way has had the time to send it. */
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
    answer.once("close", () => {
      this.#answers.delete(answer);
      this.#http1.over(socket);
      // Its headers may have promised more before the drain began.
      if (this.#draining && !this.#lingering)
        setImmediate(() => this.#server.closeIdleConnections());
    });
  }

  #answerHttp1(request: IncomingMessage, response: ServerResponse): void {
    this.#addAnswer(response, request.socket);
    // No other protocol is spoken here, and behind such a request node leaves what is no HTTP
    // without an answer.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    void this.#handler(request, response);
  }
}

/** Refuses what no handler should see. */
function answer(request: HttpRequest, response: HttpResponse, handler: Handler): unknown {
  if (!("stream" in request) && isAmbiguous(request))
    return send(request, response, { status: 400, headers: { connection: "close" }, body: "" }, {});
  if ((request.url ?? "").length > MAX_URL_LENGTH)
    return send(request, response, { status: 414, headers: {}, body: "" }, {});
  return handler(request, response);
}

/** What node lets pass and a proxy in front may read otherwise: RFC 9112 sections 3.2 and 6.1. */
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

/**
 * Takes the one listener that node itself has put on an event, so that another can stand before it.
 */
function takeListener(
  server: Server,
  event: "connection" | "secureConnection",
): (socket: Socket) => void {
  const [listener] = server.listeners(event);
  if (listener === undefined) throw new Error(`node's server listens to no ${event}`);
  server.removeAllListeners(event);
  return (socket) => void listener.call(server, socket);
}
