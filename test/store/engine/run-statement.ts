// Runs one statement beside the store, as another program would.
import { DatabaseSync } from "node:sqlite";
import type { StoreOptions } from "../../../src/store/engine/connect.ts";
import { execute } from "../../mariadb-server.ts";

export async function run(options: StoreOptions, statement: string): Promise<void> {
  if (options.kind === "mysql") return execute(options.url, statement);
  const database = new DatabaseSync(options.file);
  database.exec(statement);
  database.close();
}
