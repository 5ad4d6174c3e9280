import { constants, type ServerHttp2Session } from "node:http2";
import { monotonicMs } from "../monotonic.ts";
import { CONTROL_FRAMES, CONTROL_FRAMES_MS, RESETS_MS, streamsOfATurn } from "../limits.ts";

/** Counts what a client makes a server do for nothing on one HTTP/2 connection. */
export class Http2FloodGuard {
  readonly #resetBurst: number;
  readonly #mostInTurn: number;
  #resetsLeft: number;
  #resetsAt = monotonicMs();
  #openedInTurn = 0;
  #controlFrames = 0;
  #controlSince = monotonicMs();
  /** How many bytes the server has sent if it has sent only acknowledgements. */
  #explained = 0;

  constructor(resetBurst: number) {
    this.#resetBurst = resetBurst;
    this.#resetsLeft = resetBurst;
    this.#mostInTurn = streamsOfATurn(resetBurst);
  }

  /**
   * Counts a PING or SETTINGS whose acknowledgement has `ackBytes`, when the server has sent
   * `sentBytes` so far. Returns whether it is one too many.
   *
   * Clients that measure their bandwidth send a PING for each DATA. So HEADERS and DATA of the
   * server reset the count, as in gRPC servers. Only the number of bytes shows that they were sent:
   * node counts no frames.
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
   * Counts a new stream, and those before it that node has refused. Returns whether the client has
   * opened too many in this turn of the event loop: more than may be open, so it has reset them.
   */
  opened(refused: number): boolean {
    return ++this.#openedInTurn > this.#mostInTurn || (refused > 0 && this.reset(refused));
  }

  /** Must be called at the end of each turn in which streams were opened. */
  endTurn(): void {
    this.#openedInTurn = 0;
  }

  /** Counts streams that the client reset at once. Returns whether they are too many. */
  reset(count = 1): boolean {
    const now = monotonicMs();
    this.#resetsLeft = Math.min(
      this.#resetBurst,
      this.#resetsLeft + ((now - this.#resetsAt) * this.#resetBurst) / RESETS_MS,
    );
    this.#resetsAt = now;
    this.#resetsLeft -= count;
    return this.#resetsLeft < 0;
  }

  /**
   * Counts an answered stream, which allows one reset more: a connection that many clients share
   * behind a proxy has both.
   */
  answered(): void {
    this.#resetsLeft = Math.min(this.#resetBurst, this.#resetsLeft + 1);
  }
}

/** Ends a flooded connection with ENHANCE_YOUR_CALM and the cause, as gRPC servers do. */
export function endFlood(session: ServerHttp2Session, why: string): void {
  if (session.destroyed) return;
  session.goaway(constants.NGHTTP2_ENHANCE_YOUR_CALM, 0, Buffer.from(why));
  // Without an error, node ignores the code.
  session.destroy(new Error(why), constants.NGHTTP2_ENHANCE_YOUR_CALM);
}
