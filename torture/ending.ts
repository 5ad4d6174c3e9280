// The end of everything that the program has started, also when a signal ends it.
import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { removeLeftClocks } from "./load/machine-clock.ts";
import { scratchPlace } from "../test/mariadb-server.ts";

/** Returns the process that has started each process. */
function parents(): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue;
    try {
      // The name of the program, in parentheses, may have spaces.
      const [, rest = ""] = readFileSync(`/proc/${name}/stat`, "utf8").split(/\) (?!.*\) )/s);
      found.set(Number(name), Number(rest.split(" ")[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  return found;
}

/** Kills every process that descends from one, also those that are stopped. */
export function killDescendants(pid: number): void {
  const all = parents();
  const found = [pid];
  for (const each of found)
    found.push(...[...all].filter(([, parent]) => parent === each).map(([child]) => child));
  for (const each of found.slice(1))
    try {
      process.kill(each, "SIGKILL");
    } catch {
      // It has ended meanwhile.
    }
}

/** Makes a folder for all temporary files of the program, in memory where there is room. */
export function useScratch(): string {
  const folder = mkdtempSync(join(scratchPlace(), "latchkey-torture-"));
  // The nodes of a cluster run as another user.
  chmodSync(folder, 0o1777);
  process.env["TMPDIR"] = folder;
  return folder;
}

const folders = new Set<string>();

/** Lets a folder elsewhere be removed at the end of the program, if it is there still. */
export const removeAtEnd = (folder: string): void => void folders.add(folder);

/** Removes folders with all that is in them. */
export function removeFolders(scratch: string): void {
  for (const folder of [...folders, scratch])
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  folders.clear();
}

/** Ends all processes that this one has started, and removes what it has written. */
export function endAll(scratch: string): void {
  killDescendants(process.pid);
  for (const line of readFileSync("/proc/mounts", "utf8").split("\n")) {
    const [, place = ""] = line.split(" ");
    if (place.startsWith(`${scratch}/`)) execFileSync("umount", ["-l", place]);
  }
  removeLeftClocks();
  removeFolders(scratch);
}
