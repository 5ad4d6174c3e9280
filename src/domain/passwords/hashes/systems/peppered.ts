// bcrypt of the password with a pepper behind it, as Devise makes it. The pepper is a secret, so
// such a hash is stored as the quick ones are: its rule is sealed.
import { bcryptQuick } from "../bcrypt.ts";
import { quickHash } from "../quick-hash.ts";
import { type Format, refusal } from "../stored-hash.ts";

const TEXT = /^\$peppered\$([A-Za-z0-9_-]+)(\$2[aby]\$.+)$/;

/** Writes a hash with its pepper. */
export const pepperedText = (pepper: string, hash: string): string =>
  `$peppered$${Buffer.from(pepper).toString("base64url")}${hash}`;

export const peppered: Format = (text) => {
  if (!text.startsWith("$peppered$")) return undefined;
  const [, pepper = "", hash] = TEXT.exec(text) ?? [];
  const quick = hash === undefined ? undefined : bcryptQuick(hash);
  if (quick === undefined) throw refusal("is no bcrypt: a pepper is for bcrypt or for --scheme");
  const bytes = Buffer.from(pepper, "base64url");
  return quickHash({
    template: `$peppered$${pepper}${quick.template}`,
    digest: quick.digest,
    digestOf: (password) => quick.digestOf(Buffer.concat([password, bytes])),
  });
};
