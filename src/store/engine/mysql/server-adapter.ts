import { MysqlAdapter } from "kysely";
import type { Database } from "../database.ts";

/** What is known of the server of a database. */
export class ServerAdapter extends MysqlAdapter {
  /** Whether the server is a node of a Galera cluster; known with the first connection. */
  isGalera = false;
}

/** Returns whether a database is on several nodes, which find conflicts at the commit. */
export function isReplicated(db: Database): boolean {
  const { adapter } = db.getExecutor();
  return adapter instanceof ServerAdapter && adapter.isGalera;
}
