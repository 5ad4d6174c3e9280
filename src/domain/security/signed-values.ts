// Sealed values: what leaves the server in somebody's hands and must come back unchanged. It owns
// their form and must not know what they mean. They are not encrypted, so nothing secret may be in
// one.
import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";

const TAG_BYTES = 32;
/** Twice the longest: what comes back stands in a form or in a URL. */
const MAX_SEALED = 16 * 1024;

/** Seals values and opens them again. */
export class SignedValues {
  readonly #key: Buffer;
  readonly #clock: Clock;

  constructor(key: Buffer, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  /**
   * A text that only this server can make; `purpose` keeps seals of one kind from passing for
   * another's.
   */
  sign(purpose: string, value: object, lifetimeMs: number): string {
    const content = Buffer.from(JSON.stringify([this.#clock.now() + lifetimeMs, value]));
    return Buffer.concat([this.#tag(purpose, content), content]).toString("base64url");
  }

  /** The value, if it was sealed for this purpose and its time has not passed. */
  open<Value extends object>(purpose: string, text: string): Value | undefined {
    if (text.length > MAX_SEALED) return undefined;
    const bytes = Buffer.from(text, "base64url");
    const content = bytes.subarray(TAG_BYTES);
    if (bytes.length <= TAG_BYTES || bytes.toString("base64url") !== text) return undefined;
    if (!timingSafeEqual(bytes.subarray(0, TAG_BYTES), this.#tag(purpose, content)))
      return undefined;
    const [expiresAt, value] = JSON.parse(content.toString()) as [number, Value];
    return expiresAt > this.#clock.now() ? value : undefined;
  }

  /** A text that is bound to another one, such as a token against forgery to a session. */
  bind(purpose: string, text: string): string {
    return this.#tag(purpose, Buffer.from(text)).toString("base64url");
  }

  #tag(purpose: string, content: Buffer): Buffer {
    return createHmac("sha256", this.#key).update(`${purpose}\n`).update(content).digest();
  }
}
