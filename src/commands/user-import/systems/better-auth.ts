import { DatabaseSync } from "node:sqlite";
import type { SourceRecord } from "../sources/source-record.ts";
import { type System } from "./system.ts";
import { userFields } from "./user-fields.ts";
import { Values } from "./values.ts";

const CREDENTIAL = "credential";
const isAccount = (columns: readonly string[]): boolean =>
  columns.includes("providerid") && columns.includes("userid");

/** `user` and `account` of a dump, the hash in the second; or users with accounts inside. */
export const betterAuth: System = {
  arrays: ["users", "user"],
  tables: /^(?:users?|accounts?)$/,
  reads: (_, columns) =>
    isAccount(columns) || (columns.includes("email") && columns.includes("emailverified")),
  joined: withAccounts,
  userOf: (values, now) => {
    const account = [...values.list("accounts"), ...values.list("account")].find(
      (each) => each.text("providerId") === CREDENTIAL,
    );
    const until = Date.parse(values.text("banExpires"));
    const isBanned = values.flag("banned") && !(until <= now);
    return userFields({
      id: values.text("id"),
      username: values.text("displayUsername", "username"),
      email: values.text("email"),
      emailVerified: values.flag("emailVerified"),
      hash: values.text("password") || (account?.text("password") ?? ""),
      createdAt: values.get("createdAt"),
      locked: isBanned && "banned in better-auth",
      profile: { name: values.text("name"), picture: values.text("image") },
    });
  },
};

/**
 * Gives each user the password of its account. A dump has the tables in any order, so both are kept
 * in a temporary database, which SQLite deletes.
 */
async function* withAccounts(records: AsyncIterable<SourceRecord>): AsyncGenerator<SourceRecord> {
  // No name: SQLite makes a private file, and removes it at once.
  const kept = new DatabaseSync("");
  try {
    kept.exec("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF");
    kept.exec("CREATE TABLE account (user TEXT PRIMARY KEY, password TEXT) WITHOUT ROWID");
    kept.exec("CREATE TABLE user (number INTEGER PRIMARY KEY, id TEXT, row TEXT, problem TEXT)");
    kept.exec("BEGIN");
    const account = kept.prepare("INSERT OR REPLACE INTO account VALUES (?, ?)");
    const user = kept.prepare("INSERT INTO user VALUES (?, ?, ?, ?)");
    for await (const { number, table, values } of records) {
      if (table === undefined) yield { number, values };
      else if (typeof values === "string") user.run(number, null, null, values);
      else {
        const row = new Values(values);
        if (!isAccount(Object.keys(values).map((name) => name.toLowerCase().replaceAll("_", ""))))
          user.run(number, row.text("id"), JSON.stringify(values), null);
        else if (row.text("providerId") === CREDENTIAL && row.text("password") !== "")
          account.run(row.text("userId"), row.text("password"));
      }
    }
    kept.exec("COMMIT");
    const joined = kept.prepare(
      "SELECT number, row, problem, password " +
        "FROM user LEFT JOIN account ON account.user = user.id ORDER BY number",
    );
    for (const { number, row, problem, password } of joined.iterate())
      yield {
        number: Number(number),
        values:
          typeof row === "string"
            ? { ...JSON.parse(row), ...(typeof password === "string" && { password }) }
            : String(problem),
      };
  } finally {
    kept.close();
  }
}
