// How a quick hash of another system is stored. It waits sealed until its turn to be wrapped comes;
// then argon2id over its digest is stored, with its rule and its salt sealed beside it.
import type { SealedTexts } from "../security/sealed-texts.ts";

const WAITING = "$waiting$";
const WRAPPED = /^\$wrapped\$([A-Za-z0-9_-]+)(\$argon2id\$.+)$/;
const WAITING_PLACE = "users.password_hash waiting";
const RULE_PLACE = "users.password_hash rule";

/** A wrapped hash: the old one without its digest, and argon2id over that digest. */
export interface Wrapped {
  readonly template: string;
  readonly phc: string;
}

export const isWaiting = (stored: string): boolean => stored.startsWith(WAITING);

export const waitingText = (seals: SealedTexts, hash: string): string =>
  WAITING + seals.seal(WAITING_PLACE, hash);

/** Returns the hash; undefined when it was changed or sealed with another secret. */
export const openWaiting = (seals: SealedTexts, stored: string): string | undefined =>
  seals.open(WAITING_PLACE, stored.slice(WAITING.length));

/** A wrapped hash whose rule isn't sealed, as an export writes it for another installation. */
const PORTABLE = /^\$over\$([A-Za-z0-9_-]{1,1500})(\$argon2id\$.{1,200})$/;

export const portableText = ({ template, phc }: Wrapped): string =>
  `$over$${Buffer.from(template).toString("base64url")}${phc}`;

export function readPortable(text: string): Wrapped | undefined {
  const [, template, phc] = PORTABLE.exec(text) ?? [];
  if (template === undefined || phc === undefined) return undefined;
  return { template: Buffer.from(template, "base64url").toString(), phc };
}

export const wrappedText = (seals: SealedTexts, template: string, phc: string): string =>
  `$wrapped$${seals.seal(RULE_PLACE, template)}${phc}`;

/** Returns the parts of a wrapped hash; undefined for another one, or if it can't be opened. */
export function openWrapped(seals: SealedTexts, stored: string): Wrapped | undefined {
  const [, sealed, phc] = WRAPPED.exec(stored) ?? [];
  const template = sealed === undefined ? undefined : seals.open(RULE_PLACE, sealed);
  return template === undefined || phc === undefined ? undefined : { template, phc };
}
