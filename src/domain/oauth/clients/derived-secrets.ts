// Client secrets that can be shown again without being kept: each is derived from the server's key,
// the client and a version. It owns the derivation and must not know who may see them.
import { createHmac } from "node:crypto";

/** Derives the secrets of the clients of the APIs that show them again. */
export class DerivedSecrets {
  readonly #key: Buffer;

  constructor(key: Buffer) {
    this.#key = key;
  }

  /** 64 hexadecimal digits; raising the version gives another. */
  of(clientId: string, version: number): string {
    return createHmac("sha256", this.#key).update(`${clientId}\n${version}`).digest("hex");
  }

  /** A number with 12 digits that says nothing about the text it comes from. */
  digits(text: string): string {
    const number = createHmac("sha256", this.#key)
      .update(`digits\n${text}`)
      .digest()
      .readUIntBE(0, 6);
    return String(number % 1_000_000_000_000).padStart(12, "0");
  }
}
