import type { Clock } from "../../clock.ts";
import { canonicalId, newId } from "../../ids.ts";
import { invalidField } from "../../errors.ts";
import type { User } from "../../model.ts";
import { checkLockReason } from "../lock-reason.ts";
import { checkUsername, MAX_NAME } from "../usernames.ts";
import { parseEmail } from "../email-address.ts";
import type { PasswordHasher } from "../../passwords/hasher.ts";
import { PROFILE_LINE_FIELDS, profileOfLine } from "../attributes/profile-lines.ts";
import { givenHash, type HashReading } from "./given-hash.ts";
import { MAX_PASSWORD_BYTES } from "../../passwords/policy.ts";

/** The fields of a line in a user import; other fields are rejected. */
export const IMPORT_FIELDS = [
  "id",
  "username",
  "email",
  "email_verified",
  "password_hash",
  "custom_password_hash",
  "salt",
  "password",
  "acc_id",
  "created_at",
  "locked",
  "lock_reason",
  "developer",
  ...PROFILE_LINE_FIELDS,
] as const;

/** What may be the name of a field, and no address: the report must not quote a user's data. */
const FIELD_NAME = /^[A-Za-z_]{1,64}$/;

export type ImportField = (typeof IMPORT_FIELDS)[number];

/** An imported user, and the password that must still be hashed. */
export interface ImportedUser {
  readonly user: User;
  readonly password: string | undefined;
  /** The hash as it came; what is stored of it may be sealed. */
  readonly givenHash: string;
  /** The fields that have a value in the line; the others of the user are defaults. */
  readonly given: readonly ImportField[];
}

/** The fields that may have several lines, and others whose own rules say which characters fit. */
const ANY_CHARACTERS: ReadonlySet<ImportField> = new Set([
  "password",
  "lock_reason",
  ...PROFILE_LINE_FIELDS,
]);

/** Needs no escaping in paths and pages. In paths, `me` means the caller. */
const ID = /^(?!me$)[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** The rules of each text have their own limit. */
const MAX_PROFILE_TEXT = 4096;
const MAX_ACC_ID_CHARACTERS = 255;
/** A timestamp or a date of RFC 3339. */
const TIME = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?$/;
const FLAGS: Readonly<Record<string, boolean>> = {
  true: true,
  false: false,
  "1": true,
  "0": false,
};

/** What reading a line needs besides its fields. */
export interface ImportSettings extends HashReading {
  readonly realm: string;
  readonly clock: Clock;
  /** The beginning of the import. */
  readonly now: number;
  readonly hasher: PasswordHasher;
}

/** Parses the fields; rejects the first invalid one. Absent, null and the empty text are equal. */
export function readImportedUser(
  fields: Readonly<Record<string, unknown>>,
  { realm, clock, now, hasher, scheme, parameters }: ImportSettings,
): ImportedUser {
  const unknown = Object.keys(fields).find(
    (name) => !(IMPORT_FIELDS as readonly string[]).includes(name),
  );
  if (unknown !== undefined)
    throw invalidField(
      FIELD_NAME.test(unknown) ? unknown : "",
      `is not a field; the fields are ${IMPORT_FIELDS.join(", ")}`,
    );
  const text = (field: ImportField, most: number): string => {
    const value = fields[field] ?? "";
    if (typeof value !== "string") throw invalidField(field, "is not a text");
    if ([...value].length > most) throw invalidField(field, `is longer than ${most} characters`);
    if (/[\p{Cc}\p{Cs}]/u.test(value) && !ANY_CHARACTERS.has(field))
      throw invalidField(field, "holds control characters");
    return value;
  };
  const flag = (field: ImportField): boolean => {
    const value = fields[field] ?? "";
    if (typeof value === "boolean" || value === "") return value === true;
    const isText = typeof value === "string" || typeof value === "number";
    const read = isText ? FLAGS[String(value).toLowerCase()] : undefined;
    if (read === undefined) throw invalidField(field, "is neither true nor false");
    return read;
  };

  const id = canonicalId(text("id", 64));
  if (id !== "" && !ID.test(id))
    throw invalidField("id", "is not letters, digits, dots, hyphens and underscores");
  const email = parseEmail(text("email", 320));
  const username = checkUsername(text("username", MAX_NAME));
  const hash = givenHash(
    {
      hash: text("password_hash", 1024),
      custom: fields["custom_password_hash"],
      salt: text("salt", 255),
      username: text("username", MAX_NAME),
      email: text("email", 320),
    },
    { scheme, parameters },
  );
  const password = text("password", MAX_PASSWORD_BYTES);
  if (hash !== "" && password !== "")
    throw invalidField("password_hash", "and password are both given");
  if (Buffer.byteLength(password) > MAX_PASSWORD_BYTES)
    throw invalidField("password", `is longer than ${MAX_PASSWORD_BYTES} bytes`);
  const locked = flag("locked");
  const lockReason = text("lock_reason", 1024);
  if (lockReason !== "" && !locked)
    throw invalidField("lock_reason", "is set, but the user is not locked");
  const profile = profileOfLine((field) => text(field, MAX_PROFILE_TEXT), flag);
  const user: User = {
    id: id === "" ? newId(clock) : id,
    realm,
    username,
    email: email.address,
    emailKey: email.key,
    emailVerifiedAt: flag("email_verified") ? now : undefined,
    accId: text("acc_id", MAX_ACC_ID_CHARACTERS),
    passwordHash: hash === "" ? "" : hasher.storable(hash),
    state: locked ? "locked" : "active",
    developer: flag("developer"),
    administrator: false,
    epoch: 0,
    lockReason: locked
      ? checkLockReason(lockReason || "locked before the import", "lock_reason")
      : "",
    createdAt: timeOf(text("created_at", 64), now),
    updatedAt: now,
    ...(profile !== undefined && { profile }),
  };
  const given = IMPORT_FIELDS.filter((field) => (fields[field] ?? "") !== "");
  return {
    user,
    password: password === "" ? undefined : password,
    givenHash: hash,
    given,
  };
}

function timeOf(text: string, now: number): number {
  if (text === "") return now;
  const time = TIME.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
  if (!(time >= 0 && time <= now))
    throw invalidField(
      "created_at",
      "is not an RFC 3339 timestamp in the past, such as 2020-01-31T18:00:00Z",
    );
  return time;
}
