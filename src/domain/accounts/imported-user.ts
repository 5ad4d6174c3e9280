// One user of an import: the fields that a line has, as another system writes them. It owns what
// each may be, and must not know what kind of file they come from.
import type { Clock } from "../clock.ts";
import { newId } from "../clock.ts";
import { invalidField } from "../errors.ts";
import type { User } from "../model.ts";
import { checkLockReason, checkUsername, MAX_NAME, parseEmail } from "./identifiers.ts";
import type { PasswordHasher } from "../passwords/hasher.ts";
import { MAX_PASSWORD_BYTES } from "../passwords/hasher.ts";

/** Every field; no line has others. */
export const IMPORT_FIELDS = [
  "id",
  "username",
  "email",
  "email_verified",
  "password_hash",
  "password",
  "acc_id",
  "created_at",
  "locked",
  "lock_reason",
  "developer",
] as const;

type Field = (typeof IMPORT_FIELDS)[number];

/** A user as they will be, and the password that is still to be hashed. */
export interface ImportedUser {
  readonly user: User;
  readonly password: string | undefined;
}

/** What a path and a page show as it stands; `me` is the caller's name in paths. */
const ID = /^(?!me$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const MAX_ACC_ID_CHARACTERS = 255;
/** RFC 3339, or its date alone. */
const TIME = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?$/;
const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  "1": true,
  "0": false,
};

/**
 * Reads the fields; refuses the first that is wrong. Absent, null and the empty text are the same.
 */
export function readImportedUser(
  fields: Readonly<Record<string, unknown>>,
  realm: string,
  clock: Clock,
  now: number,
  hasher: PasswordHasher,
): ImportedUser {
  const unknown = Object.keys(fields).find(
    (name) => !(IMPORT_FIELDS as readonly string[]).includes(name),
  );
  if (unknown !== undefined)
    throw invalidField(unknown.slice(0, 64), `is no field: there are ${IMPORT_FIELDS.join(", ")}`);
  const text = (field: Field, most: number): string => {
    const value = fields[field] ?? "";
    if (typeof value !== "string") throw invalidField(field, "is no text");
    if ([...value].length > most) throw invalidField(field, `is longer than ${most} characters`);
    if (/[\p{Cc}\p{Cs}]/u.test(value) && field !== "password" && field !== "lock_reason")
      throw invalidField(field, "holds control characters");
    return value;
  };
  const flag = (field: Field): boolean => {
    const value = fields[field] ?? "";
    const read = value === "" ? false : FLAGS[String(value).toLowerCase()];
    if (read === undefined || typeof value === "object")
      throw invalidField(field, "is neither true nor false");
    return read;
  };

  const id = text("id", 64);
  if (id !== "" && !ID.test(id))
    throw invalidField("id", "is not letters, digits, dots, hyphens and underscores");
  const email = parseEmail(text("email", 320));
  const username = checkUsername(text("username", MAX_NAME));
  const passwordHash = text("password_hash", 1024);
  const password = text("password", MAX_PASSWORD_BYTES);
  if ((passwordHash === "") === (password === ""))
    throw invalidField("password_hash", "or password is needed, one of them");
  if (passwordHash !== "") hasher.checkHash(passwordHash);
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES)
    throw invalidField("password", `is longer than ${MAX_PASSWORD_BYTES} bytes`);
  const locked = flag("locked");
  const lockReason = text("lock_reason", 1024);
  if (lockReason !== "" && !locked)
    throw invalidField("lock_reason", "is of a user who is not locked");
  const user: User = {
    id: id === "" ? newId(clock) : id,
    realm,
    username,
    email: email.address,
    emailKey: email.key,
    emailVerifiedAt: flag("email_verified") ? now : undefined,
    accId: text("acc_id", MAX_ACC_ID_CHARACTERS),
    passwordHash,
    state: locked ? "locked" : "active",
    developer: flag("developer"),
    administrator: false,
    epoch: 0,
    lockReason: locked
      ? checkLockReason(lockReason || "locked before the import", "lock_reason")
      : "",
    createdAt: timeOf(text("created_at", 64), now),
    updatedAt: now,
  };
  return { user, password: password === "" ? undefined : password };
}

function timeOf(text: string, now: number): number {
  if (text === "") return now;
  const time = TIME.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  if (!(time >= 0 && time <= now))
    throw invalidField("created_at", "is no time of the past such as 2020-01-31T18:00:00Z");
  return time;
}
