// What the database of an installation has.
import { DatabaseSync } from "node:sqlite";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { Engine } from "../engine.ts";
import type { Fleet } from "./fleet.ts";

/** Returns the only value of a statement, a number; on Galera what every node has acknowledged. */
export async function countRows(
  { cluster }: Engine,
  { installation, database }: Pick<Fleet, "installation" | "database">,
  statement: string,
): Promise<number> {
  const { DATA_DIR: folder, DATABASE_URL: url } = installation.environment;
  const numberOf = (row: object | undefined): number => Number(Object.values(row ?? {})[0]);
  if (folder !== undefined) {
    const file = new DatabaseSync(`${folder}/latchkey.db`, { readOnly: true, timeout: 10_000 });
    try {
      return numberOf(file.prepare(statement).get());
    } finally {
      file.close();
    }
  }
  const connection = await createConnection(cluster?.nodes[0]!.urlOf(database) ?? url!);
  try {
    if (cluster !== undefined) await connection.query("set session wsrep_sync_wait = 1");
    const [[row]] = await connection.query<RowDataPacket[]>(statement);
    return numberOf(row);
  } finally {
    await connection.end();
  }
}
