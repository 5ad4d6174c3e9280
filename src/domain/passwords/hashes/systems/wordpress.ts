// WordPress since 6.8: bcrypt of an HMAC, so that long passwords count to their end.
import { createHmac } from "node:crypto";
import type { Format } from "../stored-hash.ts";

const PREFIX = "$wp";

export const wordpressHash: Format = (text, { read }) => {
  if (!text.startsWith(`${PREFIX}$2y$`)) return undefined;
  const { check, quick } = read(text.slice(PREFIX.length));
  const key = (password: Buffer): Buffer =>
    Buffer.from(createHmac("sha384", "wp-sha384").update(password).digest("base64"));
  return {
    check: (password) => check(key(password)),
    ...(quick && {
      quick: {
        template: PREFIX + quick.template,
        digest: quick.digest,
        digestOf: (password) => quick.digestOf(key(password)),
      },
    }),
  };
};
