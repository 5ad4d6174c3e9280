// What every format of password hashes has in common. It owns the shape of a hash that has been
// read, and must not know any format.
import { timingSafeEqual } from "node:crypto";
import { IdentityError } from "../../errors.ts";

/** Checks argon2 hashes: done by a package that whoever reads a hash has chosen. */
export type VerifyArgon2 = (phc: string, password: Buffer) => Promise<boolean>;

/** A hash that has been read. */
export interface StoredHash {
  /** Whether the password is the one of the hash. */
  check(password: Buffer): Promise<boolean>;
}

/**
 * Reads a text that is in the format; nothing when it is in another. Refuses what would cost too
 * much to check.
 */
export type Format = (text: string, verifyArgon2: VerifyArgon2) => StoredHash | undefined;

/** Says what is wrong with a hash, and never the hash. */
export const refusal = (description: string): IdentityError =>
  new IdentityError("FIELD_INVALID", `The password hash ${description}.`, {
    fields: [{ field: "password_hash", description }],
  });

/** Refuses what is more than it may be: whoever brings a hash decides what each sign-in costs. */
export function bound(name: string, value: number, most: number): void {
  if (!(value <= most)) throw refusal(`asks for more than ${most} ${name}`);
}

/** Compares two hashes in a time that tells nothing but whether their lengths are equal. */
export const equal = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other);

/**
 * The longest salt and the shortest and longest digest: longer ones are nobody's, shorter ones
 * could be guessed.
 */
export function digestOf(bytes: Buffer): Buffer {
  if (bytes.length < 16 || bytes.length > 64)
    throw refusal("has a digest that is shorter than 16 bytes or longer than 64");
  return bytes;
}
