// The journal: every acknowledged effect, in a file of the driver's own.
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ledger } from "../../test/durability/driver.ts";

const KINDS = ["alive", "ended", "users", "deleted"] as const;
type Kind = (typeof KINDS)[number];

let journals = 0;

/** A set that writes each change down. */
class WrittenSet extends Set<string> {
  #note: ((sign: "+" | "-", item: string) => void) | undefined;

  constructor(note: (sign: "+" | "-", item: string) => void) {
    super();
    this.#note = note;
  }

  override add(item: string): this {
    this.#note?.("+", item);
    return super.add(item);
  }

  override delete(item: string): boolean {
    this.#note?.("-", item);
    return super.delete(item);
  }
}

/** A ledger that is also a file. A line is `+alive TOKEN` or `-alive TOKEN`. */
export class Journal extends Ledger {
  readonly file: string;
  readonly #descriptor: number;
  #effects = 0;
  override readonly alive = this.#written("alive");
  override readonly ended = this.#written("ended");
  override readonly users = this.#written("users");
  override readonly deleted = this.#written("deleted");

  constructor(name: string) {
    super();
    // Checks beside each other may use one name.
    this.file = join(tmpdir(), `latchkey-journal-${process.pid}-${name}-${journals++}`);
    this.#descriptor = openSync(this.file, "w", 0o600);
  }

  /** How many effects were acknowledged, also those that a later one has ended. */
  get effects(): number {
    return this.#effects;
  }

  #written(kind: Kind): WrittenSet {
    return new WrittenSet((sign, item) => {
      if (sign === "+") this.#effects++;
      writeSync(this.#descriptor, `${sign}${kind} ${item}\n`);
    });
  }

  /** Makes the file outlast the machine. */
  sync(): void {
    fdatasyncSync(this.#descriptor);
  }

  /** Reads the file: what a checker knows that was not here. */
  read(): Ledger {
    this.sync();
    const ledger = new Ledger();
    for (const line of readFileSync(this.file, "utf8").split("\n").slice(0, -1)) {
      const [head = "", item = ""] = line.split(" ");
      const set = ledger[head.slice(1) as Kind];
      if (head.startsWith("+")) set.add(item);
      else set.delete(item);
    }
    return ledger;
  }

  async remove(): Promise<void> {
    closeSync(this.#descriptor);
    await rm(this.file, { force: true });
  }
}
