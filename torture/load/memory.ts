// How much memory a process takes while something is done to it, and how much it reads.
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { residentMib } from "./process.ts";

const EVERY_MS = 10;

/** What was done, and the memory that it took beyond that of before, in MiB. */
interface Watched<T> {
  readonly result: T;
  readonly grownMib: number;
}

/** Watches the resident memory of a process during work. */
export async function watchMemory<T>(pid: number, work: () => Promise<T>): Promise<Watched<T>> {
  const before = residentMib(pid);
  let most = before;
  const look = (): void => void (most = Math.max(most, residentMib(pid)));
  const watch = setInterval(look, EVERY_MS);
  try {
    const result = await work();
    look();
    return { result, grownMib: most - before };
  } finally {
    clearInterval(watch);
  }
}

/** Returns the bytes that a process has read since its start, from files and connections. */
const bytesRead = (pid: number): number =>
  Number(/^rchar: (\d+)/m.exec(readFileSync(`/proc/${pid}/io`, "utf8"))?.[1]);

/** Waits until a process reads nothing any more, and returns what it has read since its start. */
export async function readUntilQuiet(pid: number, quietMs = 20): Promise<number> {
  let read = bytesRead(pid);
  for (;;) {
    await delay(quietMs);
    const now = bytesRead(pid);
    if (now === read) return read;
    read = now;
  }
}
