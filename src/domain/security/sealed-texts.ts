import { createCipheriv, createDecipheriv } from "node:crypto";
import type { Clock } from "../clock.ts";

const ALGORITHM = "aes-256-gcm";
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/**
 * Encrypts texts that the server must read again, such as the secrets that another system made.
 * They are encrypted (AES-256-GCM) under a key from the server's secret, so that a copy of the
 * database alone doesn't reveal them.
 */
export class SealedTexts {
  readonly #key: Buffer;
  readonly #clock: Clock;

  constructor(key: Buffer, clock: Clock) {
    this.#key = key;
    this.#clock = clock;
  }

  /**
   * Encrypts a text. `place` names the row and the column that keep it: a sealed text that is moved
   * to another row doesn't open there.
   */
  seal(place: string, text: string): string {
    // A random nonce may repeat after 2^32 texts under one key (NIST SP 800-38D section 8.3).
    const nonce = this.#clock.random(NONCE_BYTES);
    const cipher = createCipheriv(ALGORITHM, this.#key, nonce).setAAD(Buffer.from(place));
    const bytes = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
    return Buffer.concat([nonce, cipher.getAuthTag(), bytes]).toString("base64url");
  }

  /**
   * Returns the text; undefined when it was changed, or sealed for another place or with another
   * secret.
   */
  open(place: string, sealed: string): string | undefined {
    const bytes = Buffer.from(sealed, "base64url");
    if (bytes.length < NONCE_BYTES + TAG_BYTES) return undefined;
    const tag = bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES);
    const decipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, NONCE_BYTES))
      .setAAD(Buffer.from(place))
      .setAuthTag(tag);
    try {
      const text = decipher.update(bytes.subarray(NONCE_BYTES + TAG_BYTES));
      return Buffer.concat([text, decipher.final()]).toString("utf8");
    } catch {
      return undefined;
    }
  }
}
