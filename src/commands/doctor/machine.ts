import { existsSync, readFileSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import packageJson from "../../../package.json" with { type: "json" };
import { ticks } from "../../domain/clock.ts";
import {
  type Argon2,
  loadArgon2,
  loadNodeRsArgon2,
} from "../../domain/passwords/argon2-packages.ts";
import { type Finding, subject } from "./finding.ts";

const MIB = 1024 * 1024;
const LEAST_MEMORY_MIB = 512;
/** The file descriptors that connections, database and process need. */
const LEAST_FILES = 4096;
const SLOW_HASH_MS = 100;
const HASHES = 5;

/** Compares versions number by number. */
function isBefore(version: string, least: string): boolean {
  const [one, other] = [version, least].map((text) => text.split(".").map(Number));
  const index = one!.findIndex((part, position) => part !== (other![position] ?? 0));
  return index !== -1 && one![index]! < (other![index] ?? 0);
}

export function node(version = process.versions.node): Finding {
  const { ok, fail } = subject("node");
  const least = packageJson.engines.node.replace(/^\D+/, "");
  return isBefore(version, least)
    ? fail(
        `Node.js ${version} is older than ${least}`,
        "use `npm start`, which brings its own, or install a newer one",
      )
    : ok(`Node.js ${version}`);
}

export function memory(): Finding {
  const { ok, warn } = subject("memory");
  // In a container, its limit.
  const mib = Math.floor(Math.min(process.constrainedMemory() || Infinity, totalmem()) / MIB);
  return mib < LEAST_MEMORY_MIB
    ? warn(
        `${mib} MiB for the whole process`,
        `give it ${LEAST_MEMORY_MIB} MiB: each password takes 19 MiB while it is hashed`,
      )
    : ok(`${mib} MiB`);
}

/** Reads the limit of open files; on Linux only. */
export function files(limits = "/proc/self/limits"): Finding[] {
  const { ok, warn } = subject("files");
  const soft = existsSync(limits)
    ? /^Max open files\s+(\d+)/m.exec(readFileSync(limits, "utf8"))?.[1]
    : undefined;
  if (soft === undefined) return [];
  return [
    Number(soft) < LEAST_FILES
      ? warn(
          `${soft} files and connections at once`,
          `raise it: ulimit -n ${LEAST_FILES}, or LimitNOFILE= in the unit`,
        )
      : ok(`${soft} files and connections at once`),
  ];
}

export function lanes(hashLanes: number, cores = availableParallelism()): Finding {
  const { ok, warn } = subject("lanes");
  const text = `${hashLanes} passwords hashed at once on ${cores} cores`;
  return hashLanes > cores
    ? warn(text, `set HASH_LANES to ${cores}: more only makes each slower`)
    : ok(text);
}

export async function argon2Finding(): Promise<Finding> {
  const { ok, warn, fail } = subject("argon2");
  const fast = await loadNodeRsArgon2().catch(() => undefined);
  const found = fast ?? (await loadArgon2().catch(() => undefined));
  if (found === undefined)
    return fail(
      "no package for hashing passwords can be loaded",
      "run npm ci on this machine: its packages are another system's",
    );
  const milliseconds = await timeOf(found);
  const hasher = fast === undefined ? "argon2" : "@node-rs/argon2";
  const text = `${milliseconds} ms a password, by ${hasher}`;
  if (milliseconds > SLOW_HASH_MS)
    return warn(text, "sign-ins wait for this: give the server faster cores, or fewer neighbours");
  return fast === undefined
    ? warn(text, "@node-rs/argon2 is up to three times as fast: run npm ci with optional packages")
    : ok(text);
}

/** Measures a few and takes the quickest: the others waited for another process. */
async function timeOf({ hash }: Argon2): Promise<number> {
  const times: number[] = [];
  for (let count = 0; count < HASHES; count++) {
    const begin = ticks();
    await hash(Buffer.from("the doctor's password"));
    times.push(ticks() - begin);
  }
  return Math.round(Math.min(...times));
}
