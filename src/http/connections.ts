// The connections of a server, from the first byte to the last. It owns which version of HTTP each one speaks and how
// they end, and must not know what requests are about.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { constants, createServer as createHttp2, type Http2Server, type ServerHttp2Session } from "node:http2";
import { Server as TcpServer, type Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { readVersion } from "./first-bytes.ts";
import { FIRST_BYTES_MS, HTTP2_CONTROL_FRAMES, HTTP2_CONTROL_FRAMES_MS, HTTP2_LIMITS, MAX_URL_LENGTH } from "./limits.ts";
import type { HttpRequest } from "./request.ts";
import { send, type HttpResponse } from "./send.ts";
import { writeShutdownNotice } from "./shutdown-notice.ts";
import type { Handler } from "./transcoder.ts";

interface ConnectionOptions {
  readonly front: (handler: Handler) => Handler;
  readonly idleMs: number;
  readonly lingerMs: number;
}

interface Session {
  readonly socket: Socket;
  /** How many it has sent in this half minute. */
  controlFrames: number;
}

/** Takes the connections of an HTTP/1.1 server and gives those of HTTP/2 to a server of their own. */
export class Connections {
  readonly #server: Server;
  readonly #http2: Http2Server;
  readonly #handler: Handler;
  readonly #idleMs: number;
  readonly #lingerMs: number;
  readonly #sockets = new Set<Socket>();
  /** Those that have not said yet which version they speak. */
  readonly #silent = new Set<Socket>();
  readonly #sessions = new Map<ServerHttp2Session, Session>();
  /** Answers of HTTP/1.1 that are under way. */
  readonly #answers = new Set<ServerResponse>();
  readonly #clearing: NodeJS.Timeout;
  #draining = false;
  /** Connections at rest are still open, although the drain has begun. */
  #lingering = true;

  constructor(server: Server, handler: Handler, { front, idleMs, lingerMs }: ConnectionOptions) {
    server.timeout = idleMs;
    this.#idleMs = idleMs;
    this.#lingerMs = lingerMs;
    this.#server = server;
    this.#handler = front((request, response) => answer(request, response, handler));
    this.#http2 = createHttp2(HTTP2_LIMITS);
    this.#http2.on("request", (request, response) => void this.#handler(request, response));
    this.#clearing = setInterval(() => this.#sessions.forEach((session) => (session.controlFrames = 0)), HTTP2_CONTROL_FRAMES_MS).unref();
    // What else a client expects than `100-continue` is ignored, RFC 9110 section 10.1.1; left alone, node would answer it.
    for (const event of ["request", "checkExpectation"] as const) server.on(event, (request, response) => this.#answerHttp1(request, response));
  }

  /** Looks at the first bytes to know the version. */
  acceptPlain(): void {
    const toHttp1 = takeListener(this.#server, "connection");
    this.#server.on("connection", (socket: Socket) => {
      this.#addSocket(socket);
      this.#silent.add(socket);
      readVersion(socket, FIRST_BYTES_MS, (isHttp2) => {
        this.#silent.delete(socket);
        if (isHttp2) this.#toHttp2(socket);
        else toHttp1(socket);
      });
    });
  }

  /** Knows the version from the handshake. */
  acceptEncrypted(): void {
    const toHttp1 = takeListener(this.#server, "secureConnection");
    this.#server.on("connection", (socket: Socket) => this.#addSocket(socket));
    this.#server.on("secureConnection", (socket: TLSSocket) => {
      this.#addSocket(socket);
      if (socket.alpnProtocol === "h2") this.#toHttp2(socket);
      else toHttp1(socket);
    });
  }

  /** Takes nothing new, lets what is under way end for that long, and closes what is left. */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    // Node's own `close` would at once cut connections at rest, on which a request may be on its way.
    const closed = new Promise<void>((resolve) => TcpServer.prototype.close.call(this.#server, () => resolve()));
    for (const session of this.#sessions.keys()) this.#giveNotice(session);
    for (const answer of this.#answers) answer.shouldKeepAlive = false;
    const timers = [setTimeout(() => this.#sockets.forEach((socket) => socket.destroy()), graceMs), setTimeout(() => this.#closeIdle(), Math.min(graceMs, this.#lingerMs))];
    await closed;
    timers.forEach((timer) => clearTimeout(timer));
    clearInterval(this.#clearing);
    this.#server.close();
  }

  /** Whoever has a request on its way has had the time to send it. */
  #closeIdle(): void {
    this.#lingering = false;
    for (const session of this.#sessions.keys()) session.close();
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

  #toHttp2(socket: Socket): void {
    // Before `emit` is back, the session is there.
    this.#http2.once("session", (session) => this.#addSession(session, socket));
    this.#http2.emit("connection", socket);
  }

  #addSession(session: ServerHttp2Session, socket: Socket): void {
    const known = { socket, controlFrames: 0 };
    this.#sessions.set(session, known);
    session.on("ping", () => countFrame(session, known)).on("remoteSettings", () => countFrame(session, known));
    session.on("error", () => session.destroy());
    session.once("close", () => this.#sessions.delete(session));
    // A client that says no more gets the answers that it still waits for.
    socket.once("end", () => session.close());
    // Without streams that is the end; a stream may be silent for longer, and TCP's keep-alive tells when its client is gone.
    session.setTimeout(this.#idleMs, () => session.close());
    if (this.#draining) this.#giveNotice(session);
    if (!this.#lingering) session.close();
  }

  /**
   * Asks a client to open no new streams; where that can't be said, those on their way are refused, and may be sent again.
   * The first frame of a server is SETTINGS: until they are acknowledged, that waits.
   */
  #giveNotice(session: ServerHttp2Session): void {
    const socket = this.#sessions.get(session)?.socket;
    if (socket === undefined || session.closed) return;
    if (session.pendingSettingsAck) session.once("localSettings", () => this.#giveNotice(session));
    else if (!writeShutdownNotice(socket)) session.close();
  }

  #addAnswer(answer: ServerResponse): void {
    if (this.#draining) answer.shouldKeepAlive = false;
    this.#answers.add(answer);
    answer.once("close", () => {
      this.#answers.delete(answer);
      // Its headers may have promised more before the drain began.
      if (this.#draining && !this.#lingering) setImmediate(() => this.#server.closeIdleConnections());
    });
  }

  #answerHttp1(request: IncomingMessage, response: ServerResponse): void {
    this.#addAnswer(response);
    // No other protocol is spoken here, and behind such a request node leaves what is no HTTP without an answer.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    void this.#handler(request, response);
  }
}

/** Each of these frames makes the server answer, for nothing; nghttp2 bounds only those answers that nobody reads. */
function countFrame(session: ServerHttp2Session, known: Session): void {
  known.controlFrames++;
  if (known.controlFrames > HTTP2_CONTROL_FRAMES) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
}

/** Refuses what no handler should see. */
function answer(request: HttpRequest, response: HttpResponse, handler: Handler): unknown {
  if (!("stream" in request) && isAmbiguous(request)) return send(request, response, { status: 400, headers: { connection: "close" }, body: "" }, {});
  if ((request.url ?? "").length > MAX_URL_LENGTH) return send(request, response, { status: 414, headers: {}, body: "" }, {});
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

/** Takes the one listener that node itself has put on an event, so that another can stand before it. */
function takeListener(server: Server, event: "connection" | "secureConnection"): (socket: Socket) => void {
  const [listener] = server.listeners(event);
  if (listener === undefined) throw new Error(`node's server listens to no ${event}`);
  server.removeAllListeners(event);
  return (socket) => void listener.call(server, socket);
}
