import { Unreadable, type System } from "./system.ts";
import { type PasswordHash, phcBase64, userFields } from "./user-fields.ts";
import type { Values } from "./values.ts";

/** The states in which a user may not sign in. */
const LOCKED: ReadonlySet<string> = new Set(["SUSPENDED", "DEPROVISIONED", "LOCKED_OUT"]);
const DIGESTS: Readonly<Record<string, string>> = {
  "SHA-512": "sha512",
  "SHA-256": "sha256",
  "SHA-1": "sha1",
  MD5: "md5",
};
/** `SHA512_HMAC` is what the API names the digest of PBKDF2. */
const PBKDF2: Readonly<Record<string, string>> = {
  SHA256_HMAC: "pbkdf2-sha256",
  SHA512_HMAC: "pbkdf2-sha512",
};

/** Users of the API, and those that it takes: these have a hash. */
export const okta: System = {
  arrays: ["users"],
  userOf: (values) => {
    const profile = values.object("profile");
    const password = values.object("credentials").object("password");
    const hash = password.has("hash") ? hashOf(password.object("hash")) : "";
    if (hash instanceof Unreadable) return hash;
    const status = values.text("status");
    const login = profile.text("login");
    const email = profile.text("email");
    return userFields({
      id: values.text("id"),
      // Okta asks for a login in the form of an address; another address than that is an alias.
      username: login.includes("@") && email !== "" ? "" : login,
      email,
      hash,
      createdAt: values.get("created"),
      locked: LOCKED.has(status) && `${status.toLowerCase().replace("_", " ")} in Okta`,
      profile: {
        name: profile.text("displayName"),
        givenName: profile.text("firstName"),
        familyName: profile.text("lastName"),
        locale: profile.text("locale"),
        zoneinfo: profile.text("timezone"),
        phoneNumber: profile.text("mobilePhone", "primaryPhone"),
        formattedAddress: profile.text("postalAddress"),
        streetAddress: profile.text("streetAddress"),
        locality: profile.text("city"),
        region: profile.text("state"),
        postalCode: profile.text("zipCode"),
        country: profile.text("countryCode"),
      },
    });
  },
};

function hashOf(hash: Values): PasswordHash | Unreadable {
  const algorithm = hash.text("algorithm").toUpperCase();
  const value = hash.text("value");
  const salt = hash.text("salt");
  if (algorithm === "BCRYPT")
    return `$2a$${hash.text("workFactor").padStart(2, "0")}$${salt}${value}`;
  const digest = DIGESTS[algorithm];
  if (digest !== undefined)
    return {
      algorithm: digest,
      hash: { value, encoding: "base64" },
      ...(salt !== "" && {
        salt: {
          value: salt,
          encoding: "base64",
          position: hash.text("saltOrder").toUpperCase() === "PREFIX" ? "prefix" : "suffix",
        },
      }),
    };
  const pbkdf2 = PBKDF2[hash.text("digestAlgorithm").toUpperCase()];
  if (algorithm === "PBKDF2" && pbkdf2 !== undefined)
    return `$${pbkdf2}$${hash.text("iterationCount")}$${phcBase64(salt)}$${phcBase64(value)}`;
  return new Unreadable("password_hash", "is of an algorithm that Okta doesn't document");
}
