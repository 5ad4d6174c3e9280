// The section of docs/scaling.md that the model writes.
import {
  ACTIVE,
  CALLS_A_DAY,
  CLIENTS,
  DAYS_KEPT,
  DRAWN,
  NETWORKS,
  PEAK,
  SEED,
  SHARDS,
  USERS,
} from "./assumptions.ts";
import { type CallCost, costOf, lookupCostOf } from "./cost.ts";
import { callsADay, growthOf } from "./growth.ts";
import { keptRecording, keptSizes } from "./results.ts";
import { drawLoad, excessOf, usualDraw } from "./simulate.ts";
import type { Recording } from "./statements.ts";
import { hottestShare } from "./zipf.ts";

const [BEGIN_MARK, END_MARK] = ["<!-- the model begins -->", "<!-- the model ends -->"];

const whole = (value: number): string =>
  value.toLocaleString("en-US", { maximumFractionDigits: value < 10 ? 1 : 0 });
const percent = (value: number): string => `${whole(value * 100)} %`;
const aSecond = (name: string): number => (callsADay(name) / 86_400) * PEAK;

const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    `| ${head.join(" | ")} |`,
    `| --- |${" ---: |".repeat(head.length - 1)}`,
    ...rows.map((row) => `| ${row.join(" | ")} |`),
  ].join("\n");

const sumOf = (calls: readonly CallCost[], value: (call: CallCost) => number): number =>
  calls.reduce((sum, call) => sum + aSecond(call.name) * value(call), 0);

const callTable = (calls: readonly CallCost[]): string =>
  table(
    ["call", "statements", "look-ups", "trips", "widest", "ms", "a second"],
    calls.map(({ name, statements, lookups, roundTrips, widest, work }) => [
      name,
      String(statements),
      String(lookups),
      String(roundTrips),
      String(widest),
      whole(work.reduce((sum, { micros }) => sum + micros, 0) / 1000),
      whole(aSecond(name)),
    ]),
  );

const shardTable = (calls: readonly CallCost[]): string => {
  const of = (kind: string) =>
    sumOf(calls, ({ work }) => work.filter((each) => each.kind === kind).length) / SHARDS;
  const busy =
    sumOf(calls, ({ work }) => work.reduce((sum, { micros }) => sum + micros, 0)) / SHARDS / 1e6;
  return table(
    ["each shard, in the busiest hour", "a second"],
    [
      ["statements on rows", whole(of("statement"))],
      ["reads and changes of look-up tables", whole(of("look-up"))],
      ["commits", whole(of("commit"))],
      ["seconds of the database's time", whole(busy)],
    ],
  );
};

function spreadTable(): string {
  const even = { size: USERS.size, exponent: 0 };
  const clientsAlone = {
    callsADay: { "token of a client": 1 },
  };
  const rows: [string, Parameters<typeof usualDraw>[0]][] = [
    ["users, networks and clients alike", { users: even, networks: even, clients: even }],
    ["as assumed", {}],
    ["as assumed, tokens of clients by the client", { byClient: true }],
    ["tokens of clients alone, by themselves", clientsAlone],
    ["tokens of clients alone, by the client", { ...clientsAlone, byClient: true }],
  ];
  return table(
    ["the load of the busiest shard", "of the mean"],
    rows.map(([what, given]) => [what, percent(excessOf(drawLoad(usualDraw(given)).micros))]),
  );
}

function hotTable({ calls }: Recording): string {
  const all = calls.flatMap(({ statements }) => statements);
  const micros = (pattern: RegExp): number =>
    Math.max(...all.filter(({ text }) => pattern.test(text)).map((each) => each.micros));
  const held = micros(/\battempts\b/i) + lookupCostOf(calls).write;
  const [signIns, tokens] = [aSecond("sign in"), aSecond("token of a client")];
  const [network, user] = [hottestShare(NETWORKS), hottestShare(USERS)];
  return table(
    ["hottest key", "of all", "writes a second", "a row takes"],
    [
      ["counter of a network", network, 2 * signIns * network, 1e6 / held] as const,
      ["counter of an account", user, 2 * signIns * user, 1e6 / held] as const,
      ["client, its own tokens", hottestShare(CLIENTS), tokens * hottestShare(CLIENTS), 0] as const,
    ].map(([what, share, rate, most]) => [
      what,
      `${(share * 100).toPrecision(2)} %`,
      whole(rate),
      most === 0 ? "no row" : whole(most),
    ]),
  );
}

const growthTable = (calls: readonly CallCost[]): string => {
  const gib = (value: number): string => whole(value / 2 ** 30);
  const all = growthOf(calls, keptSizes());
  const sum = (value: (each: (typeof all)[number]) => number): number =>
    all.reduce((total, each) => total + value(each), 0);
  return table(
    ["table", "rows, millions", "GiB of a shard", "and its look-ups"],
    [
      ...all.map(({ table: name, rows, bytes, lookupBytes }) => [
        `\`${name}\``,
        whole(rows / 1e6),
        gib(bytes),
        gib(lookupBytes),
      ]),
      [
        "together",
        whole(sum(({ rows }) => rows) / 1e6),
        gib(sum(({ bytes }) => bytes)),
        gib(sum(({ lookupBytes }) => lookupBytes)),
      ],
    ],
  );
};

/** The statements that would run on every shard, as `change table by key`. */
const scattered = (calls: readonly CallCost[]): string =>
  [...new Set(calls.flatMap((call) => call.scattered))]
    .map((text) => {
      const [verb] = /^\w+/.exec(text)!;
      const [, name] = /(?:from|into|update) `?(\w+)`?/.exec(text)!;
      return `\`${verb} ${name}\``;
    })
    .filter((text, index, those) => those.indexOf(text) === index)
    .join(", ");

/** Returns the section, before the formatter. */
function writeModel(): string {
  const recording = keptRecording();
  const calls = costOf(recording.calls);
  const { begin, commit, machine, load, database, times } = recording;
  const signIn = calls.find(({ name }) => name === "sign in")!;
  return `${BEGIN_MARK}

\`node torture/model/run.ts\` writes this part. **It is a model on paper**: no sharded database was
run. What is measured is each statement of a call, with its time, on one MariaDB, and the bytes of a
row. The plan above says where each goes, and [assumptions](../torture/model/assumptions.ts) how
often: ${whole(USERS.size / 1e6)} million users on ${SHARDS} shards, ${percent(ACTIVE)} of them
active on a day, each with ${CALLS_A_DAY["sign in"]} sign-ins, ${CALLS_A_DAY["refresh a token"]}
refreshes and ${CALLS_A_DAY["introspect a token"]} introspections. The busiest hour has ${PEAK}
times the mean. Users, clients and networks come by Zipf's law, with exponents of ${USERS.exponent},
${CLIENTS.exponent} and ${NETWORKS.exponent}.

- Statements: ${begin.slice(0, 10)}, commit ${commit}, ${times} times each, ${machine}, load average
  ${load.toFixed(0)}, ${database}. [The data](../torture/model/results/statements.json), by
  \`node torture/model/record.ts\`.
- Bytes of a row with its indexes: ${keptSizes().origin}.
- ${whole(DRAWN)} calls are drawn for the spread, from seed ${SEED}.

${callTable(calls)}

"Statements" are what the process sends, with commits. "Look-ups" are reads and changes of look-up
tables, "trips" those between process, proxy and shards, one after the other. "Widest" is the most
shards that one transaction writes, look-ups aside. A sign-in's ${signIn.widest} are
the user's and those of two
counters, until the counters are taken one by one. "ms" is the time of all shards together. Most
of it is commits, which took ${whole(lookupCostOf(recording.calls).commit / 1000)} ms on that disk
while other work used it.

${shardTable(calls)}

${spreadTable()}

No user makes a shard hot, because one of a billion is little. Clients do: so a token without a user
is placed by itself.

${hotTable(recording)}

"A row takes" is how many changes of one row fit into a second, one after the other, each
with such a commit. The counter of a network comes closest:
\`TRUSTED_PROXIES\` keeps proxies from being one
network.

${growthTable(calls)}

Rows stay as long as they do by default: audit events ${DAYS_KEPT["audit_events"]} days, and refresh
tokens ${DAYS_KEPT["refresh_tokens"]}, used ones too, because a second use must be noticed.
These two
are most of the disk.

Statements that must name the user too, though they do without it today: ${scattered(calls)}.

${END_MARK}`;
}

/** Returns the page with the section as the model says it now. */
export function withModel(page: string): string {
  const [begin, end] = [page.indexOf(BEGIN_MARK), page.indexOf(END_MARK)];
  if (begin === -1 || end < begin) throw new Error("the page has no place for the model");
  return page.slice(0, begin) + writeModel() + page.slice(end + END_MARK.length);
}
