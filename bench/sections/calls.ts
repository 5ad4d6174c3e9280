// Every call of every contender, side by side.
import { mkdtemp } from "node:fs/promises";
import { join } from "node:path";
import { type Contender, HASHING, type Row, ROWS } from "../contenders/contender.ts";
import { startFloors } from "../contenders/floors.ts";
import { newSecret, type Place, startLatchkey } from "../contenders/latchkey.ts";
import { startBetterAuth, startOAuth2Server, startOidcProvider } from "../contenders/rivals.ts";
import { type Figures, measure, type Subject } from "../measure/rounds.ts";
import type { Stage } from "./stage.ts";

/**
 * A password is 20 times as much work as anything else, and a code has to be made before it is
 * exchanged.
 */
const SHARE: Partial<Record<Row, number>> = {
  ...Object.fromEntries(HASHING.map((row) => [row, 0.1])),
  exchange: 0.5,
};

/** How many of so many requests a row gets. */
export const requestsOf = (row: Row, requests: number): number =>
  Math.round(requests * (SHARE[row] ?? 1));

/** Latchkey's names in every table. */
export const LATCHKEY = { sqlite: "Latchkey, SQLite", mariadb: "Latchkey, MariaDB" } as const;

/** The rival that Latchkey is compared with first. */
export const OIDC_PROVIDER = "oidc-provider, memory";

/** Starts Latchkey on both stores. */
export const startLatchkeys = async (
  { folder, database }: Stage,
  names: { readonly sqlite: string; readonly mariadb: string } = LATCHKEY,
  more: Pick<Place, "main" | "users"> = {},
): Promise<Contender[]> => [
  await startLatchkey(names.sqlite, { dataDir: await mkdtemp(join(folder, "latchkey-")), ...more }),
  await startLatchkey(
    names.mariadb,
    { databaseUrl: await database.create(), secret: newSecret(), ...more },
    database.usage,
  ),
];

/** Starts every contender, one after the other; a quick run leaves out the slower rivals. */
async function startContenders(stage: Stage): Promise<Contender[]> {
  const { folder, database, options } = stage;
  const place = (): Promise<string> => mkdtemp(join(folder, "rival-"));
  const rivals = async (): Promise<Contender[]> => [
    await startOidcProvider("oidc-provider, SQLite", {
      STORE: "sqlite",
      DATA_DIR: await place(),
    }),
    await startBetterAuth("better-auth, SQLite", { STORE: "sqlite", DATA_DIR: await place() }),
    await startBetterAuth(
      "better-auth, MariaDB",
      { STORE: "mysql", DATABASE_URL: await database.create() },
      database.usage,
    ),
    await startOAuth2Server("oauth2-server, SQLite", { DATA_DIR: await place() }),
  ];
  return [
    ...(await startLatchkeys(stage)),
    await startOidcProvider(OIDC_PROVIDER, { STORE: "memory" }),
    ...(options.length === "quick" ? [] : await rivals()),
    ...(await startFloors()),
  ];
}

/** The figures of one row. */
export interface RowFigures {
  readonly row: Row;
  readonly figures: readonly Figures[];
}

/** What the calls have come to. */
export interface CallFigures {
  readonly rows: readonly RowFigures[];
  /** The bytes that each contender holds after its calls, by its name. */
  readonly resident: Readonly<Record<string, number>>;
}

/** Returns those of the contenders that have the call. */
export const subjectsOf = (contenders: readonly Contender[], row: Row): Subject[] =>
  contenders.flatMap(({ name, exercises, process, share, databaseUsage }) => {
    const exercise = exercises[row];
    return exercise === undefined
      ? []
      : [{ name, exercise, usage: process.usage, share, databaseUsage }];
  });

/** Measures row after row; in each, the contenders take turns. */
export async function measureCalls(stage: Stage): Promise<CallFigures> {
  const { options, say } = stage;
  const contenders = await startContenders(stage);
  const rows: RowFigures[] = [];
  for (const row of Object.keys(ROWS) as Row[]) {
    say(ROWS[row]);
    const requests = requestsOf(row, options.requests);
    const figures = await measure(subjectsOf(contenders, row), { ...options, requests });
    rows.push({ row, figures });
  }
  const resident: Record<string, number> = {};
  for (const { name, process } of contenders) {
    resident[name] = (await process.usage()).resident;
    await process.stop();
  }
  return { rows, resident };
}
