import { subscribe, unsubscribe } from "node:diagnostics_channel";
import {
  constants,
  createServer,
  type Http2Server,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { Socket } from "node:net";
import { monotonicMs } from "./monotonic.ts";
import { type SessionBytes, SessionWatch } from "./floods/http2-bytes.ts";
import { endFlood, Http2FloodGuard } from "./floods/http2-flood-guard.ts";
import { Http2Unfinished } from "./unfinished/http2-unfinished.ts";
import {
  boundAnswer,
  boundStream,
  hasClientEnded,
  onClose,
  type Http2Request,
  type Http2Response,
  isAnswered,
} from "./http2-stream.ts";
import { isDirect } from "./direct/is-direct.ts";
import { StreamRequest } from "./direct/stream-request.ts";
import { StreamResponse } from "./direct/stream-response.ts";
import {
  ABANDONED_CALLS,
  type ConnectionLimits,
  http2Options,
  NOTICE_AGAIN_MS,
  PING_ACK_BYTES,
  PING_MS,
  REFUSED_STREAMS,
  RESET_MOMENT_MS,
  SETTINGS_ACK_BYTES,
  SETTINGS_BYTES,
} from "./limits.ts";
import { writeShutdownNotice } from "./shutdown-notice.ts";
import type { Handler } from "../types.ts";

/** The state of one HTTP/2 connection. */
interface Session {
  readonly socket: Socket;
  readonly guard: Http2FloodGuard;
  readonly bytes: SessionBytes;
  /** The open streams; a direct call with its response. */
  readonly streams: Map<ServerHttp2Stream, StreamResponse | undefined>;
  /** The last stream that the client opened; 0 when the next one says nothing of those before. */
  lastId: number;
  /** How many handlers still work for streams that are closed. */
  abandoned: number;
  readonly unfinished: Http2Unfinished;
  /** Whether a request of it took too long to arrive: it ends when it has no stream. */
  isLate: boolean;
  /** When a sweep found its session destroyed. */
  overAt: number | undefined;
}

/**
 * Node tells of a stream here before it reads the next frame. The event "stream" may come when it
 * has read all that has arrived: 2,000 streams and more.
 */
const STREAM_CREATED = "http2.server.stream.created";

/** Serves HTTP/2 on the sockets that it gets: how each session begins, is limited, and ends. */
export class Http2Sessions {
  readonly #server: Http2Server;
  readonly #handler: Handler;
  readonly #isUnary: (path: string) => boolean;
  readonly #limits: ConnectionLimits;
  readonly #sessions = new Map<ServerHttp2Session, Session>();
  readonly #sweeping: NodeJS.Timeout;
  readonly #watch = new SessionWatch((session) => endFlood(session, "too_many_frames"));
  /**
   * The requests of this turn of the event loop. They begin together, so that their look-ups can be
   * joined, and not at once: a stream that is reset in the same packet is closed before any work.
   */
  #arrived: { readonly request: Http2Request; readonly response: Http2Response }[] = [];
  /** The guards of the connections on which streams were opened in this turn. */
  readonly #opening = new Set<Http2FloodGuard>();
  #isTurnEnding = false;
  #draining = false;
  /** Whether sessions accept new streams during a drain. */
  #lingering = true;

  constructor(handler: Handler, limits: ConnectionLimits, isUnary: (path: string) => boolean) {
    this.#handler = handler;
    this.#isUnary = isUnary;
    this.#limits = limits;
    this.#server = createServer(http2Options(limits));
    this.#server.on("request", (request, response) => this.#serve(request, response));
    const interval = Math.min(limits.leavingMs / 2, limits.headersMs / 20);
    this.#sweeping = setInterval(() => this.#sweep(), interval).unref();
    subscribe(STREAM_CREATED, this.#onCreated);
  }

  /** Speaks HTTP/2 on a socket. */
  take(socket: Socket): void {
    // The session exists before `emit` returns.
    this.#server.once("session", (session) => this.#add(session, socket));
    this.#server.emit("connection", socket);
  }

  /** Asks every client to open no new streams. */
  giveNotice(): void {
    this.#draining = true;
    for (const session of this.#sessions.keys()) this.#giveNoticeTo(session);
  }

  /** Accepts no new streams, and ends every session when its streams have ended. */
  close(): void {
    this.#lingering = false;
    for (const session of this.#sessions.keys()) session.close();
  }

  /** Must be called when every socket is closed. */
  stop(): void {
    clearInterval(this.#sweeping);
    unsubscribe(STREAM_CREATED, this.#onCreated);
  }

  #add(session: ServerHttp2Session, socket: Socket): void {
    const known: Session = {
      socket,
      guard: new Http2FloodGuard(this.#limits.resets),
      bytes: this.#watch.watch(session, socket),
      streams: new Map(),
      lastId: 0,
      abandoned: 0,
      unfinished: new Http2Unfinished(session, socket, monotonicMs()),
      isLate: false,
      overAt: undefined,
    };
    this.#sessions.set(session, known);
    const control = (bytes: number, ackBytes: number): void => {
      known.bytes.control(bytes, ackBytes);
      if (known.guard.control(ackBytes, socket.bytesWritten))
        endFlood(session, ackBytes === PING_ACK_BYTES ? "too_many_pings" : "too_many_settings");
    };
    session
      .on("ping", () => control(PING_ACK_BYTES, PING_ACK_BYTES))
      .on("remoteSettings", () => control(SETTINGS_BYTES, SETTINGS_ACK_BYTES))
      .on("localSettings", () => (known.lastId = 0));
    const [toNode] = session.listeners("stream");
    session.removeAllListeners("stream");
    session.on("stream", (stream, headers, flags, rawHeaders) => {
      known.unfinished.begun(stream.id ?? 0);
      known.bytes.request(stream.id ?? 0, rawHeaders);
      // The client may have reset it before node emitted the event.
      if (stream.destroyed) return this.#onClosed(session, known, stream.on("error", ignore));
      const direct = isDirect(headers, this.#isUnary)
        ? new StreamResponse(stream, socket)
        : undefined;
      this.#follow(session, known, direct ?? stream);
      if (direct !== undefined) this.#serve(new StreamRequest(direct, headers, rawHeaders), direct);
      else toNode?.call(session, stream, headers, flags, rawHeaders);
    });
    session.on("error", () => session.destroy());
    socket.once("close", () => this.#sessions.delete(session));
    socket.once("end", () => this.#onEnd(session, known));
    session.setTimeout(this.#limits.idleMs, () => this.#onIdle(session, known));
    if (this.#draining) this.#giveNoticeTo(session);
    if (!this.#lingering) session.close();
  }

  /** Counts a stream that was opened. Ends the connection at the one that is too many. */
  readonly #onCreated = (message: unknown): void => {
    const { stream } = message as { readonly stream: ServerHttp2Stream };
    const session = stream.session as ServerHttp2Session | undefined;
    const known = session && this.#sessions.get(session);
    if (session === undefined || known === undefined) return;
    const { guard, lastId } = known;
    const id = stream.id ?? 0;
    known.lastId = id;
    this.#opening.add(guard);
    this.#endTurn();
    // Node refuses a stream, without an event, in place of one that was reset a moment ago.
    const refused = lastId === 0 || session.pendingSettingsAck ? 0 : (id - lastId) / 2 - 1;
    if (!guard.opened(Math.min(refused, REFUSED_STREAMS))) return;
    stream.on("error", ignore);
    endFlood(session, "too_many_resets");
  };

  /** Follows a stream to its end. */
  #follow(
    session: ServerHttp2Session,
    known: Session,
    given: ServerHttp2Stream | StreamResponse,
  ): void {
    const { streams } = known;
    const direct = given instanceof StreamResponse ? given : undefined;
    const stream = given instanceof StreamResponse ? given.stream : given;
    const begunAt = monotonicMs();
    streams.set(stream, direct);
    given.once("close", () => {
      streams.delete(stream);
      this.#onClosed(session, known, stream, begunAt);
    });
  }

  /** Counts a stream that has closed as answered or as reset. */
  #onClosed(
    session: ServerHttp2Session,
    known: Session,
    stream: ServerHttp2Stream,
    begunAt?: number,
  ): void {
    const { guard, streams } = known;
    const isSudden = begunAt === undefined || monotonicMs() - begunAt < RESET_MOMENT_MS;
    if (isAnswered(stream)) guard.answered();
    else if (isSudden && !session.closed && guard.reset()) endFlood(session, "too_many_resets");
    if (known.isLate && streams.size === 0) this.#leave(session, known);
  }

  #serve(request: Http2Request, response: Http2Response): void {
    this.#arrived.push({ request, response });
    this.#endTurn();
  }

  /** Begins the requests of this turn at its end. */
  #endTurn(): void {
    if (this.#isTurnEnding) return;
    this.#isTurnEnding = true;
    setImmediate(() => {
      this.#isTurnEnding = false;
      for (const guard of this.#opening) guard.endTurn();
      this.#opening.clear();
      this.#beginArrived();
    });
  }

  #beginArrived(): void {
    const arrived = this.#arrived;
    this.#arrived = [];
    for (const { request, response } of arrived) this.#begin(request, response);
  }

  #begin(request: Http2Request, response: Http2Response): void {
    const { stream } = request;
    // A server's streams have a server's sessions.
    const session = stream.session as ServerHttp2Session | undefined;
    const known = session && this.#sessions.get(session);
    if (known === undefined || stream.destroyed) return;
    // The client may retry a refused stream, RFC 9113 section 8.7.
    if (known.abandoned >= ABANDONED_CALLS) return stream.close(constants.NGHTTP2_REFUSED_STREAM);
    const onLate = (): void => void (known.isLate = true);
    if (request instanceof StreamRequest && hasClientEnded(stream)) request.hasArrived = true;
    else boundStream(request, response, { bodyMs: this.#limits.bodyMs, onLate });
    let working = true;
    let gone = false;
    onClose(response, () => {
      gone = true;
      if (working) known.abandoned++;
    });
    const finish = (): void => {
      working = false;
      if (gone) known.abandoned--;
      else if (response instanceof StreamResponse) response.finishedAt = monotonicMs();
      else boundAnswer(request, this.#limits.idleMs);
    };
    const work = this.#handler(request, response);
    if (work instanceof Promise) void work.then(finish, finish);
    else finish();
  }

  /**
   * The client has ended its side: it still gets the answers of complete requests, within
   * `leavingMs`. Incomplete requests are cancelled.
   */
  #onEnd(session: ServerHttp2Session, known: Session): void {
    if (session.destroyed) return;
    for (const stream of known.streams.keys())
      if (!stream.headersSent && !hasClientEnded(stream)) stream.close(constants.NGHTTP2_CANCEL);
    this.#leave(session, known);
  }

  /**
   * Nothing has happened for `idleMs`. Without streams the session ends. With streams it stays open
   * as long as the client answers a PING.
   */
  #onIdle(session: ServerHttp2Session, known: Session): void {
    const { idleMs } = this.#limits;
    if (known.streams.size === 0) return this.#leave(session, known);
    const timer = setTimeout(() => cut(session, known.socket), Math.min(idleMs, PING_MS));
    const stopTimer = (): void => clearTimeout(timer);
    known.socket.once("close", stopTimer);
    session.ping((error) => {
      stopTimer();
      known.socket.off("close", stopTimer);
      if (error !== null) cut(session, known.socket);
      else if (!session.destroyed) session.setTimeout(idleMs, () => this.#onIdle(session, known));
    });
  }

  /** Ends a session when its streams have ended, at the latest after `leavingMs`. */
  #leave(session: ServerHttp2Session, { socket }: Session): void {
    session.close();
    const timer = setTimeout(() => cut(session, socket), this.#limits.leavingMs);
    socket.once("close", () => clearTimeout(timer));
  }

  /**
   * Destroys the sockets of sessions that were destroyed before the last sweep: the client has had
   * its time to read the last bytes. Cuts those whose clients don't finish what they have begun.
   * Drops answers to direct calls that clients don't read.
   */
  #sweep(): void {
    const now = monotonicMs();
    const oldest = now - this.#limits.idleMs;
    for (const [session, known] of this.#sessions) {
      if (!session.destroyed && known.unfinished.age(now) >= this.#limits.headersMs)
        cut(session, known.socket);
      for (const [stream, direct] of known.streams)
        if (direct?.finishedAt !== undefined && direct.finishedAt < oldest)
          stream.close(constants.NGHTTP2_CANCEL);
      if (!session.destroyed) continue;
      known.overAt ??= now;
      if (now - known.overAt >= this.#limits.leavingMs / 2) known.socket.destroy();
    }
  }

  /**
   * Asks a client to open no new streams. Where no notice can be written, streams on their way are
   * refused, and the client may retry them. The notice waits until SETTINGS, which must be a
   * server's first frame, are acknowledged, and until the socket has taken what is before it.
   */
  #giveNoticeTo(session: ServerHttp2Session): void {
    const socket = this.#sessions.get(session)?.socket;
    if (socket === undefined || session.closed) return;
    if (session.pendingSettingsAck)
      return void session.once("localSettings", () => this.#giveNoticeTo(session));
    const notice = writeShutdownNotice(socket);
    if (notice === "never") session.close();
    if (notice === "later") setTimeout(() => this.#giveNoticeTo(session), NOTICE_AGAIN_MS).unref();
  }
}

const ignore = (): void => undefined;

function cut(session: ServerHttp2Session, socket: Socket): void {
  session.destroy();
  socket.destroy();
}
