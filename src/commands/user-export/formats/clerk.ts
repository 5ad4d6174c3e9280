import type { KnownHash } from "../known-hash.ts";
import type { UserFormat } from "../user-format.ts";

interface Digest {
  readonly password_digest: string;
  readonly password_hasher: string;
}

function hashOf(hash: KnownHash): Digest | undefined {
  const digest = (hasher: string, text: string): Digest => ({
    password_digest: text,
    password_hasher: hasher,
  });
  if (hash.kind === "argon2")
    return hash.variant === "d" ? undefined : digest(`argon2${hash.variant}`, hash.phc);
  if (hash.kind === "bcrypt") return digest("bcrypt", hash.text);
  if (hash.kind === "ldap" && hash.text.startsWith("{SSHA}")) return digest("ldap_ssha", hash.text);
  if (hash.kind !== "pbkdf2" || hash.digest !== "sha256") return undefined;
  const [salt, value] = [hash.salt.toString("base64"), hash.hash.toString("base64")];
  return digest("pbkdf2_sha256", `pbkdf2_sha256$${hash.iterations}$${salt}$${value}`);
}

/** An array with the names of the dashboard's export, for Clerk's migration tool. */
export const clerkFormat: UserFormat = {
  open: "[",
  close: "]",
  hashOf,
  userOf: ({ user, isLocked }, hash) => {
    const isVerified = user.emailVerifiedAt !== undefined;
    return {
      id: user.id,
      username: user.username === "" ? null : user.username,
      first_name: user.profile?.givenName ?? null,
      last_name: user.profile?.familyName ?? null,
      primary_email_address: user.email,
      verified_email_addresses: isVerified ? user.email : null,
      unverified_email_addresses: isVerified ? null : user.email,
      created_at: new Date(user.createdAt).toISOString(),
      banned: isLocked,
      ...((hash ?? { password_digest: null, password_hasher: null }) as object),
    };
  },
};
