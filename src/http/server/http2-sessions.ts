// The HTTP/2 sessions of a server: how each begins, what it may do for nothing, and how it ends. It
// owns what holds for all streams of a connection, and must not know what requests are about.
import {
  constants,
  createServer,
  type Http2Server,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type Http2Session,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import { monotonicMs } from "./monotonic.ts";
import { Http2FloodGuard } from "./http2-flood-guard.ts";
import { boundAnswer, boundStream, hasSaidAll, isAnswered } from "./http2-stream.ts";
import {
  ABANDONED_CALLS,
  type ConnectionLimits,
  http2Options,
  PING_ACK_BYTES,
  PING_MS,
  RESET_MOMENT_MS,
  SETTINGS_ACK_BYTES,
} from "./limits.ts";
import { writeShutdownNotice } from "./shutdown-notice.ts";
import type { Handler } from "../types.ts";

interface Session {
  readonly socket: Socket;
  readonly conduct: Http2FloodGuard;
  readonly streams: Set<ServerHttp2Stream>;
  /** Handlers that are still at work for streams that are gone. */
  abandoned: number;
  /** Its session was over the last time that one looked. */
  over: boolean;
}

/** Serves HTTP/2 on the sockets that it is given. */
export class Http2Sessions {
  readonly #server: Http2Server;
  readonly #handler: Handler;
  readonly #limits: ConnectionLimits;
  readonly #sessions = new Map<Http2Session, Session>();
  readonly #sweeping: NodeJS.Timeout;
  #draining = false;
  /** Connections at rest are still open, although the drain has begun. */
  #lingering = true;

  constructor(handler: Handler, limits: ConnectionLimits) {
    this.#handler = handler;
    this.#limits = limits;
    this.#server = createServer(http2Options(limits));
    // Not at once: what is taken back in the same breath is gone before any work is done for it.
    this.#server.on("request", (request, response) =>
      setImmediate(() => this.#serve(request, response)),
    );
    this.#sweeping = setInterval(() => this.#sweep(), limits.leavingMs / 2).unref();
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
    clearInterval(this.#sweeping);
  }

  #add(session: ServerHttp2Session, socket: Socket): void {
    const known: Session = {
      socket,
      conduct: new Http2FloodGuard(this.#limits.resets),
      streams: new Set(),
      abandoned: 0,
      over: false,
    };
    this.#sessions.set(session, known);
    const control = (ackBytes: number): void => {
      if (known.conduct.control(ackBytes, socket.bytesWritten))
        calm(session, ackBytes === PING_ACK_BYTES ? "too_many_pings" : "too_many_settings");
    };
    session
      .on("ping", () => control(PING_ACK_BYTES))
      .on("remoteSettings", () => control(SETTINGS_ACK_BYTES));
    // Before node's own listener, which calls the handler.
    session.prependListener("stream", (stream: ServerHttp2Stream) =>
      this.#follow(session, known, stream),
    );
    session.on("error", () => session.destroy());
    socket.once("close", () => this.#sessions.delete(session));
    socket.once("end", () => this.#onEnd(session, known));
    session.setTimeout(this.#limits.idleMs, () => this.#onSilence(session, known));
    if (this.#draining) this.#giveNoticeTo(session);
    if (!this.#lingering) session.close();
  }

  /** Judges a stream by what it came to. */
  #follow(
    session: ServerHttp2Session,
    { conduct, streams }: Session,
    stream: ServerHttp2Stream,
  ): void {
    const begunAt = monotonicMs();
    const judge = (): void => {
      streams.delete(stream);
      if (isAnswered(stream)) conduct.answered();
      else if (!session.closed && monotonicMs() - begunAt < RESET_MOMENT_MS && conduct.reset())
        calm(session, "too_many_resets");
    };
    // It may have been taken back before node told of it.
    if (stream.destroyed) return judge();
    streams.add(stream);
    stream.once("close", judge);
  }

  #serve(request: Http2ServerRequest, response: Http2ServerResponse): void {
    const { stream } = request;
    const known = stream.session && this.#sessions.get(stream.session);
    if (known === undefined || stream.destroyed) return;
    // What is refused so may be sent again, RFC 9113 section 8.7.
    if (known.abandoned >= ABANDONED_CALLS) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    boundStream(request, response, this.#limits.bodyMs);
    let working = true;
    let gone = false;
    stream.once("close", () => {
      gone = true;
      if (working) known.abandoned++;
    });
    const done = (): void => {
      working = false;
      if (gone) known.abandoned--;
      else boundAnswer(request, this.#limits.idleMs);
    };
    const work = this.#handler(request, response);
    if (work instanceof Promise) void work.then(done, done);
    else done();
  }

  /**
   * The client says no more: it gets the answers that are under way, within a bound; a request
   * without its end gets none.
   */
  #onEnd(session: ServerHttp2Session, known: Session): void {
    if (session.destroyed) return;
    for (const stream of known.streams)
      if (!stream.headersSent && !hasSaidAll(stream)) stream.close(constants.NGHTTP2_CANCEL);
    this.#leave(session, known);
  }

  /**
   * Without streams that is the end; a stream may be silent for longer, while its client still
   * answers.
   */
  #onSilence(session: ServerHttp2Session, known: Session): void {
    const { idleMs } = this.#limits;
    if (known.streams.size === 0) return this.#leave(session, known);
    const timer = setTimeout(() => cut(session, known.socket), Math.min(idleMs, PING_MS));
    known.socket.once("close", () => clearTimeout(timer));
    session.ping((error) => {
      clearTimeout(timer);
      if (error !== null) cut(session, known.socket);
      else if (!session.destroyed)
        session.setTimeout(idleMs, () => this.#onSilence(session, known));
    });
  }

  /** Ends a session when its streams are over, or when it has had its time. */
  #leave(session: ServerHttp2Session, { socket }: Session): void {
    session.close();
    const timer = setTimeout(() => cut(session, socket), this.#limits.leavingMs);
    socket.once("close", () => clearTimeout(timer));
  }

  /**
   * A session that is over waits for its client to take the last bytes and to close; that has a
   * bound.
   */
  #sweep(): void {
    for (const [session, known] of this.#sessions) {
      if (known.over) known.socket.destroy();
      known.over = session.destroyed;
    }
  }

  /**
   * Asks a client to open no new streams; where that can't be said, those on their way are refused,
   * and may be sent again. The first frame of a server is SETTINGS: until they are acknowledged,
   * that waits.
   */
  #giveNoticeTo(session: Http2Session): void {
    const socket = this.#sessions.get(session)?.socket;
    if (socket === undefined || session.closed) return;
    if (session.pendingSettingsAck)
      session.once("localSettings", () => this.#giveNoticeTo(session));
    else if (!writeShutdownNotice(socket)) session.close();
  }
}

/** Ends a connection whose client asks for too much, and says why, as servers of gRPC do. */
function calm(session: Http2Session, why: string): void {
  if (session.destroyed) return;
  session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, Buffer.from(why));
  // Without an error, node would take no notice of the code.
  session.destroy(new Error(why), constants.NGHTTP2_ENHANCE_YOUR_CALM);
}

function cut(session: ServerHttp2Session, socket: Socket): void {
  session.destroy();
  socket.destroy();
}
