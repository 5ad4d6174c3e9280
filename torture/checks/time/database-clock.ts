// the clock of the database is put to another time, and the processes follow it.
import { setTimeout as delay } from "node:timers/promises";
import { execute, Mariadb } from "../../../test/mariadb-server.ts";
import { installOn } from "../../../test/process/latchkey.ts";
import { atLeast, atMost, type Check, exactly, type Figure } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { Fleet } from "../../load/fleet.ts";
import { MachineClock } from "../../load/machine-clock.ts";
import { metricsOf, sumOf } from "../../load/process.ts";
import { openRows, type OpenRows } from "../../load/rows.ts";
import { until } from "../../load/until.ts";
import { ACCOUNT_FAILURES, countSayers, Course } from "./course.ts";

const PROCESSES = 2;
const HOUR_S = 3_600;
/** How long the database may take to see its new clock, and the processes to follow it. */
const [SEEN_MS, FOLLOWED_MS] = [10_000, 120_000];
/** How near the whole second must be. */
const NEAR_S = 1.5;

/** How far the database's clock is ahead of all others, in seconds. */
interface Stand {
  readonly name: string;
  readonly seconds: number;
  /** Whether what was issued before can't live on. */
  readonly isFar: boolean;
}

const STANDS: readonly Stand[] = [
  { name: "30 s ahead", seconds: 30, isFar: false },
  { name: "put back by 30 s", seconds: 0, isFar: false },
  { name: "an hour ahead", seconds: HOUR_S, isFar: true },
  { name: "put back by an hour", seconds: 0, isFar: true },
];

interface Scene {
  readonly fleet: Fleet;
  readonly course: Course;
  readonly clock: MachineClock;
  readonly rows: OpenRows;
}

/** Puts the database's clock, and waits until the database shows it. */
async function put({ clock, rows }: Scene, seconds: number): Promise<void> {
  clock.put(seconds);
  const isShown = async (): Promise<boolean> => {
    const shown = await rows.count("select unix_timestamp(now(6))");
    return Math.abs(shown - Date.now() / 1_000 - seconds) < NEAR_S;
  };
  await until(isShown, SEEN_MS, "the database sees its new clock");
}

/** Waits until every process follows the database; returns how long that took since `begin`. */
async function followed({ fleet }: Scene, seconds: number, begin: number): Promise<number> {
  const follows = async (): Promise<boolean> => {
    for (const server of fleet.servers) {
      const ahead = sumOf(await metricsOf(server), "latchkey_clock_ahead_seconds");
      if (Math.abs(ahead + seconds) > NEAR_S) return false;
    }
    return true;
  };
  while (!(await follows())) {
    if (performance.now() - begin > FOLLOWED_MS) return Infinity;
    await delay(250);
  }
  return (performance.now() - begin) / 1_000;
}

async function measureStands(scene: Scene, { amount, say }: Stage): Promise<readonly Figure[]> {
  const { course, fleet } = scene;
  const failed = { near: 0, far: 0 };
  const sayers = { near: 0, far: 0 };
  let slowest = 0;
  for (const { name, seconds, isFar } of STANDS) {
    // The administrator's token doesn't outlive a jump.
    await fleet.renew();
    const issued = await course.issue();
    const full = await course.fill();
    const failures = await course.workWhile(async () => {
      await put(scene, seconds);
      const begin = performance.now();
      // At once, while some processes may have followed and others not.
      if (!isFar) await course.tryLiving(issued);
      slowest = Math.max(slowest, await followed(scene, seconds, begin));
    });
    for (const failure of failures) say(`${name}, meanwhile: ${failure}`);
    if (!isFar) failed.near += failures.length;
    await fleet.renew();
    if (isFar) await course.tryEnded(issued);
    // Put back, no counter that was filled before may still be full.
    if (isFar && seconds === 0 && (await course.guess(full)).status === 429)
      course.count.outlasted++;
    const later = await course.work(amount * 1_000);
    for (const failure of later) say(`${name}, afterwards: ${failure}`);
    failed[isFar ? "far" : "near"] += later.length;
    await course.look(() => Date.now() + seconds * 1_000);
    const { detail, metric } = await countSayers(fleet);
    sayers[seconds === HOUR_S ? "far" : "near"] += detail + metric;
    say(`${name}: followed after ${slowest.toFixed(0)} s at most`);
  }
  return [
    exactly("errors, the database's clock 30 s off", failed.near, 0),
    exactly("errors of what began after a far jump", failed.far, 0),
    exactly("living codes and tokens refused", course.count.dead, 0),
    exactly("processes that complain at 30 s", sayers.near, 0),
    exactly("readiness and metrics that say so at an hour", sayers.far, 2 * PROCESSES),
    atMost("until every process follows", slowest, 60, "s"),
  ];
}

async function measureDatabaseClock(stage: Stage): Promise<readonly Figure[]> {
  const clock = await MachineClock.make();
  const mariadb = await Mariadb.start(undefined, [], clock.environment).catch(async (error) => {
    await clock.remove();
    throw error;
  });
  try {
    await execute(mariadb.url, "create database latchkey");
    const installation = installOn(`${mariadb.url}/latchkey`, async () => undefined);
    const place = { install: async () => installation };
    const fleet = await Fleet.start(place, PROCESSES, {
      SIGN_IN_ACCOUNT_FAILURES: String(ACCOUNT_FAILURES),
    });
    const rows = await openRows({}, installation);
    try {
      const course = await Course.begin(fleet);
      const figures = await measureStands({ fleet, course, clock, rows }, stage);
      return [
        atLeast("effects acknowledged", course.ledger.size, stage.amount * STANDS.length * 5),
        ...figures,
        ...(await course.figures()),
      ];
    } finally {
      await rows.close();
      await fleet.stop();
    }
  } finally {
    await mariadb.dispose();
    await clock.remove();
  }
}

export const DATABASE_CLOCK: readonly Check[] = [
  {
    id: "R-32-database",
    title: "the database's clock is wrong",
    how:
      "libfaketime moves the clock of a MariaDB of its own under load, 30 s and an hour ahead " +
      `and back. ${PROCESSES} processes with the true time must follow it. Codes and tokens are ` +
      "used at once after 30 s, and after an hour when all processes have followed. SQLite has " +
      "no clock of its own. Nodes of Galera have one each, which NTP must keep together.",
    engines: ["MariaDB"],
    aside: "by itself",
    amounts: { full: 10 },
    unit: "seconds of load",
    measure: measureDatabaseClock,
  },
];
