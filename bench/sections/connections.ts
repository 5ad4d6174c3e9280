// Every call over one connection and over 64: what a lonely request waits for, and what a crowd
// shares. Beside it is the floor or the rival of each call.
import { cpus } from "node:os";
import { startFloors } from "../contenders/floors.ts";
import { type Contender, HASHING, type Row, ROWS } from "../contenders/contender.ts";
import { programOf } from "../contenders/program.ts";
import { startOidcProvider } from "../contenders/rivals.ts";
import { type Figures, measure } from "../measure/rounds.ts";
import { LATCHKEY, OIDC_PROVIDER, startLatchkeys, subjectsOf } from "./calls.ts";
import type { Stage } from "./stage.ts";

/** The figures of one row over so many connections. */
export interface ConnectionFigures {
  readonly row: Row;
  readonly connections: number;
  readonly figures: readonly Figures[];
}

/** Latchkey of another checkout, in the tables. */
export const BEFORE = { sqlite: "before, SQLite", mariadb: "before, MariaDB" } as const;

const [ONE, MANY] = [1, 64];

/** With more calls at once that hash a password, Latchkey refuses the rest: 16 for each core. */
const MANY_HASHES = Math.min(MANY, 16 * cpus().length);

/** Enough for calls that don't wait for each other. */
const USERS = 16;

/** The part of the requests that one connection gets; a password takes 20 times as long. */
const requestsOf = (row: Row, connections: number, requests: number): number => {
  const hashing = HASHING.includes(row);
  if (connections === ONE) return Math.ceil(requests * (hashing ? 0.05 : 0.4));
  return Math.max(connections, Math.ceil(requests * (hashing ? 0.1 : 0.8)));
};

/** Measures each row at one connection and at many, with an older Latchkey beside it if asked. */
export async function measureConnections(stage: Stage): Promise<ConnectionFigures[]> {
  const { options, say } = stage;
  const latchkeys = await startLatchkeys(stage, LATCHKEY, { users: USERS });
  const before: Contender[] =
    options.before === undefined
      ? []
      : await startLatchkeys(stage, BEFORE, { users: USERS, main: programOf(options.before) });
  const others = [
    await startOidcProvider(OIDC_PROVIDER, { STORE: "memory" }),
    ...(await startFloors()),
  ];
  const results: ConnectionFigures[] = [];
  for (const connections of [ONE, MANY]) {
    say(`every call over ${connections} connections`);
    const contenders = [...latchkeys, ...(connections === ONE ? before : []), ...others];
    for (const row of Object.keys(ROWS) as Row[]) {
      const lanes = HASHING.includes(row) ? Math.min(connections, MANY_HASHES) : connections;
      const requests = requestsOf(row, lanes, options.requests);
      const plan = {
        rounds: connections === ONE ? options.rounds : Math.min(3, options.rounds),
        requests,
        connections: lanes,
      };
      results.push({
        row,
        connections: lanes,
        figures: await measure(subjectsOf(contenders, row), plan),
      });
    }
  }
  for (const { process } of [...latchkeys, ...before, ...others]) await process.stop();
  return results;
}
