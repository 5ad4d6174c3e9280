import type { ServerHttp2Session } from "node:http2";
import type { Socket } from "node:net";

/**
 * Knows since when a client of HTTP/2 has not finished what it has begun: its first SETTINGS, or
 * the headers of a request. Node emits nothing for headers before their end.
 */
export class Http2Unfinished {
  readonly #session: ServerHttp2Session;
  readonly #socket: Socket;
  #since: number | undefined;
  #isGreeted = false;
  /** The newest stream whose headers are known to have ended. */
  #newest = 0;
  #bytesRead = 0;

  constructor(session: ServerHttp2Session, socket: Socket, now: number) {
    this.#session = session;
    this.#socket = socket;
    this.#since = now;
    session.once("remoteSettings", () => {
      this.#isGreeted = true;
      this.#since = undefined;
    });
  }

  /** Must be called with each stream whose headers have ended. */
  begun(stream: number): void {
    this.#newest = Math.max(this.#newest, stream);
  }

  /** Returns for how long something is unfinished; must be called now and then. */
  age(now: number): number {
    if (this.#isGreeted) this.#look(now);
    return this.#since === undefined ? 0 : now - this.#since;
  }

  #look(now: number): void {
    const { bytesRead } = this.#socket;
    if (bytesRead === this.#bytesRead && this.#since === undefined) return;
    this.#bytesRead = bytesRead;
    const { lastProcStreamID = 0 } = this.#session.state;
    if (lastProcStreamID <= this.#newest) this.#since = undefined;
    else if (this.#since === undefined) {
      this.#since = now;
      this.#ask(lastProcStreamID);
    }
  }

  /**
   * A stream that node refuses looks like one whose headers are not at their end. But between the
   * frames of headers a client must send nothing, so one that answers a PING has ended them.
   */
  #ask(stream: number): void {
    if (this.#session.destroyed) return;
    this.#session.ping((error) => {
      if (error === null) this.begun(stream);
    });
  }
}
