// machines whose clocks are apart, and clocks that jump.
import { setTimeout as delay } from "node:timers/promises";
import { atLeast, type Check, exactly, type Figure } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { Fleet } from "../../load/fleet.ts";
import { MachineClock, SEEN_WITHIN_MS } from "../../load/machine-clock.ts";
import { until } from "../../load/until.ts";
import { ACCOUNT_FAILURES, countSayers, Course } from "./course.ts";

const MINUTE = 60;
const HOUR = 60 * MINUTE;
/** How long a code lives, and how much longer than that it is kept before it is tried. */
const CODE_MS = 60_000;
const LATE_MS = 5_000;
/** A run with less load doesn't wait for the end of codes. */
const WAITING_FROM_S = 30;

/** How long a process may take to see a new clock, and how near the whole second must be. */
const PATIENCE_MS = 10_000;
const NEAR_MS = 2_500;

/** How the clocks of the two machines stand, in seconds. */
interface Stand {
  readonly name: string;
  readonly clocks: readonly [number, number];
}

/** With a database on a server: its clock stands between those of the processes. */
const APART: readonly Stand[] = [
  { name: "30 s either way", clocks: [30, -30] },
  { name: "5 min either way", clocks: [5 * MINUTE, -5 * MINUTE] },
  { name: "after jumps of an hour", clocks: [HOUR, -HOUR] },
];

/** With SQLite there is one machine, whose clock jumps and is put back. */
const JUMPS: readonly Stand[] = [
  { name: "30 s ahead", clocks: [30, 30] },
  { name: "put back by 30 s", clocks: [0, 0] },
  { name: "an hour ahead", clocks: [HOUR, HOUR] },
  { name: "put back by an hour", clocks: [0, 0] },
];

interface Scene {
  readonly course: Course;
  readonly fleet: Fleet;
  readonly clocks: readonly MachineClock[];
}

/** Puts the clocks, and waits until the processes see it. */
async function put({ clocks, fleet }: Scene, { clocks: stand }: Stand): Promise<void> {
  for (const [index, clock] of clocks.entries()) clock.put(stand[index]!);
  await delay(SEEN_WITHIN_MS + 200);
  for (const [index, { url }] of fleet.servers.entries())
    await until(
      async () => Math.abs((await shownBy(url)) - Date.now() - stand[index]! * 1_000) <= NEAR_MS,
      PATIENCE_MS,
      "a process sees its new clock",
    );
}

/** Returns the time that a process has, by the header of an answer. */
async function shownBy(url: string): Promise<number> {
  const response = await fetch(`${url}/healthz`);
  await response.arrayBuffer();
  return Date.parse(response.headers.get("date") ?? "");
}

/** The database's time decides: nothing may come of the clocks. */
async function stageApart(scene: Scene, { amount, say }: Stage): Promise<readonly Figure[]> {
  const { course, fleet } = scene;
  const failed: Record<string, number> = {};
  let quiet = 0;
  const kept = await course.issue();
  const sayers = { detail: 0, metric: 0 };
  for (const stand of APART) {
    const fresh = await course.issue();
    // The clocks move while calls are under way.
    const work = course.work((amount * 1_000) / APART.length);
    await put(scene, stand);
    const failures = await work;
    failed[stand.name] = failures.length;
    for (const failure of failures) say(`${stand.name}: ${failure}`);
    await course.tryLiving(fresh);
    await course.look(() => Date.now());
    await course.fill();
    const { detail, metric } = await countSayers(fleet);
    if (stand === APART[0]) quiet = detail + metric;
    else {
      sayers.detail += detail;
      sayers.metric += metric;
    }
  }
  if (amount >= WAITING_FROM_S) {
    await delay(Math.max(0, kept.at + CODE_MS + LATE_MS - Date.now()));
    await course.tryEnded({ ...kept, token: "" });
  }
  const asked = 2 * (APART.length - 1);
  return [
    ...Object.entries(failed).map(([name, many]) => exactly(`errors, clocks ${name}`, many, 0)),
    exactly("living codes and tokens refused", course.count.dead, 0),
    exactly("processes that complain at 30 s", quiet, 0),
    exactly("readiness that says so from 5 min on", sayers.detail, asked),
    exactly("metrics that say so from 5 min on", sayers.metric, asked),
  ];
}

/** The machine's clock is the clock: what it made while it was ahead must not live for longer. */
async function stageJumps(scene: Scene, { amount, say }: Stage): Promise<readonly Figure[]> {
  const { course } = scene;
  let failed = 0;
  for (const [index, stand] of JUMPS.entries()) {
    const issued = await course.issue();
    const full = await course.fill();
    await put(scene, stand);
    // The administrator's token doesn't outlive the jump either.
    await scene.fleet.renew();
    const isFar = index >= 2;
    if (isFar) await course.tryEnded(issued);
    else await course.tryLiving(issued);
    // Put back, no counter that was filled before may still be full.
    if (index % 2 === 1 && (await course.guess(full)).status === 429) course.count.outlasted++;
    const failures = await course.work((amount * 1_000) / JUMPS.length);
    for (const failure of failures) say(`${stand.name}: ${failure}`);
    failed += failures.length;
    await course.look(() => Date.now() + stand.clocks[0] * 1_000);
  }
  return [
    exactly("errors of what began after a jump", failed, 0),
    exactly("living codes and tokens refused at 30 s", course.count.dead, 0),
  ];
}

async function measureClocks(stage: Stage): Promise<readonly Figure[]> {
  const isOne = stage.engine.name === "SQLite";
  const made = await Promise.all(Array.from({ length: isOne ? 1 : 2 }, () => MachineClock.make()));
  const clocks = isOne ? [made[0]!, made[0]!] : made;
  try {
    const fleet = await Fleet.start(stage.engine, clocks.length, (index) => ({
      ...clocks[index]!.environment,
      SIGN_IN_ACCOUNT_FAILURES: String(ACCOUNT_FAILURES),
    }));
    try {
      const course = await Course.begin(fleet);
      const scene = { course, fleet, clocks };
      const figures = await (isOne ? stageJumps : stageApart)(scene, stage);
      return [
        atLeast("effects acknowledged", course.ledger.size, stage.amount * 5),
        ...figures,
        ...(await course.figures()),
      ];
    } finally {
      await fleet.stop();
    }
  } finally {
    await Promise.all(made.map((clock) => clock.remove()));
  }
}

export const CLOCKS: readonly Check[] = [
  {
    id: "R-32",
    title: "clocks that are apart, and clocks that jump",
    how:
      "libfaketime moves the clocks of two processes under load: 30 s, 5 min and an hour to " +
      "either side of the database's. Codes are issued by one and redeemed by the other, and " +
      "after their end. SQLite has the machine's clock: it goes 30 s and an hour ahead and back.",
    engines: ["SQLite", "MariaDB"],
    quickEngines: ["MariaDB"],
    aside: "in turn",
    amounts: { quick: 6, full: 30 },
    unit: "seconds of load",
    measure: measureClocks,
  },
];
