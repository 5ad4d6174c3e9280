// Recomputes the values of users that are made by rules which may change: the key of the e-mail
// address and the look of the name.
import { type RawBuilder, sql } from "kysely";
import { emailKey } from "../../../domain/accounts/email-address.ts";
import { lookOf } from "../../../domain/accounts/usernames.ts";
import { type Database, updated } from "../../engine/database.ts";
import { isDuplicate } from "../../engine/errors.ts";

/**
 * The version of the rules that made the keys of a row. A program of an older version inserts rows
 * with 0. A row that keeps an older key has 2: another user has the key by today's rules, or the
 * address is no longer valid.
 */
export const KEY_RULES = { older: 0, today: 1, kept: 2 } as const;

/** How many rows are read at once. */
const CHUNK = 200;

/**
 * Recomputes the keys of all rows that have older ones. Two processes may do it at once, and users
 * may change meanwhile: each write names the values it has read, and a row that it misses waits for
 * the next time. Returns how many rows it has looked at.
 */
export async function renewKeys(db: Database): Promise<number> {
  return (await renewThoseOf(db, KEY_RULES.older)) + (await renewThoseOf(db, KEY_RULES.kept));
}

async function renewThoseOf(db: Database, rules: number): Promise<number> {
  for (let total = 0, after = ""; ;) {
    const rows = await db
      .selectFrom("users")
      .select(["id", "username", "email", "email_key", "deleted_at"])
      // Index users_key_rules.
      .where("key_rules", "=", rules)
      .where("id", ">", after)
      .orderBy("id")
      .limit(CHUNK)
      .execute();
    const older = rows.map((row) => ({ ...row, key: emailKey(row.email) }));
    for (const row of older.filter(({ key, email_key }) => key !== email_key))
      await renewKey(db, row);
    await noteLooks(
      db,
      older.filter(({ key, email_key }) => key === email_key),
    );
    total += rows.length;
    after = rows.at(-1)?.id ?? "";
    if (rows.length < CHUNK) return total;
  }
}

type OlderRow = {
  readonly id: string;
  readonly username: string;
  readonly email_key: string;
  readonly deleted_at: number | null;
  readonly key: string | undefined;
};

/** Gives a row its new key, unless another user has it. */
async function renewKey(
  db: Database,
  { id, username, email_key, deleted_at, key }: OlderRow,
): Promise<void> {
  const read = db
    .updateTable("users")
    .where("id", "=", id)
    .where("username", "=", username)
    .where("email_key", "=", email_key)
    .where("deleted_at", deleted_at === null ? "is" : "is not", null);
  const username_look = lookOf(username);
  try {
    if (key === undefined) await read.set({ username_look, key_rules: KEY_RULES.kept }).execute();
    else
      await read
        .set({
          username_look,
          email_key: key,
          email_claim: deleted_at === null ? key : null,
          key_rules: KEY_RULES.today,
        })
        .execute();
  } catch (error) {
    if (!isDuplicate(error)) throw error;
    await updated(read.set({ username_look, key_rules: KEY_RULES.kept }));
  }
}

/**
 * Records the looks of names for users whose key is right already. It matches by the name, so that
 * a new name doesn't get an old look.
 */
async function noteLooks(db: Database, rows: readonly OlderRow[]): Promise<void> {
  if (rows.length === 0) return;
  const looks = new Map(rows.map(({ username }) => [username, lookOf(username)]));
  const cases = [...looks].map(([username, look]) => sql`when ${username} then ${look}`);
  const whens = sql.join(cases, sql` `);
  const look: RawBuilder<string> = sql`case username ${whens} else username_look end`;
  await db
    .updateTable("users")
    .set({ username_look: look, key_rules: KEY_RULES.today })
    .where(
      "id",
      "in",
      rows.map(({ id }) => id),
    )
    .where("username", "in", [...looks.keys()])
    .where(
      "email_key",
      "in",
      rows.map(({ email_key }) => email_key),
    )
    .execute();
}

/** A user who keeps an older key, and the user who has today's key, if there is one. */
export interface KeptKey {
  readonly realm: string;
  readonly id: string;
  readonly email: string;
  readonly otherId: string | undefined;
}

/** Returns up to `limit` users who keep an older key and are not deleted. */
export async function keptKeys(db: Database, limit: number): Promise<KeptKey[]> {
  // Index users_key_rules.
  const rows = await db
    .selectFrom("users")
    .select(["realm", "id", "email"])
    .where("key_rules", "=", KEY_RULES.kept)
    .where("deleted_at", "is", null)
    .orderBy("id")
    .limit(limit)
    .execute();
  return Promise.all(
    rows.map(async ({ realm, id, email }) => {
      // Index users_email_claim.
      const other = await db
        .selectFrom("users")
        .select("id")
        .where("realm", "=", realm)
        .where("email_claim", "=", emailKey(email) ?? "")
        .executeTakeFirst();
      return { realm, id, email, otherId: other?.id };
    }),
  );
}
