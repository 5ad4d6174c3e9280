import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";
import {
  CONTROL_FRAMES_MS,
  FIELD_OVERHEAD,
  SESSION_LOOK_MS,
  SESSION_LOOKS,
  UNEXPLAINED_BYTES,
} from "../limits.ts";
import { monotonicMs } from "../monotonic.ts";

/** Fewer bytes than this are not looked at. */
const FEW = UNEXPLAINED_BYTES / 8;
/** What a stream may cost besides its headers: padding, trailers, windows, priorities, a reset. */
const STREAM_BYTES = 1024;
/** A DATA of one byte has ten; those of a body are counted without the nine. */
const BYTES_FOR_DATA = 10;
/** Two WINDOW_UPDATE have 26 bytes, and the DATA of one byte that they are for has ten. */
const BYTES_FOR_SENT = 3;
/** How many bytes the DATA that were sent may explain later. */
const MOST_FOR_SENT = 128 * 1024;
/** The most that node keeps of one read while it writes; it does so only with DATA. */
const READ_BYTES = 64 * 1024;
/** The longest headers that nghttp2 takes. They are explained when they have ended. */
const HEADERS_BYTES = 64 * 1024;

/**
 * Finds out whether a client of HTTP/2 sends frames that serve nothing. Node emits nothing for
 * PRIORITY and WINDOW_UPDATE, so the bytes are counted that no request, no body and no answer
 * explains. In doubt they are explained.
 */
export class SessionBytes {
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  /** How many bytes had come and gone at the last look. */
  #read = 0;
  #written = 0;
  /** How many bytes of acknowledgements are among those that will have gone. */
  #acknowledged = 0;
  /** How many bytes of DATA had come that the server had not acknowledged by a WINDOW_UPDATE. */
  #data = 0;
  /** How many bytes the frames explain that came since the last look. */
  #explained = 0;
  /** How many bytes the answers explain that a client may still be reading. */
  #forSent = 0;
  #newest = 0;
  #unexplained = 0;
  #since = monotonicMs();

  constructor(session: ServerHttp2Session, socket: Socket) {
    this.#session = session;
    this.#socket = socket;
  }

  /** Must be called with each request. */
  request(stream: number, rawHeaders: readonly string[]): void {
    this.#newest = Math.max(this.#newest, stream);
    let size = STREAM_BYTES + (rawHeaders.length * FIELD_OVERHEAD) / 2;
    for (const text of rawHeaders) size += text.length;
    this.#explained += size;
  }

  /** Must be called with each frame that another limit counts, and its acknowledgement's length. */
  control(bytes: number, acknowledgement: number): void {
    this.#explained += bytes;
    this.#acknowledged += acknowledgement;
  }

  /** Whether too many bytes serve nothing; must be called now and then. */
  areTooMany(now: number): boolean {
    if (this.#session.closed) return false;
    const { bytesRead } = this.#socket;
    const received = bytesRead - this.#read;
    const sent = this.#sent();
    if (sent === 0 && received < FEW) return false;
    this.#read = bytesRead;
    const explained = this.#explained;
    this.#explained = 0;
    if (sent > 0 || now - this.#since > CONTROL_FRAMES_MS) {
      this.#forSent = Math.min(MOST_FOR_SENT, this.#forSent + sent * BYTES_FOR_SENT);
      this.#forget(now);
      return false;
    }
    const { effectiveRecvDataLength: data = 0, lastProcStreamID: stream = 0 } = this.#session.state;
    const more = data - this.#data;
    // A WINDOW_UPDATE is about to be sent.
    if (more < 0) {
      this.#forget(now);
      return false;
    }
    this.#data = data;
    this.#unexplained = Math.max(
      0,
      this.#unexplained + received - explained - more * BYTES_FOR_DATA,
    );
    const most =
      UNEXPLAINED_BYTES + (data > 0 ? READ_BYTES : 0) + (stream > this.#newest ? HEADERS_BYTES : 0);
    if (this.#unexplained <= most) return false;
    const used = Math.min(this.#forSent, this.#unexplained);
    this.#forSent -= used;
    this.#unexplained -= used;
    return this.#unexplained > most;
  }

  /** Returns how much the server has sent since the last look besides acknowledgements. */
  #sent(): number {
    const { bytesWritten } = this.#socket;
    const sent = bytesWritten - this.#written - this.#acknowledged;
    this.#written = bytesWritten;
    this.#acknowledged = Math.max(0, -sent);
    return Math.max(0, sent);
  }

  /** What has come until now served something. */
  #forget(now: number): void {
    this.#unexplained = 0;
    this.#data = 0;
    this.#since = now;
  }
}

/**
 * Looks at sessions at the end of a turn of the event loop in which bytes may have come. It wakes
 * no process that sleeps.
 */
export class SessionWatch {
  readonly #watched = new Map<ServerHttp2Session, SessionBytes>();
  readonly #onFlood: (session: ServerHttp2Session) => void;
  #round = this.#watched.entries();
  #lookedAt = 0;
  #isWaiting = false;

  constructor(onFlood: (session: ServerHttp2Session) => void) {
    this.#onFlood = onFlood;
  }

  /** Watches a session until its socket closes. */
  watch(session: ServerHttp2Session, socket: Socket): SessionBytes {
    const bytes = new SessionBytes(session, socket);
    this.#watched.set(session, bytes);
    socket.once("close", () => this.#watched.delete(session));
    this.#wait();
    return bytes;
  }

  #wait(): void {
    if (this.#isWaiting || this.#watched.size === 0) return;
    this.#isWaiting = true;
    setImmediate(this.#onTurn).unref();
  }

  readonly #onTurn = (): void => {
    this.#isWaiting = false;
    this.#wait();
    const now = monotonicMs();
    if (now - this.#lookedAt < SESSION_LOOK_MS) return;
    this.#lookedAt = now;
    for (let left = Math.min(this.#watched.size, SESSION_LOOKS); left > 0; left--) {
      let next = this.#round.next();
      if (next.done) {
        this.#round = this.#watched.entries();
        next = this.#round.next();
      }
      if (next.done) return;
      const [session, bytes] = next.value;
      if (bytes.areTooMany(now)) this.#onFlood(session);
    }
  };
}
