import type { ListPlace, ListRequest } from "../../../src/domain/accounts/lists/list-store.ts";
import { SCANNED } from "../../../src/domain/accounts/lists/user-lists.ts";
import type { UserState } from "../../../src/domain/model.ts";
import { users } from "../../../src/store/tables/users/users.ts";
import type { ListQuery, ListSection } from "./section.ts";

const BEGIN = 1_760_000_000_000;
const EVERY: readonly UserState[] = ["active", "locked", "deleted"];
const PAGE = 51;
const COUNTED = 10_001;

const HASH = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0c2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2g";

/** Of each thousand users one is locked and ten are deleted. */
function fill(engine: "sqlite" | "mysql", rows: number): string {
  const text = (...parts: string[]): string =>
    engine === "sqlite" ? parts.join(" || ") : `concat(${parts.join(", ")})`;
  const padded = engine === "sqlite" ? "printf('%012d', n)" : "lpad(n, 12, '0')";
  // Names and addresses in another order than that of the registrations.
  const turned =
    engine === "sqlite" ? "printf('%09d', n * 7919 % 999983)" : "lpad(n * 7919 % 999983, 9, '0')";
  const [name, email] = [text("'name-'", turned, "'-'", "n"), text("'u'", turned, "'.'", "n")];
  const address = text(email, "'@example.com'");
  const [gone, locked] = ["n % 100 = 7", "n % 1000 = 3"];
  const unless = (value: string): string => `case when ${gone} then null else ${value} end`;
  const numbers =
    engine === "sqlite"
      ? "(with recursive some(n) as (select 0 union all select n + 1 from some " +
        `where n < ${rows - 1}) select n from some)`
      : `(select seq as n from seq_0_to_${rows - 1})`;
  return (
    "insert into users (id, realm, username, username_look, email, email_key, username_claim, " +
    "email_claim, acc_id, password_hash, locked, lock_reason, lock_until, developer, epoch, " +
    "deleted_at, created_at, updated_at, key_rules) select " +
    `${text("'0199c000-0000-7000-8000-'", padded)}, 'default', ${name}, ${name}, ${address}, ` +
    `${address}, ${unless(name)}, ${unless(address)}, ${text("'acc-'", turned)}, '${HASH}', ` +
    `case when ${locked} then 1 else 0 end, '', null, 0, 1, ` +
    `case when ${gone} then ${BEGIN} else null end, ${BEGIN} + n, ${BEGIN} + n, 1 ` +
    `from ${numbers} as numbers`
  );
}

function queries(rows: number): readonly ListQuery[] {
  const now = BEGIN + 2 * rows;
  const list = (name: string, given: Partial<ListRequest>, after?: ListPlace): ListQuery => ({
    name,
    run: (db) =>
      users(db).listBy(
        { realm: "default", states: EVERY, key: "createdAt", isDescending: true, ...given },
        { after, limit: PAGE },
        now,
      ),
  });
  const count = (name: string, given: Partial<ListRequest>): ListQuery => ({
    name,
    run: (db) =>
      users(db).countBy(
        { realm: "default", states: EVERY, key: "createdAt", isDescending: true, ...given },
        COUNTED,
        now,
      ),
  });
  const scan = (name: string, text: string, after?: ListPlace): ListQuery => ({
    name,
    run: (db) =>
      users(db).scan(
        { realm: "default", states: EVERY, texts: [text], most: SCANNED },
        { after, limit: PAGE },
        now,
      ),
  });
  const middle: ListPlace = [BEGIN + Math.floor(rows / 2), "0199c000"];
  const states = ["active", "locked", "deleted"] as const;
  return [
    list("newest first", {}),
    list("newest first, in the middle", {}, middle),
    list("oldest first", { isDescending: false }),
    ...states.map((state) => list(`newest first, ${state}`, { states: [state] })),
    list("by name", { key: "username", isDescending: false }),
    list("by name, from the end", { key: "username" }),
    list("by name, in the middle", { key: "username", isDescending: false }, [
      "name-000500000",
      "",
    ]),
    ...states.map((state) =>
      list(`by name, ${state}`, { key: "username", isDescending: false, states: [state] }),
    ),
    list("by address", { key: "emailKey", isDescending: false }),
    list("address begins with u0005", { key: "emailKey", isDescending: false, prefix: "u0005" }),
    list("name begins with name-9, locked", {
      key: "username",
      isDescending: false,
      prefix: "name-9",
      states: ["locked"],
    }),
    count("total", {}),
    ...states.map((state) => count(`total, ${state}`, { states: [state] })),
    count("total, address begins with u0", { key: "emailKey", prefix: "u0" }),
    scan("contains 00012 (found soon)", "00012"),
    scan("contains what no user has", "no such user"),
    scan("contains what no user has, in the middle", "no such user", middle),
  ];
}

export const userSection: ListSection = {
  name: "users",
  table: "users",
  rows: 1_000_000,
  fill,
  queries,
};
