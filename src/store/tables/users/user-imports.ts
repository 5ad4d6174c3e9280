// The progress of user imports, and the lookup of values that users already have.
import type {
  TakenValues,
  UserImportProgress,
  UserImportStore,
} from "../../../domain/accounts/import/user-import-progress.ts";
import type { User } from "../../../domain/model.ts";
import { isWaiting } from "../../../domain/passwords/wrapped-hash.ts";
import { type Database, deleted } from "../../engine/database.ts";
import { Contention, isDuplicate } from "../../engine/errors.ts";
import type { Tables } from "../../engine/schema.ts";
import { fromUser, USER_COLUMNS, userFromRow } from "./user-row.ts";

/**
 * The largest number of rows or values in one statement. The few lengths repeat, so that SQLite's
 * prepared statements are reused.
 */
const CHUNK = 50;

function* chunks<T>(items: readonly T[]): Generator<T[]> {
  for (let start = 0; start < items.length; start += CHUNK) yield items.slice(start, start + CHUNK);
}

const toProgress = (row: Tables["user_imports"]): UserImportProgress => ({
  id: row.id,
  startedAt: row.started_at,
  lines: row.lines,
  imported: row.imported,
  duplicates: row.duplicates,
  invalid: row.invalid,
  reportBytes: row.report_bytes,
});

/** Returns the users who have one of these values, by value. */
async function changesOf(
  db: Database,
  column: "id" | "email_claim" | "username_claim",
  realm: string | undefined,
  values: readonly string[],
): Promise<Map<string, User>> {
  const found = new Map<string, User>();
  for (const some of chunks(values)) {
    const rows = await db
      .selectFrom("users")
      .select([...USER_COLUMNS, `${column} as value`])
      // The primary key, or index users_email_claim or users_username_claim.
      .$if(realm !== undefined, (query) => query.where("realm", "=", realm ?? ""))
      .where(column, "in", some)
      .execute();
    for (const { value, ...row } of rows) found.set(String(value), userFromRow(row));
  }
  return found;
}

export const userImports = (db: Database): UserImportStore => ({
  async find(id) {
    const row = await db
      .selectFrom("user_imports")
      .selectAll()
      .where("id", "=", id)
      .executeTakeFirst();
    return row && toProgress(row);
  },

  async save({ id, startedAt, lines, imported, duplicates, invalid, reportBytes }) {
    const row = {
      id,
      started_at: startedAt,
      lines,
      imported,
      duplicates,
      invalid,
      report_bytes: reportBytes,
    };
    await db.replaceInto("user_imports").values(row).execute();
  },

  delete: (id) => deleted(db.deleteFrom("user_imports").where("id", "=", id)),

  async waiting({ after = "", limit }) {
    const rows = await db
      .selectFrom("waiting_hashes")
      .select("user_id")
      .where("user_id", ">", after)
      .orderBy("user_id")
      .limit(limit)
      .execute(); // The primary key.
    return rows.map(({ user_id }) => user_id);
  },

  // The primary key.
  endWaiting: (id) => deleted(db.deleteFrom("waiting_hashes").where("user_id", "=", id)),

  taken: async (realm, { ids, emailKeys, usernames }): Promise<TakenValues> => ({
    ids: await changesOf(db, "id", undefined, ids),
    emailKeys: await changesOf(db, "email_claim", realm, emailKeys),
    usernames: await changesOf(db, "username_claim", realm, usernames),
  }),

  async insert(users) {
    try {
      for (const some of chunks(users))
        await db
          .insertInto("users")
          .values(some.map((user) => fromUser(user)))
          .execute();
      const waiting = users.filter(({ passwordHash }) => isWaiting(passwordHash));
      for (const some of chunks(waiting))
        await db
          .insertInto("waiting_hashes")
          .ignore()
          .values(some.map(({ id }) => ({ user_id: id })))
          .execute();
    } catch (error) {
      // Without its cause: MySQL's message quotes the value, and a command prints all causes.
      throw isDuplicate(error) ? new Contention() : error;
    }
  },
});
