import { lineOfProfile } from "../../../domain/accounts/attributes/profile-lines.ts";
import type { UserProfile } from "../../../domain/accounts/attributes/user-profile.ts";
import type { KnownHash } from "../known-hash.ts";
import { pbkdf2Phc } from "../phc.ts";
import type { UserFormat } from "../user-format.ts";

const hashed = (algorithm: string, value: string): object => ({
  algorithm,
  hash: { value, encoding: "utf8" },
});

/** Returns `custom_password_hash` of the schema of bulk imports. */
function hashOf(hash: KnownHash): object | undefined {
  switch (hash.kind) {
    case "argon2":
      return hashed("argon2", hash.phc);
    case "bcrypt":
      return hashed("bcrypt", hash.text);
    case "ldap":
      return hashed("ldap", hash.text);
    case "pbkdf2":
      return hashed("pbkdf2", pbkdf2Phc(hash));
    case "scrypt":
      return {
        algorithm: "scrypt",
        hash: { value: hash.hash.toString("base64"), encoding: "base64" },
        salt: { value: hash.salt.toString("base64"), encoding: "base64" },
        keylen: hash.hash.length,
        cost: hash.cost,
        blockSize: hash.blockSize,
        parallelization: hash.parallelization,
      };
    default:
      return undefined;
  }
}

/** The schema has four values of a profile. Others are metadata, by the names of their claims. */
function profileOf(profile: UserProfile = {}): object {
  const { name, given_name, family_name, picture, ...user_metadata } = lineOfProfile(profile);
  return {
    ...Object.fromEntries(
      Object.entries({ name, given_name, family_name, picture }).filter(
        ([, value]) => value !== undefined,
      ),
    ),
    ...(Object.keys(user_metadata).length > 0 && { user_metadata }),
  };
}

/** An array of users for the bulk import. */
export const auth0Format: UserFormat = {
  open: "[",
  close: "]",
  hashOf,
  userOf: ({ user, isLocked }, hash) => ({
    user_id: user.id,
    email: user.email,
    email_verified: user.emailVerifiedAt !== undefined,
    ...(user.username !== "" && { username: user.username }),
    blocked: isLocked,
    ...profileOf(user.profile),
    ...(hash !== undefined && { custom_password_hash: hash }),
  }),
};
