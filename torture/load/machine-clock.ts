// The clock of a machine, as libfaketime shows it to a process. It is moved while the process runs.
import { existsSync, globSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const LIBRARY = "/usr/lib/*/faketime/libfaketimeMT.so.1";

/** How long a process may see the old time after a change: libfaketime reads the file so often. */
export const SEEN_WITHIN_MS = 1_000;

/** What libfaketime keeps for a process, whose number is the end of the name. */
const KEPT = "/dev/shm/{faketime_shm_,sem.faketime_sem_}*";

/** Removes what processes have left that got SIGKILL: they can't do so themselves. */
export function removeLeftClocks(): void {
  for (const file of globSync(KEPT)) {
    if (existsSync(`/proc/${/\d+$/.exec(file)?.[0]}`)) continue;
    try {
      rmSync(file, { force: true });
    } catch {
      // Another user's.
    }
  }
}

/** A clock that is off by what is said. */
export class MachineClock {
  /** What a process gets in its environment. */
  readonly environment: Readonly<Record<string, string>>;
  readonly #folder: string;

  private constructor(library: string, folder: string) {
    this.#folder = folder;
    this.environment = {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: join(folder, "clock"),
      FAKETIME_CACHE_DURATION: String(SEEN_WITHIN_MS / 1_000),
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      FAKETIME_DONT_RESET: "1",
    };
    this.put(0);
  }

  static async make(): Promise<MachineClock> {
    const [library] = globSync(LIBRARY);
    if (library === undefined) throw new Error("this needs libfaketime: apt-get install faketime");
    return new MachineClock(library, await mkdtemp(join(tmpdir(), "latchkey-clock-")));
  }

  /** Puts the clock ahead of the true time by so many seconds, or behind. */
  put(seconds: number): void {
    writeFileSync(join(this.#folder, "clock"), `${seconds < 0 ? "" : "+"}${seconds}\n`);
  }

  async remove(): Promise<void> {
    removeLeftClocks();
    await rm(this.#folder, { recursive: true });
  }
}
