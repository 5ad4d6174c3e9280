// The connections of a server, from the first byte to the last. It owns which version of HTTP each one speaks and how
// they end, and must not know what requests are about.
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { constants, createServer as createHttp2, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import type { TLSSocket } from "node:tls";
import { readVersion } from "./first-bytes.ts";
import { FIRST_BYTES_MS, HTTP2_CONTROL_FRAMES, HTTP2_CONTROL_FRAMES_MS, HTTP2_LIMITS, MAX_URL_LENGTH } from "./limits.ts";
import type { HttpRequest } from "./request.ts";
import { send, type HttpResponse } from "./send.ts";
import type { Handler } from "./transcoder.ts";

/** Takes the connections of an HTTP/1.1 server and gives those of HTTP/2 to a server of their own. */
export class Connections {
  readonly #server: Server;
  readonly #http2: Http2Server;
  readonly #handler: Handler;
  readonly #idleMs: number;
  readonly #sockets = new Set<Socket>();
  /** Those that have not said yet which version they speak. */
  readonly #silent = new Set<Socket>();
  /** With the control frames that each has sent in this half minute. */
  readonly #sessions = new Map<ServerHttp2Session, number>();
  /** Answers of HTTP/1.1 that are under way. */
  readonly #answers = new Set<ServerResponse>();
  readonly #clearing: NodeJS.Timeout;
  #draining = false;

  constructor(server: Server, handler: Handler, idleMs: number, front: (handler: Handler) => Handler) {
    server.timeout = idleMs;
    this.#idleMs = idleMs;
    this.#server = server;
    this.#handler = front((request, response) => answer(request, response, handler));
    this.#http2 = createHttp2(HTTP2_LIMITS);
    this.#http2.on("session", (session) => this.#addSession(session));
    this.#http2.on("request", (request, response) => void this.#handler(request, response));
    this.#clearing = setInterval(() => this.#sessions.forEach((_, session) => this.#sessions.set(session, 0)), HTTP2_CONTROL_FRAMES_MS).unref();
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
        if (isHttp2) this.#http2.emit("connection", socket);
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
      if (socket.alpnProtocol === "h2") this.#http2.emit("connection", socket);
      else toHttp1(socket);
    });
  }

  /** Takes nothing new, lets what is under way end for that long, and closes what is left. */
  async drain(graceMs: number): Promise<void> {
    this.#draining = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const session of this.#sessions.keys()) session.close();
    for (const answer of this.#answers) answer.shouldKeepAlive = false;
    for (const socket of this.#silent) socket.destroy();
    const timer = setTimeout(() => this.#sockets.forEach((socket) => socket.destroy()), graceMs);
    await closed;
    clearTimeout(timer);
    clearInterval(this.#clearing);
  }

  #addSocket(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("close", () => {
      this.#sockets.delete(socket);
      this.#silent.delete(socket);
    });
  }

  #addSession(session: ServerHttp2Session): void {
    this.#sessions.set(session, 0);
    session.on("ping", () => this.#countFrame(session)).on("remoteSettings", () => this.#countFrame(session));
    session.on("error", () => session.destroy());
    session.once("close", () => this.#sessions.delete(session));
    // A client that says no more gets the answers that it still waits for.
    session.socket.once("end", () => session.close());
    // Without streams that is the end; a stream may be silent for longer, and TCP's keep-alive tells when its client is gone.
    session.setTimeout(this.#idleMs, () => session.close());
    if (this.#draining) session.close();
  }

  /** Each of these frames makes the server answer, for nothing; nghttp2 bounds only those answers that nobody reads. */
  #countFrame(session: ServerHttp2Session): void {
    const count = (this.#sessions.get(session) ?? 0) + 1;
    this.#sessions.set(session, count);
    if (count > HTTP2_CONTROL_FRAMES) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
  }

  #addAnswer(answer: ServerResponse): void {
    if (this.#draining) answer.shouldKeepAlive = false;
    this.#answers.add(answer);
    answer.once("close", () => {
      this.#answers.delete(answer);
      // Its headers may have promised more before the drain began.
      if (this.#draining) setImmediate(() => this.#server.closeIdleConnections());
    });
  }

  #answerHttp1(request: IncomingMessage, response: ServerResponse): void {
    this.#addAnswer(response);
    // No other protocol is spoken here, and behind such a request node leaves what is no HTTP without an answer.
    if (request.headers.upgrade !== undefined) response.shouldKeepAlive = false;
    void this.#handler(request, response);
  }
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
