// The database of an installation, beside the processes that use it.
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { Installation } from "../../test/process/latchkey.ts";
import type { Engine } from "../engine.ts";
import { nameOfDatabase } from "./fleet.ts";

/** How long a statement on a file waits for the processes that write it, in milliseconds. */
const BUSY_MS = 20_000;

/** Where an installation keeps its data. */
type Placed = Pick<Installation, "environment">;

/** A connection to the database of an installation. */
export interface OpenRows {
  run(statement: string): Promise<void>;
  /** Returns the only value of a statement, a number; on Galera as every node acknowledged it. */
  count(statement: string): Promise<number>;
  close(): Promise<void>;
}

const numberOf = (row: object | undefined): number => Number(Object.values(row ?? {})[0]);

/** The file of an installation with the embedded database. */
export const fileOf = ({ environment }: Placed): string =>
  join(environment["DATA_DIR"]!, "latchkey.db");

function openFile(path: string): OpenRows {
  const file = new DatabaseSync(path, { timeout: BUSY_MS });
  return {
    run: async (statement) => file.exec(statement),
    count: async (statement) => numberOf(file.prepare(statement).get()),
    close: async () => file.close(),
  };
}

/** Opens the database of an installation. */
export async function openRows(
  { cluster }: Pick<Engine, "cluster">,
  installation: Placed,
): Promise<OpenRows> {
  const { DATA_DIR: folder, DATABASE_URL: url } = installation.environment;
  if (folder !== undefined) return openFile(fileOf(installation));
  const own = cluster?.nodes[0]!.urlOf(nameOfDatabase(installation.environment));
  const connection = await createConnection(own ?? url!);
  if (cluster !== undefined) await connection.query("set session wsrep_sync_wait = 1");
  return {
    run: async (statement) => void (await connection.query(statement)),
    async count(statement) {
      const [[row]] = await connection.query<RowDataPacket[]>(statement);
      return numberOf(row);
    },
    close: () => connection.end(),
  };
}

/** Returns the only value of one statement, a number. */
export async function countRows(
  engine: Pick<Engine, "cluster">,
  installation: Placed,
  statement: string,
): Promise<number> {
  const rows = await openRows(engine, installation);
  try {
    return await rows.count(statement);
  } finally {
    await rows.close();
  }
}

/** Returns what SQLite says of a file of its own: `ok`, or what is wrong. */
export function integrityOf(file: string): string {
  const database = new DatabaseSync(file);
  const row = database.prepare("pragma integrity_check").get();
  database.close();
  return String(row?.["integrity_check"]);
}
