import type { UserProfile } from "../../../domain/accounts/attributes/user-profile.ts";
import type { KnownHash } from "../known-hash.ts";
import { pbkdf2Phc } from "../phc.ts";
import type { UserFormat } from "../user-format.ts";

/** Returns the hash in one of the notations that Kratos knows by their beginning. */
function hashOf(hash: KnownHash): string | undefined {
  switch (hash.kind) {
    case "argon2":
      return hash.variant === "d" ? undefined : hash.phc;
    case "bcrypt":
    case "ldap":
      return hash.text;
    case "pbkdf2":
      return pbkdf2Phc(hash);
    case "scrypt": {
      // `ln` is N itself there, and base64 has its padding.
      const cost = `ln=${hash.cost},r=${hash.blockSize},p=${hash.parallelization}`;
      return `$scrypt$${cost}$${hash.salt.toString("base64")}$${hash.hash.toString("base64")}`;
    }
    default:
      return undefined;
  }
}

/** Returns the name as the schema of Kratos' quick start has it. */
function nameOf({ givenName, familyName }: UserProfile = {}): object {
  const name = {
    ...(givenName !== undefined && { first: givenName }),
    ...(familyName !== undefined && { last: familyName }),
  };
  return Object.keys(name).length === 0 ? {} : { name };
}

/** An array of identities, for `kratos import identities`. */
export const kratosFormat: UserFormat = {
  open: "[",
  close: "]",
  hashOf,
  userOf: ({ user, isLocked }, hash) => ({
    schema_id: "default",
    state: isLocked ? "inactive" : "active",
    traits: {
      email: user.email,
      ...(user.username !== "" && { username: user.username }),
      ...nameOf(user.profile),
    },
    ...(hash !== undefined && {
      credentials: { password: { config: { hashed_password: hash } } },
    }),
    ...(user.emailVerifiedAt !== undefined && {
      verifiable_addresses: [
        { value: user.email, verified: true, via: "email", status: "completed" },
      ],
    }),
    metadata_admin: { id: user.id, created_at: new Date(user.createdAt).toISOString() },
  }),
};
