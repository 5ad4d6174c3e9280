// the disk refuses to write and to sync, and works again.
import { setTimeout as delay } from "node:timers/promises";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import {
  type FaultTime,
  outageSeen,
  refusedIn,
  sayWrong,
  slowestRecovery,
} from "../../load/callers.ts";
import { fileOf, integrityOf } from "../../load/rows.ts";
import { Scene } from "../../load/scene.ts";
import { attachStrace } from "../../load/strace.ts";

/** How long the load runs before each time, while the disk fails, and after. */
const BEFORE_MS = 1_000;
const FAILING_MS = 3_000;
const AFTER_MS = 2_000;
/** What fails: first what is written, the next time only its sync. */
const CALLS = ["pwrite64,fdatasync,fsync", "fdatasync,fsync"] as const;

async function measureFailingDisk({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  const scene = await Scene.start("errors", engine, { installation });
  const { journal, fleet } = scene;
  const file = fileOf(installation);
  const faults: FaultTime[] = [];
  const failing = (calls: string): Promise<() => Promise<void>> => {
    const files = ["-P", file, "-P", `${file}-wal`];
    const faulty = ["-e", `trace=${calls}`, "-e", `inject=${calls}:error=EIO`];
    return attachStrace(fleet.servers[0]!.pid, [...files, ...faulty, "-o", "/dev/null"]);
  };
  try {
    for (let round = 0; round <= amount; round++) {
      await delay(BEFORE_MS);
      const from = Date.now();
      if (faults.length > 0) faults.at(-1)!.next = from;
      const detach = await failing(CALLS[round % CALLS.length]!);
      await delay(FAILING_MS);
      // The last time, the process is killed while its disk fails.
      if (round === amount) break;
      await detach();
      faults.push({ from, to: Date.now(), next: Infinity });
      await delay(AFTER_MS);
    }
    const { calls, bystanders } = await scene.rest();
    await fleet.servers[0]!.stop("SIGKILL");
    const next = await installation.start({ LOG_LEVEL: "warn" });
    const integrity = integrityOf(file);
    const { lost, revived } = await scene.wrong(next.url);
    await next.stop("SIGKILL");
    const all = outageSeen(calls, 0, Infinity);
    sayWrong(all.wrong, say);
    say(`${all.unavailable} calls refused, ${journal.effects} effects`);
    const refused = refusedIn(calls, faults);
    const recovery = slowestRecovery(calls, faults);
    const health = bystanders.filter(({ kind }) => kind === "health");
    return [
      atLeast("calls refused in each failure", Math.min(...refused), 1),
      exactly("calls refused otherwise than by UNAVAILABLE", all.wrong.length, 0),
      atLeast("effects acknowledged", journal.effects, amount * 50),
      exactly("acknowledged effects lost", lost, 0),
      exactly("ended tokens and deleted users alive again", revived, 0),
      exactly("PRAGMA integrity_check", integrity, "ok"),
      timed(atMost("from the last failure until all works", recovery / 1_000, 2, "s")),
      exactly(
        "answers of /healthz other than 200",
        health.filter(({ status }) => status !== 200).length,
        0,
      ),
    ];
  } finally {
    await scene.stop();
  }
}

export const FAILING_DISK: readonly Check[] = [
  {
    id: "R-36-errors",
    title: "the disk of the database fails, and works again",
    how:
      "strace lets every write to the database's files fail with EIO for three seconds, the next " +
      "time only every sync, again and again under load. The last time the process gets SIGKILL " +
      "meanwhile, and the next one is asked for all of the journal. MariaDB ends itself when it " +
      "can't sync its log, which is R-04.",
    engines: ["SQLite"],
    amounts: { quick: 1, full: 5 },
    unit: "times",
    measure: measureFailingDisk,
  },
];
