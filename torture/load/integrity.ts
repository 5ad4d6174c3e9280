// What SQLite says of its own file.
import { DatabaseSync } from "node:sqlite";

/** Returns `ok`, or what is wrong with the file. */
export function integrityOf(file: string): string {
  const database = new DatabaseSync(file);
  const row = database.prepare("pragma integrity_check").get();
  database.close();
  return String(row?.["integrity_check"]);
}
