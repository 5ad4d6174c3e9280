// The public keys of a client, RFC 7517: with them it signs its assertions and requests.
import { createPublicKey, type JsonWebKey } from "node:crypto";

/** The most keys of a client, and the most characters of them all as JSON. */
const MAX_KEYS = 20;
export const MAX_KEYS_CHARACTERS = 16_384;

/** The fewest bits of an RSA key, RFC 7518 section 3.3. */
const MIN_RSA_BITS = 2048;

/** The members of private and symmetric keys, RFC 7518 sections 6.2.2, 6.3.2 and 6.4. */
const PRIVATE_MEMBERS = ["d", "p", "q", "dp", "dq", "qi", "oth", "k"] as const;

const CURVES: Readonly<Record<string, readonly string[]>> = {
  EC: ["P-256", "P-384", "P-521"],
  OKP: ["Ed25519"],
};

type Key = Readonly<Record<string, unknown>>;

/** Returns what is wrong with a set of public keys, as the rest of a sentence. */
export function keySetFault({ keys }: { readonly keys: unknown }): string | undefined {
  if (!Array.isArray(keys) || keys.length === 0)
    return "must have a list of keys that is not empty";
  if (keys.length > MAX_KEYS) return `has more than ${MAX_KEYS} keys`;
  if (JSON.stringify(keys).length > MAX_KEYS_CHARACTERS)
    return `is longer than ${MAX_KEYS_CHARACTERS} characters`;
  const ids = keys.map((key) => (isObject(key) ? key["kid"] : undefined));
  const named = ids.filter((id) => id !== undefined);
  if (!named.every((id) => typeof id === "string" && id !== "" && id.length <= 255))
    return "has a kid that is no text of 1 to 255 characters";
  if (new Set(named).size !== named.length) return "has two keys of the same kid";
  return keys.map(keyFault).find((fault) => fault !== undefined);
}

function keyFault(key: unknown): string | undefined {
  if (!isObject(key)) return "has a key that is not an object";
  const { kty, crv } = key;
  if (PRIVATE_MEMBERS.some((name) => Object.hasOwn(key, name)) || kty === "oct")
    return "has a private or symmetric key; send public keys only";
  if (key["use"] !== undefined && key["use"] !== "sig" && key["use"] !== "enc")
    return "has a key whose use is neither sig nor enc";
  if (!Object.entries(key).every(isPlainMember))
    return "has a key with a member that is neither a text, a truth value nor a list of texts";
  const isKnown =
    kty === "RSA" ||
    (typeof kty === "string" && typeof crv === "string" && CURVES[kty]?.includes(crv) === true);
  if (!isKnown) return "has a key that is not RSA, EC (P-256, P-384, P-521) or OKP (Ed25519)";
  return importFault(key);
}

/** Returns the fault of a key whose members make no key, as a point that is not on its curve. */
function importFault(key: Key): string | undefined {
  try {
    const { asymmetricKeyDetails: { modulusLength } = {} } = createPublicKey({
      key: key as JsonWebKey,
      format: "jwk",
    });
    return modulusLength !== undefined && modulusLength < MIN_RSA_BITS
      ? `has an RSA key of fewer than ${MIN_RSA_BITS} bits`
      : undefined;
  } catch {
    return "has a key whose members are malformed";
  }
}

/**
 * Returns whether a member can be stored and read back as it is. JSON of JavaScript puts members
 * whose name is a number before the others.
 */
const isPlainMember = ([name, value]: readonly [string, unknown]): boolean =>
  !/^\d+$/.test(name) &&
  (typeof value === "string" ||
    typeof value === "boolean" ||
    (Array.isArray(value) && value.every((each) => typeof each === "string")));

const isObject = (value: unknown): value is Key =>
  typeof value === "object" && value !== null && !Array.isArray(value);
