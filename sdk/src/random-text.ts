import { base64url } from "jose";

/** Returns 256 random bits as text. */
export const randomText = (): string =>
  base64url.encode(crypto.getRandomValues(new Uint8Array(32)));
