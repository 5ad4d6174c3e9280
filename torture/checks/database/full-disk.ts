// the disk of the database fills up, and has room again.
import { execFileSync } from "node:child_process";
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { execute, Mariadb } from "../../../test/mariadb-server.ts";
import { type Installation, installIn, installOn } from "../../../test/process/latchkey.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { EngineName, Stage } from "../../engine.ts";
import { seenBetween } from "../../load/bystanders.ts";
import {
  type FaultTime,
  outageSeen,
  refusedIn,
  sayWrong,
  slowestRecovery,
} from "../../load/callers.ts";
import { integrityOf } from "../../load/rows.ts";
import { Scene } from "../../load/scene.ts";

const SIZE_MIB = { SQLite: 48, MariaDB: 192 } as const;
/** How long the load runs before each time, while the disk is full, and after. */
const BEFORE_MS = 1_000;
const FULL_MS = 3_000;
const AFTER_MS = 2_000;

/** Mounts a small disk. */
function mountDisk(folder: string, mebibytes: number): void {
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "latchkey", folder], {
      stdio: "pipe",
    });
  } catch (cause) {
    throw new Error(
      "this needs the right to mount a tmpfs: root has it, in a container with SYS_ADMIN",
      { cause },
    );
  }
}

/** Writes a file until there is no room. */
function fill(file: string): void {
  const descriptor = openSync(file, "a");
  const block = Buffer.alloc(4_096);
  try {
    for (;;) writeSync(descriptor, block);
  } catch (error) {
    if ((error as { code?: string }).code !== "ENOSPC") throw error;
  } finally {
    closeSync(descriptor);
  }
}

/** A database on the small disk. */
interface Placed {
  readonly installation: Installation;
  /** Kills what the database has as a process of its own. */
  kill(): Promise<void>;
  /** Starts it again; returns what it says of its own file, where it does. */
  again(): Promise<string | undefined>;
  dispose(): Promise<void>;
}

async function placeOn(folder: string, name: EngineName): Promise<Placed> {
  if (name === "SQLite") {
    const data = join(folder, "data");
    const nothing = async (): Promise<void> => undefined;
    return {
      installation: installIn(data, nothing),
      kill: nothing,
      again: async () => integrityOf(join(data, "latchkey.db")),
      dispose: nothing,
    };
  }
  const mariadb = await Mariadb.start(folder);
  await execute(mariadb.url, "create database latchkey");
  return {
    installation: installOn(`${mariadb.url}/latchkey`, async () => undefined),
    kill: () => mariadb.signal("SIGKILL"),
    async again() {
      await mariadb.start();
      return undefined;
    },
    dispose: () => mariadb.signal("SIGKILL"),
  };
}

async function measureFullDisk({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-disk-"));
  mountDisk(folder, SIZE_MIB[engine.name as keyof typeof SIZE_MIB]);
  const filler = join(folder, "filler");
  const faults: FaultTime[] = [];
  let placed: Placed | undefined;
  let scene: Scene | undefined;
  try {
    placed = await placeOn(folder, engine.name);
    const { installation } = placed;
    scene = await Scene.start("disk", engine, { installation });
    for (let round = 0; round <= amount; round++) {
      await delay(BEFORE_MS);
      const from = Date.now();
      if (faults.length > 0) faults.at(-1)!.next = from;
      fill(filler);
      await delay(FULL_MS);
      // The last time, all is killed while the disk is full.
      if (round === amount) break;
      rmSync(filler);
      faults.push({ from, to: Date.now(), next: Infinity });
      await delay(AFTER_MS);
    }
    const { calls, bystanders } = await scene.rest();
    await scene.fleet.servers[0]!.stop("SIGKILL");
    await placed.kill();
    rmSync(filler);
    const integrity = await placed.again();
    const next = await installation.start({ LOG_LEVEL: "warn" });
    const { lost, revived } = await scene.wrong(next.url);
    await next.stop("SIGKILL");
    const all = outageSeen(calls, 0, Infinity);
    sayWrong(all.wrong, say);
    const refused = refusedIn(calls, faults);
    const met = refused.filter((count) => count > 0).length;
    const isFile = engine.name === "SQLite";
    say(`calls refused each time: ${refused.join(", ")}; ${scene.journal.effects} effects`);
    const recovery = slowestRecovery(calls, faults);
    const health = bystanders.filter(({ kind }) => kind === "health");
    const lag = seenBetween(bystanders, 0, Infinity).longestHealth;
    return [
      atLeast(`times of ${amount} that calls were refused`, met, isFile ? amount : 1),
      exactly("calls refused otherwise than by UNAVAILABLE", all.wrong.length, 0),
      atLeast("effects acknowledged", scene.journal.effects, amount * 50),
      exactly("acknowledged effects lost", lost, 0),
      exactly("ended tokens and deleted users alive again", revived, 0),
      ...(integrity === undefined ? [] : [exactly("PRAGMA integrity_check", integrity, "ok")]),
      timed(atMost("from room until all works again", recovery / 1_000, 2, "s")),
      timed(atMost("longest wait for /healthz", lag, 100, "ms")),
      exactly(
        "answers of /healthz other than 200",
        health.filter(({ status }) => status !== 200).length,
        0,
      ),
    ];
  } finally {
    await scene?.stop();
    await placed?.dispose();
    execFileSync("umount", ["-l", folder]);
    await rm(folder, { recursive: true });
  }
}

export const FULL_DISK: readonly Check[] = [
  {
    id: "R-36",
    title: "the disk of the database is full, and has room again",
    how:
      "The data folder of the database is on a small disk, in memory. Another file fills it up " +
      "for three seconds, again and again under load. The last time the process and MariaDB get " +
      "SIGKILL while the disk is full, and the next one is asked for all of the journal. MariaDB " +
      "goes on as long as its files have room inside, so it may miss that the disk is full.",
    engines: ["SQLite", "MariaDB"],
    quickEngines: ["SQLite"],
    amounts: { quick: 1, full: 5 },
    unit: "times",
    measure: measureFullDisk,
  },
];
