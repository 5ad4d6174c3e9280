import { Unreadable, type System } from "./system.ts";
import { type PasswordHash, phcBase64, plainDigest, userFields } from "./user-fields.ts";

/** The CSV of the dashboard, or JSON with the same names. */
export const clerk: System = {
  userOf: (values) => {
    const email = values.text("primary_email_address", "email_address", "email");
    const verified = values
      .text("verified_email_addresses")
      .toLowerCase()
      .split(/[\s,;|]+/);
    const digest = values.text("password_digest");
    const hash = digest === "" ? "" : hashOf(values.text("password_hasher"), digest);
    if (hash instanceof Unreadable) return hash;
    return userFields({
      id: values.text("id"),
      username: values.text("username"),
      email,
      emailVerified: email !== "" && verified.includes(email.toLowerCase()),
      hash,
      createdAt: values.get("created_at"),
      locked:
        (values.flag("banned") && "banned in Clerk") ||
        (values.flag("locked") && "locked in Clerk"),
      profile: {
        givenName: values.text("first_name"),
        familyName: values.text("last_name"),
        phoneNumber: values.text("primary_phone_number"),
        phoneNumberVerified: values
          .text("verified_phone_numbers")
          .split(/[\s,;|]+/)
          .includes(values.text("primary_phone_number")),
      },
    });
  },
};

/** How digests are written that other systems write in another way. */
const REWRITTEN: Readonly<Record<string, (digest: string) => PasswordHash | undefined>> = {
  md5: (digest) => plainDigest("md5", digest),
  sha256: (digest) => plainDigest("sha256", digest),
  md5_salted: (digest) => saltedDigest("md5", digest),
  sha256_salted: (digest) => saltedDigest("sha256", digest),
  ldap_ssha: (digest) => (digest.startsWith("{") ? digest : `{SSHA}${digest}`),
  pbkdf2_sha1: (digest) => pbkdf2(digest, "pbkdf2", "hex", "text"),
  pbkdf2_sha256: (digest) => pbkdf2(digest, "pbkdf2-sha256", "base64", "base64"),
  pbkdf2_sha512: (digest) => pbkdf2(digest, "pbkdf2-sha512", "hex", "text"),
  scrypt_firebase: firebase,
};
const AS_THEY_ARE = new RegExp(
  "^(?:argon2(?:i|id)|bcrypt(?:_sha256_django)?|(?:md5_)?phpass|pbkdf2_sha256_django" +
    "|scrypt_werkzeug)$",
);
const REFUSED: Readonly<Record<string, string>> = {
  bcrypt_peppered: "needs the pepper: import the file with it as a parameter, as bcrypt",
  awscognito: "is no hash: Cognito has none to give",
};

function hashOf(hasher: string, digest: string): PasswordHash | Unreadable {
  if (AS_THEY_ARE.test(hasher)) return digest;
  const rewritten = REWRITTEN[hasher];
  const reason =
    rewritten === undefined
      ? (REFUSED[hasher] ?? "is of a hasher that isn't known")
      : "is not written as its hasher writes it";
  return rewritten?.(digest) ?? new Unreadable("password_hash", reason);
}

/** Reads a digest with a salt behind it: hash, a separator and the salt. */
function saltedDigest(algorithm: string, digest: string): PasswordHash | undefined {
  const [, value, salt] = /^([0-9a-f]+)[$:](.+)$/i.exec(digest) ?? [];
  return value === undefined
    ? undefined
    : {
        algorithm,
        hash: { value, encoding: "hex" },
        salt: { value: salt, encoding: "utf8", position: "suffix" },
      };
}

type Encoding = "hex" | "base64" | "text";

/** Returns a PHC string of `name$iterations$salt$hash`. */
function pbkdf2(
  digest: string,
  name: string,
  ofHash: "hex" | "base64",
  ofSalt: Encoding,
): string | undefined {
  const [, iterations, salt = "", hash = ""] =
    /^[^$]*\$(\d+)\$([^$]+)\$([^$]+)$/.exec(digest) ?? [];
  const bytes = (text: string, encoding: Encoding): string =>
    phcBase64(Buffer.from(text, encoding === "text" ? "utf8" : encoding).toString("base64"));
  return iterations === undefined
    ? undefined
    : `$${name}$${iterations}$${bytes(salt, ofSalt)}$${bytes(hash, ofHash)}`;
}

/** Reads `hash$salt$signer$separator$rounds$memory`. */
function firebase(digest: string): string | undefined {
  const [hash, salt, signer, separator, rounds, memory, ...more] = digest.split("$");
  return memory === undefined || more.length > 0
    ? undefined
    : `$firescrypt$ln=${memory},r=${rounds},p=1$${salt}$${hash}$${separator}$${signer}`;
}
