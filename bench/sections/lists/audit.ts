import { DAY } from "../../../src/domain/durations.ts";
import type { AuditFilter } from "../../../src/domain/store.ts";
import { audit } from "../../../src/store/tables/audit/audit.ts";
import { statistics } from "../../../src/store/tables/audit/statistics.ts";
import type { ListQuery, ListSection } from "./section.ts";

/** A day began then, UTC. */
const BEGIN = 1_759_968_000_000;
const DAYS = 90;
const PAGE = 51;
const COUNTED = 10_000;
const PREFIX = "0199c000-0000-7000-8000-";

const idOf = (number: number): string => PREFIX + String(number).padStart(12, "0");

/**
 * Of ten users nine have ten events each, and one percent of the events are of one user. Sign-ins
 * are by an unknown caller, and one of seven is refused.
 */
function fill(engine: "sqlite" | "mysql", rows: number): string {
  const text = (...parts: string[]): string =>
    engine === "sqlite" ? parts.join(" || ") : `concat(${parts.join(", ")})`;
  const padded = engine === "sqlite" ? "printf('%012d', n)" : "lpad(n, 12, '0')";
  const user = text("'user-'", "(n * 7919 % 999983)");
  const type =
    "case when n % 100 < 70 then 'user.sign_in' when n % 100 < 85 then 'user.sign_out' " +
    "when n % 100 < 92 then 'user.update' when n % 100 < 97 then 'grant.agree' " +
    "when n % 100 = 97 then 'user.create' when n % 100 = 98 then 'mail_link.create' " +
    "when n % 100000 = 99 then 'user.lock' else 'session.revoke' end";
  const refused = "n % 100 < 70 and n % 7 = 0";
  const numbers =
    engine === "sqlite"
      ? "(with recursive some(n) as (select 0 union all " +
        `select n + 1 from some where n < ${rows - 1}) select n from some)`
      : `(select seq as n from seq_0_to_${rows - 1})`;
  return (
    "insert into audit_events (id, at, type, succeeded, actor, user_id, client_id, address, " +
    `details) select ${text(`'${PREFIX}'`, padded)}, ` +
    `${BEGIN} + n * ${Math.floor((DAYS * DAY) / rows)}, ${type}, ` +
    `case when ${refused} then 0 else 1 end, ` +
    `case when n % 100 < 70 then 'anonymous' when n % 1000 = 999 then 'operator' ` +
    `else ${text("'user:'", user)} end, ` +
    `case when n % 100 = 3 or n % 100 = 98 then 'busy' else ${user} end, ` +
    `case when n % 5 = 0 then ${text("'client-'", "(n % 50)")} else null end, '192.0.2.1', ` +
    `case when ${refused} then '{"reason":"SIGN_IN_FAILED"}' else '{}' end from ${numbers} as x`
  );
}

/** What an administrator may ask for: also what has never happened. */
const FILTERS: readonly (readonly [name: string, filter: AuditFilter])[] = [
  ["all", {}],
  ["one user", { userId: "user-7919" }],
  ["the busy user", { userId: "busy" }],
  ["a frequent type", { type: "user.sign_in" }],
  ["a rare type", { type: "user.lock" }],
  ["a type that never happened", { type: "client.delete" }],
  ["refused", { succeeded: false }],
  ["operator", { actor: "operator" }],
  ["one application", { clientId: "client-5" }],
  ["a type, refused", { type: "user.sign_in", succeeded: false }],
  ["a type, refused, never", { type: "user.create", succeeded: false }],
  ["busy user, a type, never", { userId: "busy", type: "user.lock" }],
  ["busy user, other type, never", { userId: "busy", type: "user.update" }],
  ["unknown caller, a type, never", { actor: "anonymous", type: "session.revoke" }],
  ["application, a type, never", { clientId: "client-5", type: "user.create" }],
  ["operator, sign-ins, never", { actor: "operator", type: "user.sign_in" }],
  [
    "every fact, never",
    {
      userId: "busy",
      clientId: "client-5",
      actor: "anonymous",
      type: "user.update",
      succeeded: true,
    },
  ],
];

function queries(rows: number): readonly ListQuery[] {
  const middle = { from: idOf(Math.floor(rows / 4)), before: idOf(Math.floor(rows / 2)) };
  const search = (name: string, filter: AuditFilter, isOldestFirst = false): ListQuery => ({
    name,
    run: (db) => audit(db).search(filter, { limit: PAGE, isOldestFirst }),
  });
  return FILTERS.flatMap(([name, filter]) => [
    search(name, filter),
    search(`${name}, oldest first`, filter, true),
    search(`${name}, in a range`, { ...filter, ...middle }),
    {
      name: `${name}, total`,
      run: (db) => audit(db).count(filter, COUNTED),
    },
  ]);
}

export const auditSection: ListSection = {
  name: "audit",
  table: "audit_events",
  rows: 10_000_000,
  fill,
  queries,
};

/** The charts, of the events of the section before. */
export const chartSection: ListSection = {
  name: "charts",
  table: "audit_days",
  rows: 10_000_000,
  fill: (engine) =>
    "insert into audit_days (type, day, succeeded, reason, events) select type, " +
    `${engine === "sqlite" ? `at / ${DAY}` : `at div ${DAY}`} * ${DAY} as day, succeeded, ` +
    "case when succeeded = 0 then 'SIGN_IN_FAILED' else '' end, count(*) " +
    "from audit_events group by type, day, succeeded",
  queries: () => {
    const types = ["user.sign_in", "user.create", "user.sign_up"];
    return [
      ...[7, 30, DAYS].map((days) => ({
        name: `${days} days`,
        run: (db: Parameters<ListQuery["run"]>[0]) =>
          statistics(db).daily(types, BEGIN + (DAYS - days) * DAY),
      })),
      {
        name: "events that aren't counted yet (5,000)",
        run: (db) => statistics(db).events("", "g", 5_000),
      },
      {
        name: "one part of the count by day (2,000)",
        run: (db) => statistics(db).events("", "g", 2_000),
      },
      { name: "numbers", run: (db) => statistics(db).tables() },
      { name: "position", run: (db) => statistics(db).position() },
    ];
  },
};
