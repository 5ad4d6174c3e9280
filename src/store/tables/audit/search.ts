// A search by several facts reads the list of the rarest one, and looks at a bounded number of its
// events: two long lists may have nothing in common.
import { type RawBuilder, sql } from "kysely";
import type {
  AuditFilter,
  AuditSearchPage,
  AuditSearchPart,
  AuditTotal,
} from "../../../domain/store.ts";
import type { Database } from "../../engine/database.ts";
import type { Tables } from "../../engine/schema.ts";
import { toEvent } from "./event-row.ts";
import {
  allOf,
  conditionsOf,
  eventsBy,
  type AuditFact,
  factsOf,
  inOrder,
  type Range,
  rangeOf,
} from "./facts.ts";

/** How many events of a list are looked at when further facts decide. */
const LOOKED_AT = 2_000;

/** The list that a search reads, and where it stops. */
interface Reading {
  readonly fact: AuditFact | undefined;
  /** The id of the last event that is looked at; undefined if it is the last one of the list. */
  readonly last: string | undefined;
}

/** Finds the fact whose list is exhausted first, or whose events reach the furthest. */
async function readingOf(
  db: Database,
  facts: readonly AuditFact[],
  range: Range,
): Promise<Reading> {
  const [only] = facts;
  if (facts.length < 2) return { fact: only, last: undefined };
  let best: Reading | undefined;
  for (const fact of facts) {
    const where = allOf([...conditionsOf(fact), ...range.conditions]);
    const { rows } = await sql<{ id: string }>`select id from ${eventsBy(db, fact)} ${where}
      ${inOrder(range)} limit 1 offset ${LOOKED_AT - 1}`.execute(db); // The index of the fact.
    const last = rows[0]?.id;
    if (last === undefined) return { fact, last };
    const isFurther =
      best?.last === undefined || (range.isOldestFirst ? last > best.last : last < best.last);
    if (isFurther) best = { fact, last };
  }
  return best ?? { fact: only, last: undefined };
}

/** Returns what is read: the table by its index, with all conditions. */
function matching(
  db: Database,
  facts: readonly AuditFact[],
  range: Range,
  { fact, last }: Reading,
): RawBuilder<unknown> {
  const conditions = [
    ...facts.flatMap((each) => conditionsOf(each)),
    ...range.conditions,
    ...(last === undefined ? [] : [range.isOldestFirst ? sql`id <= ${last}` : sql`id >= ${last}`]),
  ];
  return sql`${eventsBy(db, fact)} ${allOf(conditions)}`;
}

/** Finds events; see `AuditStore`. */
export async function searchEvents(
  db: Database,
  filter: AuditFilter,
  { after, limit, isOldestFirst = false }: AuditSearchPage,
): Promise<AuditSearchPart> {
  const facts = factsOf(filter);
  const range = rangeOf(filter, after, isOldestFirst);
  const reading = await readingOf(db, facts, range);
  const { rows } = await sql<Tables["audit_events"]>`
    select * from ${matching(db, facts, range, reading)} ${inOrder(range)} limit ${limit}`.execute(
    db,
  );
  return {
    items: rows.map(toEvent),
    stoppedAt: rows.length < limit ? reading.last : undefined,
  };
}

/** Counts events; see `AuditStore`. */
export async function countEvents(
  db: Database,
  filter: AuditFilter,
  limit: number,
): Promise<AuditTotal> {
  const facts = factsOf(filter);
  const range = rangeOf(filter, undefined, false);
  const reading = await readingOf(db, facts, range);
  const { rows } = await sql<{ events: number }>`select count(*) as events from (
    select id from ${matching(db, facts, range, reading)} limit ${limit + 1}) as few`.execute(db);
  const events = Number(rows[0]?.events ?? 0);
  return {
    events: Math.min(events, limit),
    isExact: events <= limit && reading.last === undefined,
  };
}
