import type { ProfileUpdate } from "../../../domain/accounts/attributes/user-profile.ts";
import { profileValuesOf } from "./profile-values.ts";
import type { Fields } from "./values.ts";
import { timestampOf } from "./times.ts";

/** What an export says of a user; empty where it says nothing. */
interface ExportedUser {
  readonly id?: string;
  readonly username?: string;
  readonly email?: string;
  readonly emailVerified?: boolean;
  readonly hash?: PasswordHash | undefined;
  readonly createdAt?: unknown;
  /** Why the user may not sign in. */
  readonly locked?: string | false;
  readonly profile?: ProfileUpdate;
}

/** A hash as a text, or as the object of Auth0's import schema. */
export type PasswordHash = string | Readonly<Record<string, unknown>>;

/** An id that other systems know the user by. A number is none: it names a row. */
const KEPT_ID = /^(?!me$|\d+$)[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/**
 * Returns the fields of a user line. A name that is the address again is no name, and an address
 * may stand where another system asks for a name.
 */
export function userFields({
  id = "",
  username = "",
  email = "",
  emailVerified,
  hash,
  createdAt,
  locked = false,
  profile = {},
}: ExportedUser): Fields {
  const name = username.trim();
  const isAddress =
    name.includes("@") && (email === "" || name.toLowerCase() === email.trim().toLowerCase());
  const address = email === "" && isAddress ? name : email.trim();
  const created = timestampOf(createdAt);
  return {
    ...(KEPT_ID.test(id) && { id }),
    ...(name !== "" && !isAddress && { username: name }),
    email: address,
    ...(emailVerified !== undefined && { email_verified: emailVerified }),
    ...(typeof hash === "string"
      ? hash !== "" && { password_hash: hash }
      : hash !== undefined && { custom_password_hash: hash }),
    ...(created !== "" && { created_at: created }),
    ...(locked !== false && { locked: true, lock_reason: locked }),
    ...profileValuesOf(profile),
  };
}

/** Returns the digest of a password that has no salt and no name, as an object. */
export const plainDigest = (algorithm: string, value: string, encoding = "hex"): PasswordHash => ({
  algorithm,
  hash: { value, encoding },
});

/** Returns base64 with the usual alphabet and without padding, as PHC strings have it. */
export const phcBase64 = (text: string): string =>
  text.replaceAll("-", "+").replaceAll("_", "/").replace(/=+$/, "");
