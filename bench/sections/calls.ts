// Every call of every contender, side by side.
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { type Contender, HASHING, type Row, ROWS } from "../contenders/contender.ts";
import { startFloors } from "../contenders/floors.ts";
import { newSecret, startLatchkey } from "../contenders/latchkey.ts";
import { startBetterAuth, startOAuth2Server, startOidcProvider } from "../contenders/rivals.ts";
import type { DatabaseUsage, MeasuredDatabase } from "../measure/database.ts";
import { type Figures, measure } from "../measure/rounds.ts";
import type { Options } from "../options.ts";

/**
 * A password is 20 times as much work as anything else, and a code has to be made before it is
 * exchanged.
 */
const SHARE: Partial<Record<Row, number>> = {
  ...Object.fromEntries(HASHING.map((row) => [row, 0.1])),
  exchange: 0.5,
};

export const LATCHKEY = "Latchkey";

/** Starts every contender, one after the other. */
export async function startContenders(
  folder: string,
  database: MeasuredDatabase,
): Promise<Contender[]> {
  const place = async (name: string): Promise<string> => {
    const path = join(folder, name);
    await mkdir(path);
    return path;
  };
  const usage = (): Promise<DatabaseUsage> => database.usage();
  return [
    await startLatchkey(`${LATCHKEY}, SQLite`, { dataDir: await place("latchkey") }),
    await startLatchkey(
      `${LATCHKEY}, MariaDB`,
      { databaseUrl: await database.create("latchkey"), secret: newSecret() },
      usage,
    ),
    await startOidcProvider("oidc-provider, memory", { STORE: "memory" }),
    await startOidcProvider("oidc-provider, SQLite", {
      STORE: "sqlite",
      DATA_DIR: await place("oidc-provider"),
    }),
    await startBetterAuth("better-auth, SQLite", {
      STORE: "sqlite",
      DATA_DIR: await place("better-auth"),
    }),
    await startBetterAuth(
      "better-auth, MariaDB",
      { STORE: "mysql", DATABASE_URL: await database.create("betterauth") },
      usage,
    ),
    await startOAuth2Server("oauth2-server, SQLite", { DATA_DIR: await place("oauth2-server") }),
    ...(await startFloors()),
  ];
}

/** The figures of one row. */
export interface RowFigures {
  readonly row: Row;
  readonly figures: readonly Figures[];
}

/** Measures row after row; in each, the contenders take turns. */
export async function measureCalls(
  contenders: readonly Contender[],
  options: Options,
  say: (line: string) => void,
): Promise<RowFigures[]> {
  const results: RowFigures[] = [];
  for (const row of Object.keys(ROWS) as Row[]) {
    say(ROWS[row]);
    const subjects = contenders.flatMap(({ name, exercises, process, databaseUsage }) => {
      const exercise = exercises[row];
      return exercise === undefined
        ? []
        : [{ name, exercise, usage: process.usage, databaseUsage }];
    });
    const requests = Math.max(
      options.connections,
      Math.round(options.requests * (SHARE[row] ?? 1)),
    );
    results.push({ row, figures: await measure(subjects, { ...options, requests }) });
  }
  return results;
}
