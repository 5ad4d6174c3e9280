// MariaDB by its Unix socket beside MariaDB by TCP: the same program, each with a database.
import type { Row } from "../contenders/contender.ts";
import { newSecret, startLatchkey } from "../contenders/latchkey.ts";
import { measure } from "../measure/rounds.ts";
import { requestsOf, type RowFigures, subjectsOf } from "./calls.ts";
import type { Stage } from "./stage.ts";

/** The calls with a statement or more to the database, and hardly anything else. */
const ROWS: readonly Row[] = ["introspect", "exchange", "refresh", "getByRest"];

export async function measureSocket({ database, options, say }: Stage): Promise<RowFigures[]> {
  say("MariaDB by TCP and by its socket");
  const start = async (name: string, databaseUrl: string) =>
    startLatchkey(name, { databaseUrl, secret: newSecret(), users: 8 }, database.usage);
  const contenders = [
    await start("by TCP", await database.create()),
    await start("by its socket", database.bySocket(await database.create())),
  ];
  const results: RowFigures[] = [];
  for (const row of ROWS) {
    const requests = requestsOf(row, options.requests);
    const figures = await measure(subjectsOf(contenders, row), { ...options, requests });
    results.push({ row, figures });
  }
  for (const { process } of contenders) await process.stop();
  return results;
}
