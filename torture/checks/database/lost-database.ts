// the database dies and comes back, or stops answering for a while.
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import { execute, type Mariadb } from "../../../test/mariadb-server.ts";
import type { Installation } from "../../../test/process/latchkey.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { seenBetween } from "../../load/bystanders.ts";
import { callsBefore, type OutageSeen, outageSeen, sayWrong } from "../../load/callers.ts";
import { fileOf, openRows, type OpenRows } from "../../load/rows.ts";
import { Scene, type SceneSeen, unreadyAfter } from "../../load/scene.ts";

/** How long the load runs before and after each fault. */
const BEFORE_MS = 1_500;
const AFTER_MS = 3_000;
const DOWN_MS = 5_000;
const SILENT_MS = 10_000;
/** A process has so many connections if no setting says otherwise. */
export const POOL = 16;
/** A call may take so long, as its caller sees it. */
export const CALL_S = 5;

/** A fault, by Date.now(). */
interface Fault {
  readonly from: number;
  readonly to: number;
}

/** Returns the worst of each figure over all faults. */
function worst(seen: SceneSeen, faults: readonly Fault[]) {
  const all = faults.map(({ from, to }, index) => {
    // A call that this fault has cut off is one of this fault, and not of the one before.
    const begin = index === 0 ? 0 : from;
    const next = faults[index + 1]?.from ?? Infinity;
    const calls = callsBefore(seen.calls, next).filter(({ at, took }) => at + took >= begin);
    return { ...outageSeen(calls, from, to), unready: unreadyAfter(seen.looks, from) };
  });
  const most = (of: (each: OutageSeen & { unready: number }) => number): number =>
    Math.max(...all.map(of));
  const health = seen.bystanders.filter(({ kind }) => kind === "health");
  return {
    unavailable: Math.min(...all.map(({ unavailable }) => unavailable)),
    wrong: outageSeen(seen.calls, 0, Infinity).wrong,
    p99: most(({ p99 }) => p99),
    longest: most(({ longest }) => longest),
    firstSuccess: most(({ firstSuccess }) => firstSuccess),
    lastRefused: most(({ lastRefused }) => lastRefused),
    unready: most(({ unready }) => unready),
    unalive: health.filter(({ status }) => status !== 200).length,
    lag: seenBetween(seen.bystanders, 0, Infinity).longestHealth,
  };
}

/** Returns how many effects are there twice: users of an address, live tokens of a family. */
async function duplicates(rows: OpenRows): Promise<number> {
  const users = "select email from users where deleted_at is null group by realm, email";
  const families = "select family_id from refresh_tokens where used_at is null group by family_id";
  let twice = 0;
  for (const groups of [users, families])
    twice += await rows.count(`select count(*) from (${groups} having count(*) > 1) twice`);
  return twice;
}

async function takeDown(mariadb: Mariadb, by: "SIGKILL" | "SHUTDOWN"): Promise<void> {
  // The connection may end before the answer.
  if (by === "SHUTDOWN") await execute(mariadb.url, "shutdown").catch(() => undefined);
  await mariadb.signal(by === "SIGKILL" ? "SIGKILL" : "SIGTERM");
}

async function measureRestarts({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const mariadb = engine.mariadb!;
  const installation = await engine.install();
  const scene = await Scene.start("restarts", engine, { installation });
  try {
    const faults: Fault[] = [];
    for (let round = 0; round < amount; round++) {
      await delay(BEFORE_MS);
      const by = round % 2 === 0 ? "SIGKILL" : "SHUTDOWN";
      const from = Date.now();
      await takeDown(mariadb, by);
      await delay(DOWN_MS);
      await mariadb.start();
      faults.push({ from, to: Date.now() });
      await delay(AFTER_MS);
      say(`${by} to the database, ${scene.journal.effects} effects`);
    }
    const effects = scene.journal.effects;
    const seen = await scene.rest();
    const rows = await openRows(engine, installation);
    const connections = await rows.count(
      "select count(*) from information_schema.processlist " +
        "where db = database() and id <> connection_id()",
    );
    const twice = await duplicates(rows);
    await rows.close();
    const { lost, revived } = await scene.wrong();
    const found = worst(seen, faults);
    sayWrong(found.wrong, say);
    return [
      atLeast("calls refused in each outage", found.unavailable, 100),
      exactly("calls refused otherwise than by UNAVAILABLE", found.wrong.length, 0),
      timed(atMost("p99 of these answers", found.p99 / 1000, 1, "s")),
      timed(atMost("until the first success afterwards", found.firstSuccess / 1000, 2, "s")),
      timed(atMost("last call refused, after the return", found.lastRefused / 1000, 2, "s")),
      atLeast("effects acknowledged", effects, amount * 50),
      exactly("acknowledged effects lost", lost, 0),
      exactly("ended tokens and deleted users alive again", revived, 0),
      exactly("effects that are there twice", twice, 0),
      atMost("connections to the database afterwards", connections, POOL),
      exactly("answers of /healthz other than 200", found.unalive, 0),
      timed(atMost("until /readyz says no", found.unready / 1000, 3, "s")),
    ];
  } finally {
    if (mariadb.isDown) await mariadb.start();
    await scene.stop();
  }
}

/** Makes the database silent; returns how to end that. */
async function silence(
  installation: Installation,
  mariadb: Mariadb | undefined,
): Promise<() => Promise<void>> {
  if (mariadb !== undefined) {
    await mariadb.signal("SIGSTOP");
    return () => mariadb.signal("SIGCONT");
  }
  const database = new DatabaseSync(fileOf(installation));
  database.exec("pragma busy_timeout = 1000; begin immediate");
  return async () => {
    database.exec("rollback");
    database.close();
  };
}

async function measureSilence({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  const scene = await Scene.start("silence", engine, { installation });
  const faults: Fault[] = [];
  let end: (() => Promise<void>) | undefined;
  try {
    for (let round = 0; round < amount; round++) {
      await delay(BEFORE_MS);
      const from = Date.now();
      end = await silence(installation, engine.mariadb);
      await delay(SILENT_MS);
      await end();
      end = undefined;
      faults.push({ from, to: Date.now() });
      await delay(AFTER_MS);
      say(`${round + 1} times silent`);
    }
    const seen = await scene.rest();
    const { lost, revived } = await scene.wrong();
    const found = worst(seen, faults);
    sayWrong(found.wrong, say);
    return [
      atLeast("calls refused in each silence", found.unavailable, 20),
      exactly("calls refused otherwise than by UNAVAILABLE", found.wrong.length, 0),
      timed(atMost("longest call", found.longest / 1000, CALL_S, "s")),
      atMost("most calls that waited for a connection", seen.queue, 1_000),
      timed(atMost("longest wait for /healthz", found.lag, 100, "ms")),
      exactly("answers of /healthz other than 200", found.unalive, 0),
      timed(atMost("until /readyz says no", found.unready / 1000, 3, "s")),
      timed(atMost("until the first success afterwards", found.firstSuccess / 1000, 2, "s")),
      timed(atMost("last call refused, after the return", found.lastRefused / 1000, 2, "s")),
      exactly("acknowledged effects lost or ended ones alive", lost + revived, 0),
    ];
  } finally {
    await end?.();
    await scene.stop();
  }
}

export const LOST_DATABASE: readonly Check[] = [
  {
    id: "R-04",
    title: "the database dies under load and is started again",
    how:
      "MariaDB gets SIGKILL, the next time `SHUTDOWN`, and is started again five seconds later, " +
      "under drivers, callers of four kinds by five protocols, and looks at the probes.",
    engines: ["MariaDB"],
    amounts: { quick: 1, full: 6 },
    unit: "restarts",
    measure: measureRestarts,
  },
  {
    id: "R-23",
    title: "the database stops answering for ten seconds under load",
    how:
      "MariaDB gets SIGSTOP, and ten seconds later SIGCONT. On SQLite another process holds the " +
      "write lock of the file for ten seconds instead: what only reads goes on.",
    engines: ["SQLite", "MariaDB"],
    quickEngines: ["MariaDB"],
    amounts: { quick: 1, full: 3 },
    unit: "times",
    measure: measureSilence,
  },
];
