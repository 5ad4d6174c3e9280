import type { User } from "../../model.ts";
import { ownWork } from "../../security/concurrency-limiter.ts";
import type { PasswordHasher } from "../../passwords/hasher.ts";
import type { Store } from "../../store.ts";
import {
  differsInProfile,
  PROFILE_LINE_FIELDS,
  type ProfileLineField,
} from "../attributes/profile-lines.ts";
import type { ImportedUser, ImportField } from "./imported-user.ts";
import type { TakenValues } from "./user-import-progress.ts";

interface KnownUserDependencies {
  readonly store: Store;
  readonly hasher: PasswordHasher;
}

/** The events that give an account a password which no import gave. */
const OWN_PASSWORDS = [
  "user.create",
  "user.sign_up",
  "user.change_password",
  "user.reset_password",
] as const;

/** Returns the stored user whom every value of a line names; undefined if none or several. */
export function namedUser({ user, given }: ImportedUser, taken: TakenValues): User | undefined {
  const named = [
    given.includes("id") ? taken.ids.get(user.id) : undefined,
    taken.emailKeys.get(user.emailKey),
    user.username === "" ? undefined : taken.usernames.get(user.username),
  ].filter((found) => found !== undefined);
  const [first] = named;
  return named.every(({ id }) => id === first?.id) ? first : undefined;
}

/**
 * Returns the first field in which a line differs from a stored user; undefined when the user is as
 * the line says. A flag that is false says nothing: a user may have confirmed the address since.
 */
export async function difference(
  dependencies: KnownUserDependencies,
  line: ImportedUser,
  stored: User,
): Promise<ImportField | undefined> {
  const { user, given } = line;
  const differs: Readonly<Record<Exclude<ImportField, ProfileLineField>, () => boolean>> = {
    id: () => user.id !== stored.id || user.realm !== stored.realm,
    username: () => user.username !== stored.username,
    email: () => user.emailKey !== stored.emailKey,
    acc_id: () => user.accId !== stored.accId,
    created_at: () => user.createdAt !== stored.createdAt,
    email_verified: () =>
      user.emailVerifiedAt !== undefined && stored.emailVerifiedAt === undefined,
    locked: () => user.state === "locked" && stored.state !== "locked",
    lock_reason: () => user.lockReason !== stored.lockReason,
    developer: () => user.developer && !stored.developer,
    password: () => false,
    password_hash: () => false,
    custom_password_hash: () => false,
    salt: () => false,
  };
  const differsIn = (field: ImportField): boolean =>
    isProfileField(field)
      ? differsInProfile(field, user.profile, stored.profile)
      : differs[field]();
  if (stored.state === "deleted") return given.includes("id") ? "id" : "email";
  return (
    given.find(differsIn) ??
    ((await hasSamePassword(dependencies, line, stored))
      ? undefined
      : line.password === undefined
        ? "password_hash"
        : "password")
  );
}

const isProfileField = (field: ImportField): field is ProfileLineField =>
  (PROFILE_LINE_FIELDS as readonly string[]).includes(field);

/** Returns whether a stored user has the password of the line, as far as the hashes can show. */
async function hasSamePassword(
  { store, hasher }: KnownUserDependencies,
  { givenHash, password }: ImportedUser,
  { id, passwordHash }: User,
): Promise<boolean> {
  if (password !== undefined)
    return hasher.withPlace(
      ownWork,
      async (place) => (await place.verify(passwordHash, password)).matches,
    );
  // A line without a password says nothing of one.
  if (givenHash === "" || (await hasher.isMadeOf(passwordHash, givenHash))) return true;
  // A sign-in has replaced the imported hash by ours, of the same password.
  const happened = async (type: string): Promise<boolean> =>
    (await store.audit.list({ userId: id, type, succeeded: true }, { limit: 1 })).length > 0;
  if (!hasher.isOurs(passwordHash) || !(await happened("user.sign_in"))) return false;
  for (const type of OWN_PASSWORDS) if (await happened(type)) return false;
  return true;
}
