import { timingSafeEqual } from "node:crypto";
import { IdentityError } from "../../errors.ts";

/** Checks argon2 hashes, with the package that the caller has chosen. */
export type VerifyArgon2 = (phc: string, password: Buffer) => Promise<boolean>;

/** What formats use of others. */
export interface HashTools {
  readonly verifyArgon2: VerifyArgon2;
  /** Parses a hash that another format has inside. */
  readonly read: (text: string) => StoredHash;
}

/** A hash that is cheaper to try than ours, so that it must not be stored as it is. */
export interface QuickHash {
  /** The text of the hash with another digest in the place of its own: all of it but the digest. */
  readonly template: string;
  readonly digest: Buffer;
  /** Returns the digest that a password has by the rule and the salt of the template. */
  readonly digestOf: (password: Buffer) => Promise<Buffer>;
}

/** A parsed hash. */
export interface StoredHash {
  /** Returns whether the password is the one of the hash. */
  check(password: Buffer): Promise<boolean>;
  /** Set for a hash that is cheaper to try than ours. */
  readonly quick?: QuickHash;
}

/**
 * Parses a text in the format; returns undefined for other formats. Rejects a hash that is too
 * expensive to check.
 */
export type Format = (text: string, tools: HashTools) => StoredHash | undefined;

/** Returns the error for an invalid hash, without the hash. */
export const refusal = (description: string): IdentityError =>
  new IdentityError("FIELD_INVALID", `The password hash ${description}.`, {
    fields: [{ field: "password_hash", description }],
  });

/** Rejects a value above a limit: the parameters of a hash decide what each sign-in costs. */
export function bound(name: string, value: number, most: number): void {
  if (!(value <= most)) throw refusal(`asks for more than ${most} ${name}`);
}

/** Compares two hashes in a time that reveals nothing but their lengths. */
export const equal = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other);

/** Checks the length of a digest: shorter ones could be guessed, longer ones are not in use. */
export function digestOf(bytes: Buffer): Buffer {
  if (bytes.length < 16 || bytes.length > 64)
    throw refusal("has a digest that is shorter than 16 bytes or longer than 64");
  return bytes;
}
