// The users and the tokens of the large tables: each from its number, so that any of them can be
// asked for.
import { hash as digest } from "node:crypto";
import { hash } from "@node-rs/argon2";
import { PASSWORD } from "../../contenders/contender.ts";

/**
 * 2025-10-09; each user is a millisecond younger than the one before, so ids ascend as in a real
 * table.
 */
export const BEGIN = 1_760_000_000_000;

/** 2096; tokens end one millisecond after the other. */
export const END = 4_000_000_000_000;

/** The hash of everybody's password, with the product's parameters. */
export const PASSWORD_HASH = await hash(PASSWORD, {
  memoryCost: 19_456,
  timeCost: 2,
  parallelism: 1,
});

export const USER_COLUMNS =
  "id, realm, username, username_look, email, email_key, username_claim, email_claim, acc_id, " +
  "password_hash, locked, lock_reason, lock_until, developer, epoch, deleted_at, created_at, " +
  "updated_at, key_rules";

export const TOKEN_COLUMNS =
  "hash, client_id, user_id, epoch, grant_id, family_id, api, scopes, group_id, created_at, " +
  "last_used_at, expires_at";

/** What the tables of one size hold. */
export interface Rows {
  readonly users: number;
  readonly tokens: number;
  /** The client of all tokens. */
  readonly clientId: string;
}

/** How far the users of two tokens that follow each other are apart. */
export const strideOf = ({ users, tokens }: Rows): number =>
  Math.max(1, Math.floor(users / tokens));

/** Id, name and address of the n-th user; all three ascend. */
export function userAt(index: number): {
  readonly id: string;
  readonly username: string;
  readonly email: string;
} {
  const [time, number] = [
    (BEGIN + index).toString(16).padStart(12, "0"),
    String(index).padStart(12, "0"),
  ];
  return {
    id: `${time.slice(0, 8)}-${time.slice(8)}-7000-8000-${number}`,
    username: `name-${number}`,
    email: `user-${number}@example.com`,
  };
}

/** The n-th token; the hashes of tokens lie in no order, as those of random ones. */
export const tokenAt = (index: number): string => `lka_bench-${index}`;

export const hashAt = (index: number): string => digest("sha256", tokenAt(index), "base64url");

/** The id of the n-th token's family, and of its grant. */
export const familyAt = (index: number): string =>
  `01999999-0000-7000-8000-${String(index).padStart(12, "0")}`;
