// A copy of the embedded database while others write to it. It owns how the copy is made and must
// not know where it is kept.
import { closeSync, fsyncSync, openSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";

/**
 * Writes the database, as it is at one moment, to a file that isn't there yet; what was committed
 * before the call is in it. In WAL mode a reader holds no writer up, so a running server goes on
 * meanwhile.
 */
export function copyDatabase(file: string, target: string): void {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    database.prepare("vacuum into ?").run(target);
  } finally {
    database.close();
  }
  expectWhole(target);
  // SQLite leaves it to the system when the copy reaches the disk.
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
