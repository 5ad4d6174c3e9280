// Auth0's `custom_password_hash`, the object that scripts of many systems can write.
import { refusal } from "../stored-hash.ts";
import { ruledText } from "./ruled-hash.ts";

const ENCODINGS = ["base64", "hex", "utf8"] as const;
type Encoding = (typeof ENCODINGS)[number];
const PLAIN = /^(?:md5|sha1|sha256|sha512)$/;

type Parts = Readonly<Record<string, unknown>>;

const partsOf = (value: unknown): Parts =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {};

function encodingOf(value: unknown, otherwise: Encoding): Encoding {
  const found = ENCODINGS.find((each) => each === (value ?? otherwise));
  if (found === undefined) throw refusal(`has an encoding that is none of ${ENCODINGS.join(", ")}`);
  return found;
}

function bytesOf({ value, encoding }: Parts, otherwise: Encoding): Buffer {
  if (typeof value !== "string") throw refusal("has a part without a value");
  return Buffer.from(value, encodingOf(encoding, otherwise));
}

/** Writes the hash of the object as a text; rejects one that is wrong or of an unknown kind. */
export function customHashText(object: unknown): string {
  const custom = partsOf(object);
  const { algorithm } = custom;
  const hash = partsOf(custom["hash"]);
  const salt = custom["salt"] === undefined ? undefined : partsOf(custom["salt"]);
  const { value } = hash;
  if (typeof algorithm !== "string" || typeof value !== "string")
    throw refusal("has no algorithm or no hash.value");
  if (encodingOf(partsOf(custom["password"])["encoding"], "utf8") !== "utf8")
    throw refusal("is of a password that is not UTF-8");
  if (/^(?:argon2|bcrypt|ldap|pbkdf2)$/.test(algorithm))
    return algorithm === "pbkdf2" && !value.startsWith("$") ? pbkdf2Text(custom, hash) : value;
  if (algorithm === "scrypt") return scryptText(custom, hash, salt);
  if (PLAIN.test(algorithm)) return plainText(algorithm, hash, salt);
  if (algorithm === "hmac") return hmacText(hash, salt);
  throw refusal(
    algorithm === "md4" ? "is MD4, which nothing here has" : "is of an unknown algorithm",
  );
}

/** Returns the password with the salt on its side. */
const salted = (salt: Parts | undefined): string =>
  salt === undefined
    ? "{password}"
    : salt["position"] === "suffix"
      ? "{password}{salt}"
      : "{salt}{password}";

const plainText = (algorithm: string, hash: Parts, salt: Parts | undefined): string =>
  ruledText(
    `${algorithm}(${salted(salt)})`,
    salt === undefined ? {} : { salt: bytesOf(salt, "utf8") },
    bytesOf(hash, "hex"),
  );

function hmacText(hash: Parts, salt: Parts | undefined): string {
  const digest = hash["digest"];
  if (typeof digest !== "string" || !PLAIN.test(digest)) throw refusal("has no hash.digest");
  const values = {
    pepper: bytesOf(partsOf(hash["key"]), "utf8"),
    ...(salt !== undefined && { salt: bytesOf(salt, "utf8") }),
  };
  return ruledText(`hmac_${digest}({pepper},${salted(salt)})`, values, bytesOf(hash, "hex"));
}

const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "");
const whole = (value: unknown, otherwise: number): number =>
  typeof value === "number" && Number.isInteger(value) && value > 0 ? value : otherwise;

/** The defaults are those of Node's scrypt, as Auth0 says. */
function scryptText(custom: Parts, hash: Parts, salt: Parts | undefined): string {
  const bytes = bytesOf(hash, "base64");
  const keylen = whole(custom["keylen"], bytes.length);
  if (keylen !== bytes.length) throw refusal("has another length than its keylen");
  const log = Math.log2(whole(custom["cost"], 16_384));
  if (!Number.isInteger(log)) throw refusal("has parameters that scrypt doesn't allow");
  const [r, p] = [whole(custom["blockSize"], 8), whole(custom["parallelization"], 1)];
  const cost = `ln=${log},r=${r},p=${p}`;
  const saltBytes = salt === undefined ? Buffer.alloc(0) : bytesOf(salt, "utf8");
  return `$scrypt$${cost}$${unpadded(saltBytes)}$${unpadded(bytes)}`;
}

function pbkdf2Text(custom: Parts, hash: Parts): string {
  const digest = hash["digest"] ?? custom["digest"];
  const salt = partsOf(custom["salt"]);
  if (
    typeof digest !== "string" ||
    !/^sha(?:1|256|512)$/.test(digest) ||
    salt["value"] === undefined
  )
    throw refusal("is no PHC string, and has no digest and salt");
  const iterations = whole(custom["iterations"], 100_000);
  const [saltText, hashText] = [unpadded(bytesOf(salt, "utf8")), unpadded(bytesOf(hash, "base64"))];
  return `$pbkdf2-${digest}$${iterations}$${saltText}$${hashText}`;
}
