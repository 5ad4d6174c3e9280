import { createHmac } from "node:crypto";

/**
 * Derives client secrets from the server's key, the client and a version, so that an API can show
 * them again without storing them.
 */
export class DerivedSecrets {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** Returns the secret of a version: 64 hexadecimal digits. */
  of(clientId: string, version: number): string {
    return createHmac("sha256", this.#key).update(`${clientId}\n${version}`).digest("hex");
  }

  /** Returns a number of 12 digits that reveals nothing about the text. */
  digits(text: string): string {
    const number = createHmac("sha256", this.#key)
      .update(`digits\n${text}`)
      .digest()
      .readUIntBE(0, 6);
    return String(number % 1_000_000_000_000).padStart(12, "0");
  }
}
