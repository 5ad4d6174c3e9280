import type { KnownHash } from "./known-hash.ts";

/** Returns base64 without padding. */
const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");

/** Returns a PBKDF2 hash as a PHC string with the length of the hash. */
export const pbkdf2Phc = ({
  digest,
  iterations,
  salt,
  hash,
}: KnownHash & { readonly kind: "pbkdf2" }): string =>
  `$pbkdf2-${digest}$i=${iterations},l=${hash.length}$${unpadded(salt)}$${unpadded(hash)}`;
