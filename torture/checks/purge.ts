// requests while expired rows are removed.
import { setTimeout as delay } from "node:timers/promises";
import { quantile } from "../../bench/measure/statistics.ts";
import { isActive } from "../../test/oauth/flow.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../check.ts";
import type { Engine, Stage } from "../engine.ts";
import { FlowControl } from "../galera/flow-control.ts";
import { Fleet, type FleetUser } from "../load/fleet.ts";
import { metricsOf, sumOf } from "../load/process.ts";
import { openRows } from "../load/rows.ts";

const PROCESSES = 2;
/** How many clients ask at once; each pauses between two calls. */
const CLIENTS = 4;
const PAUSE_MS = 20;
/** How often is looked whether the purge has begun or ended. */
const LOOK_MS = 250;
/** How long all of it may take; the purge begins within five minutes. */
const PATIENCE_MS = 15 * 60_000;
/** How long the calls go on after the purge, for the comparison. */
const AFTER_MS = 60_000;
/** How many rows one statement inserts. */
const PART = 5_000;

interface Call {
  readonly kind: "sign-ins" | "introspections";
  readonly at: number;
  readonly took: number;
}

/** The columns of every row that a user's consent or session has. */
const COMMON = "user_id, epoch, api, created_at, expires_at";

/** The tables that get expired rows, and a row of each; the columns are those without a default. */
const ROWS: Readonly<Record<string, (id: string) => string>> = {
  "attempts (key_hash, tries, ends_at)": (id) => `('${id}', 1, 1)`,
  [`codes (${COMMON}, hash, family_id, grant_id, client_id, scopes, redirect_uri,
    code_challenge, group_id)`]: (id) =>
    `('user', 1, 'identity', 1, 1, '${id}', '${id}', 'grant', 'client', '[]', '', '', 0)`,
  [`access_tokens (${COMMON}, hash, client_id, scopes, group_id, last_used_at)`]: (id) =>
    `('user', 1, 'identity', 1, 1, '${id}', 'client', '[]', 0, 1)`,
  [`sessions (${COMMON}, id, token_hash, user_agent, address, last_used_at)`]: (id) =>
    `('user', 1, 'identity', 1, 1, '${id}', '${id}', '', '', 1)`,
};

/** Writes rows that have expired long ago, as many to each table. */
async function expire({ installation }: Fleet, engine: Engine, count: number): Promise<void> {
  const rows = await openRows(engine, installation);
  const tables = Object.entries(ROWS);
  for (const [index, [table, row]] of tables.entries())
    for (let first = index; first < count; first += PART * tables.length) {
      const ids: number[] = [];
      for (let id = first; id < count && ids.length < PART; id += tables.length) ids.push(id);
      const values = ids.map((id) => row(`expired-${id}`)).join(", ");
      await rows.run(`insert into ${table} values ${values}`);
    }
  await rows.close();
}

/** Calls until it is stopped: a sign-in, then some introspections. Returns how long each took. */
async function ask(
  fleet: Fleet,
  { email, password, token }: FleetUser,
  stop: AbortSignal,
): Promise<readonly Call[]> {
  const calls: Call[] = [];
  const signIn = async (): Promise<boolean> => {
    const response = await fetch(`${fleet.url()}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    await response.arrayBuffer();
    return response.ok;
  };
  for (let count = 0; !stop.aborted; count++) {
    const at = performance.now();
    const kind = count % 4 === 0 ? "sign-ins" : "introspections";
    const isRight = await (kind === "sign-ins"
      ? signIn()
      : isActive(fleet.url(), fleet.client, token));
    if (!isRight) throw new Error("a call was refused");
    calls.push({ kind, at, took: performance.now() - at });
    await delay(PAUSE_MS);
  }
  return calls;
}

/** Returns how many processes remove rows, and how many rows are removed. */
async function look(fleet: Fleet): Promise<{ readonly holders: number; readonly rows: number }> {
  let [holders, rows] = [0, 0];
  for (const server of fleet.servers) {
    const metrics = await metricsOf(server);
    holders += sumOf(metrics, "latchkey_purging");
    rows += sumOf(metrics, "latchkey_purged_rows_total");
  }
  return { holders, rows };
}

async function measurePurge({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(engine, PROCESSES);
  const begin = performance.now();
  const stop = new AbortController();
  try {
    await expire(fleet, engine, amount);
    const flow = engine.cluster && new FlowControl(engine.cluster);
    const users = await Promise.all(Array.from({ length: CLIENTS }, () => fleet.newUser()));
    const asked = Promise.all(users.map((user) => ask(fleet, user, stop.signal)));
    asked.catch(() => stop.abort());
    let [first, last, most, rows] = [0, 0, 0, 0];
    while (!stop.signal.aborted) {
      const seen = await look(fleet);
      const now = performance.now();
      most = Math.max(most, seen.holders);
      if (seen.rows > 0 && first === 0) {
        first = now - LOOK_MS;
        say("the purge has begun");
      }
      if (seen.rows > rows) [rows, last] = [seen.rows, now];
      if ((rows >= amount && now - last > AFTER_MS) || now - begin > PATIENCE_MS) stop.abort();
      else await delay(LOOK_MS);
    }
    const calls = (await asked).flat();
    const during = calls.filter(({ at, took }) => at + took >= first && at <= last);
    const other = calls.filter((call) => !during.includes(call));
    const stopped = await flow?.stop();
    return [
      ...compare({ during, other, begin, first, last, most, rows }, amount),
      ...(stopped === undefined
        ? []
        : [timed(atMost("longest stop of writes by flow control", stopped, 200, "ms"))]),
    ];
  } finally {
    stop.abort();
    await fleet.stop();
  }
}

interface Measured {
  readonly during: readonly Call[];
  readonly other: readonly Call[];
  readonly begin: number;
  readonly first: number;
  readonly last: number;
  readonly most: number;
  readonly rows: number;
}

function compare(
  { during, other, begin, first, last, most, rows }: Measured,
  amount: number,
): readonly Figure[] {
  const slowed = (["sign-ins", "introspections"] as const).map((kind) => {
    const [busy, quiet] = [during, other].map((calls) => {
      const times = calls.filter((call) => call.kind === kind).map(({ took }) => took);
      return quantile(times, 0.99);
    }) as [number, number];
    const shown = `${busy.toFixed(1)} to ${quiet.toFixed(1)} ms`;
    return timed(atMost(`p99 of ${kind} (${shown}), times`, busy / quiet, 1.5));
  });
  return [
    atLeast("expired rows removed", rows, amount),
    exactly("processes that removed rows at once, most", most, 1),
    atMost("from the start until the first row is removed", (first - begin) / 60_000, 5.5, "min"),
    ...slowed,
    timed(atLeast("rows removed in a second", rows / ((last - first) / 1000), 100)),
  ];
}

export const PURGE: readonly Check[] = [
  {
    id: "R-40",
    title: "expired rows are removed under load",
    how:
      "Codes, tokens, sessions and counters that have expired, as many of each. " +
      `${CLIENTS} clients sign in and introspect at ${PROCESSES} processes, before, while and ` +
      "after they are removed by a purge that comes by itself. A server of MariaDB removes a " +
      "third as many, because it takes longer.",
    engines: ["SQLite", "MariaDB", "Galera"],
    // The first purge comes minutes after the start: too long for --quick.
    aside: "on all engines at once",
    amounts: { full: 1_000_000 },
    fullOn: { MariaDB: 300_000, Galera: 300_000 },
    unit: "rows",
    measure: measurePurge,
  },
];
