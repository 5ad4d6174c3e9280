// What a client makes a server do for nothing on one HTTP/2 connection. It owns the counts and what
// is forgotten, and must not know how a connection ends.
import { monotonicMs } from "./monotonic.ts";
import { CONTROL_FRAMES, CONTROL_FRAMES_MS, RESETS_MS } from "./limits.ts";

/** The counts of one connection. */
export class Http2FloodGuard {
  readonly #resetBurst: number;
  #resetsLeft: number;
  #resetsAt = monotonicMs();
  #controlFrames = 0;
  #controlSince = monotonicMs();
  /**
   * How many bytes the server would have sent if it sent nothing but what control frames asked for.
   */
  #explained = 0;

  constructor(resetBurst: number) {
    this.#resetBurst = resetBurst;
    this.#resetsLeft = resetBurst;
  }

  /**
   * Notes a PING or SETTINGS that `ackBytes` answer, when the server has sent `sentBytes` so far;
   * tells whether it is one too many. Clients that measure their bandwidth send a PING for every
   * DATA they get, so that HEADERS and DATA of the server make it forget, as servers of gRPC do.
   * They are known by their bytes, which no other count of node's tells.
   */
  control(ackBytes: number, sentBytes: number): boolean {
    const now = monotonicMs();
    if (sentBytes > this.#explained) {
      this.#controlFrames = 0;
      this.#explained = sentBytes;
    }
    if (now - this.#controlSince > CONTROL_FRAMES_MS) {
      this.#controlFrames = 0;
      this.#controlSince = now;
    }
    this.#explained += ackBytes;
    this.#controlFrames++;
    return this.#controlFrames > CONTROL_FRAMES;
  }

  /**
   * Notes a stream that the client took back before it came to anything; tells whether it is one
   * too many.
   */
  reset(): boolean {
    const now = monotonicMs();
    this.#resetsLeft = Math.min(
      this.#resetBurst,
      this.#resetsLeft + ((now - this.#resetsAt) * this.#resetBurst) / RESETS_MS,
    );
    this.#resetsAt = now;
    this.#resetsLeft--;
    return this.#resetsLeft < 0;
  }

  /**
   * Notes a stream that was answered, which pays for one that is taken back: what many clients
   * share has both.
   */
  answered(): void {
    this.#resetsLeft = Math.min(this.#resetBurst, this.#resetsLeft + 1);
  }
}
