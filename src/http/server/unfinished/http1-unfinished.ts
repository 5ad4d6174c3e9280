import type { Socket } from "node:net";

/**
 * Knows since when a client of HTTP/1.1 has sent bytes between two requests, and no request. Node's
 * time for headers doesn't begin with empty lines, RFC 9112 section 2.2.
 */
export class Http1Unfinished {
  /** How many requests have arrived, and how many had at the last look. */
  #arrived = 0;
  #seen = 0;
  /** How many bytes had arrived with them, and since when there are more. */
  #bytesRead = 0;
  #since: number | undefined;

  /** Must be called with each request whose headers have ended. */
  begun(): void {
    this.#arrived++;
  }

  /** Returns for how long something is unfinished; must be called now and then. */
  age({ bytesRead }: Socket, isBusy: boolean, now: number): number {
    if (isBusy || this.#arrived !== this.#seen) {
      this.#seen = this.#arrived;
      this.#bytesRead = bytesRead;
      this.#since = undefined;
    } else if (bytesRead !== this.#bytesRead) this.#since ??= now;
    return this.#since === undefined ? 0 : now - this.#since;
  }
}
