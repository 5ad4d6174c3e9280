// What a call costs on shards: its measured statements, placed by the plan.
import { quantile } from "../../bench/measure/statistics.ts";
import { PLAN, type Way, wayOf } from "./plan.ts";
import { keptRecording } from "./results.ts";
import { parseStatement, type RecordedCall, type Statement } from "./statements.ts";

/** Whose key decides on the shard of a piece of work. */
export type Place = "user" | "account" | "network" | "client" | "anywhere";

/** Work of one shard. */
export interface Work {
  readonly place: Place;
  readonly micros: number;
  /** The statement, or the upkeep or reading of a look-up table, or a commit. */
  readonly kind: "statement" | "look-up" | "commit";
}

/** What one call costs. */
export interface CallCost {
  readonly name: string;
  /** Statements that the process sends, commits among them. */
  readonly statements: number;
  /** Round trips one after the other, between all machines. */
  readonly roundTrips: number;
  readonly lookups: number;
  readonly work: readonly Work[];
  /** The most shards that one transaction writes. */
  readonly widest: number;
  /** Statements as they are today that would run on every shard. */
  readonly scattered: readonly string[];
  /** Rows that it inserts, by table. */
  readonly inserted: Readonly<Record<string, number>>;
}

/** What a look-up costs, in microseconds: medians of measured statements of the same kind. */
export interface LookupCost {
  readonly read: number;
  readonly write: number;
  /** The commit within `write`. */
  readonly commit: number;
}

interface Parsed extends Statement {
  readonly micros: number;
  readonly connection: number;
  readonly text: string;
}

/** The calls that a client makes for itself. */
const OF_CLIENT = "token of a client";

/** Where the rows of a table lie, for the user, the client and the network of a call. */
function placesOf(table: string, name: string): readonly Place[] {
  if (PLAN[table]?.by === undefined) return ["anywhere"];
  // One statement counts for both.
  if (table === "attempts") return ["network", "account"];
  return [name === OF_CLIENT ? "client" : "user"];
}

/** Returns what a look-up costs by what was measured. */
export function lookupCostOf(calls: readonly RecordedCall[]): LookupCost {
  const all = calls.flatMap(({ statements }) => statements);
  const of = (pattern: RegExp): number => {
    const those = all.filter(({ text }) => pattern.test(text)).map(({ micros }) => micros);
    if (those.length === 0) throw new Error(`no statement was measured that is ${pattern}`);
    return quantile(those, 0.5);
  };
  return {
    read: of(/^select(?!.*\bjoin\b)/i),
    // Its row must be there before the row that it leads to: it has a commit of its own.
    write: of(/^insert into `audit_events`/i) + of(/^commit/i),
    commit: of(/^commit/i),
  };
}

/** Sums up one call. */
class Counter {
  readonly work: Work[] = [];
  readonly inserted: Record<string, number> = {};
  readonly scattered: string[] = [];
  roundTrips = 0;
  lookups = 0;
  widest = 0;
  readonly #cost: LookupCost;
  readonly #name: string;
  readonly #written = new Map<number, Set<Place>>();

  constructor(name: string, cost: LookupCost) {
    this.#name = name;
    this.#cost = cost;
  }

  /** The process asks a proxy, and that asks the shards: two trips, and two more to look up. */
  add(statement: Parsed): void {
    const { kind, connection, micros, table, keys, text } = statement;
    this.roundTrips += 2;
    if (kind === "transaction") {
      const written = this.#written.get(connection) ?? new Set(["anywhere"]);
      this.#written.delete(connection);
      for (const place of written) this.work.push({ place, micros, kind: "commit" });
      return;
    }
    const way = wayOf(table, keys, kind === "insert");
    const places = placesOf(table, this.#name);
    for (const place of places)
      this.work.push({ place, micros: micros / places.length, kind: "statement" });
    this.#lookUp(statement, way);
    if (way === "gains the key" || way === "every shard") this.scattered.push(text);
    if (kind === "insert") this.inserted[table] = (this.inserted[table] ?? 0) + 1;
    if (kind === "read") return;
    const written = this.#written.get(connection) ?? new Set<Place>();
    for (const place of places) written.add(place);
    this.#written.set(connection, written);
    this.widest = Math.max(this.widest, written.size);
  }

  result(statements: number): CallCost {
    const { roundTrips, lookups, work, widest, scattered, inserted } = this;
    const name = this.#name;
    return { name, statements, roundTrips, lookups, work, widest, scattered, inserted };
  }

  #lookUp({ kind, table, text }: Parsed, way: Way): void {
    const changes = kind === "insert" || /^delete/i.test(text);
    const reads = way === "look-up" ? 1 : 0;
    const writes = changes ? PLAN[table]!.lookups.length : 0;
    for (let count = 0; count < reads; count++)
      this.work.push({ place: "anywhere", micros: this.#cost.read, kind: "look-up" });
    for (let count = 0; count < writes; count++)
      this.work.push({ place: "anywhere", micros: this.#cost.write, kind: "look-up" });
    this.lookups += reads + writes;
    // A look-up's writes go side by side, and then its commits.
    this.roundTrips += reads + (writes > 0 ? 2 : 0);
  }
}

/** Returns the cost of each call that was measured. */
export function costOf(calls: readonly RecordedCall[] = keptRecording().calls): CallCost[] {
  const cost = lookupCostOf(calls);
  return calls.map(({ name, statements }) => {
    const counter = new Counter(name, cost);
    for (const each of statements) counter.add({ ...parseStatement(each.text), ...each });
    return counter.result(statements.length);
  });
}
