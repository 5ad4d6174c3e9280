// The HTTP/2 sessions of a server: how each begins, what it may do for nothing, and how it ends. It owns what holds
// for all streams of a connection, and must not know what requests are about.
import { constants, createServer, type Http2Server, type ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import { HTTP2_CONTROL_FRAMES, HTTP2_CONTROL_FRAMES_MS, HTTP2_LIMITS } from "./limits.ts";
import { writeShutdownNotice } from "./shutdown-notice.ts";
import type { Handler } from "./transcoder.ts";

interface Session {
  readonly socket: Socket;
  /** How many it has sent in this half minute. */
  controlFrames: number;
}

/** Serves HTTP/2 on the sockets that it is given. */
export class Http2Sessions {
  readonly #server: Http2Server;
  readonly #idleMs: number;
  readonly #sessions = new Map<ServerHttp2Session, Session>();
  readonly #clearing: NodeJS.Timeout;
  #draining = false;
  /** Connections at rest are still open, although the drain has begun. */
  #lingering = true;

  constructor(handler: Handler, idleMs: number) {
    this.#idleMs = idleMs;
    this.#server = createServer(HTTP2_LIMITS);
    this.#server.on("request", (request, response) => void handler(request, response));
    this.#clearing = setInterval(() => this.#sessions.forEach((session) => (session.controlFrames = 0)), HTTP2_CONTROL_FRAMES_MS).unref();
  }

  /** Speaks HTTP/2 on a socket. */
  take(socket: Socket): void {
    // Before `emit` is back, the session is there.
    this.#server.once("session", (session) => this.#add(session, socket));
    this.#server.emit("connection", socket);
  }

  /** Asks every client to open no new streams. */
  giveNotice(): void {
    this.#draining = true;
    for (const session of this.#sessions.keys()) this.#giveNoticeTo(session);
  }

  /** Takes no new streams, and ends every session once its streams are over. */
  close(): void {
    this.#lingering = false;
    for (const session of this.#sessions.keys()) session.close();
  }

  /** To be called when every socket is closed. */
  stop(): void {
    clearInterval(this.#clearing);
  }

  #add(session: ServerHttp2Session, socket: Socket): void {
    const known = { socket, controlFrames: 0 };
    this.#sessions.set(session, known);
    session.on("ping", () => countFrame(session, known)).on("remoteSettings", () => countFrame(session, known));
    session.on("error", () => session.destroy());
    session.once("close", () => this.#sessions.delete(session));
    // A client that says no more gets the answers that it still waits for.
    socket.once("end", () => session.close());
    // Without streams that is the end; a stream may be silent for longer, and TCP's keep-alive tells when its client is gone.
    session.setTimeout(this.#idleMs, () => session.close());
    if (this.#draining) this.#giveNoticeTo(session);
    if (!this.#lingering) session.close();
  }

  /**
   * Asks a client to open no new streams; where that can't be said, those on their way are refused, and may be sent again.
   * The first frame of a server is SETTINGS: until they are acknowledged, that waits.
   */
  #giveNoticeTo(session: ServerHttp2Session): void {
    const socket = this.#sessions.get(session)?.socket;
    if (socket === undefined || session.closed) return;
    if (session.pendingSettingsAck) session.once("localSettings", () => this.#giveNoticeTo(session));
    else if (!writeShutdownNotice(socket)) session.close();
  }
}

/** Each of these frames makes the server answer, for nothing; nghttp2 bounds only those answers that nobody reads. */
function countFrame(session: ServerHttp2Session, known: Session): void {
  known.controlFrames++;
  if (known.controlFrames > HTTP2_CONTROL_FRAMES) session.destroy(undefined, constants.NGHTTP2_ENHANCE_YOUR_CALM);
}
