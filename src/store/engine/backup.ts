import { closeSync, fsyncSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/**
 * Copies the embedded database, as it is at one moment, into a new file. The copy holds everything
 * committed before the call. In WAL mode a reader doesn't block writers, so a running server
 * continues.
 */
export function copyDatabase(file: string, target: string): void {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    database.prepare("vacuum into ?").run(target);
  } finally {
    database.close();
  }
  expectWhole(target);
  // SQLite leaves it to the operating system when the copy reaches the disk.
  const copy = openSync(target, "r+");
  fsyncSync(copy);
  closeSync(copy);
}

function expectWhole(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    const found = database.prepare("pragma integrity_check").all();
    if (found.length !== 1 || found[0]?.["integrity_check"] !== "ok")
      throw new Error(`${file} is damaged: ${JSON.stringify(found)}`);
  } finally {
    database.close();
  }
}
