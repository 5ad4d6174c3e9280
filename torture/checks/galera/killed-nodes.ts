// all nodes are killed at once under load, and started again.
import { setTimeout as delay } from "node:timers/promises";
import { drive, type Target } from "../../../test/durability/driver.ts";
import { findWrong } from "../../../test/durability/find-wrong.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { lostOf, newToken, Writers } from "../../galera/writers.ts";
import { Fleet } from "../../load/fleet.ts";
import { Journal } from "../../load/journal.ts";

const PROCESSES = 3;
const WRITERS = 6;
const EFFECTS_A_CYCLE = 2_000;
/** How long a cycle may take to reach its effects, in milliseconds. */
const LOAD_MS = 60_000;
/** How long the cluster may take until it can be used, in milliseconds; more is no measurement. */
const PATIENCE_MS = 120_000;
const POLL_MS = 50;

/** Returns how long it takes until a process acknowledges a write. */
async function usableAfter(fleet: Fleet, begin: number): Promise<number> {
  for (let process = 0; process < PROCESSES; process++)
    while ((await newToken(fleet, process)) === "") {
      if (performance.now() - begin > PATIENCE_MS) throw new Error("the cluster stays unusable");
      await delay(POLL_MS);
    }
  return performance.now() - begin;
}

async function measureKills({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const cluster = engine.cluster!;
  const fleet = await Fleet.start(engine, PROCESSES);
  const journal = new Journal("all-nodes");
  const { administrator, client } = fleet;
  const writers = new Writers(fleet, WRITERS, journal);
  let slowest = 0;
  try {
    const targets = fleet.servers.map(({ url }, process): Target => ({
      url,
      client,
      administrator,
      as: (token) => fleet.as(token, process),
    }));
    for (let cycle = 1; cycle <= amount; cycle++) {
      let isGone = false;
      const driven = Promise.all(
        targets.map(async (target) => {
          // What a busy machine refuses wasn't acknowledged.
          while (!isGone) await drive(target, journal, () => isGone).catch(() => delay(POLL_MS));
        }),
      );
      const before = journal.effects;
      const begin = performance.now();
      while (journal.effects < before + EFFECTS_A_CYCLE && performance.now() - begin < LOAD_MS)
        await delay(POLL_MS);
      isGone = true;
      await Promise.all(cluster.nodes.map((node) => node.kill()));
      const down = performance.now();
      const [usable] = await Promise.all([usableAfter(fleet, down), cluster.recover(), driven]);
      slowest = Math.max(slowest, usable);
      say(`${journal.effects} effects; usable after ${Math.round(usable)} ms`);
      await cluster.settled();
    }
    await writers.stop();
    // The checker knows the file alone.
    const found = await findWrong(targets[0]!, journal.read());
    return [
      timed(atLeast("effects acknowledged", journal.effects, amount * EFFECTS_A_CYCLE)),
      exactly("effects lost", found.lostTokens.length + found.lostUsers.length, 0),
      exactly(
        "ended tokens and deleted users alive again",
        found.revivedTokens.length + found.revivedUsers.length,
        0,
      ),
      exactly("tokens that a node lacks", await lostOf(cluster, fleet.database, journal), 0),
      timed(atMost("slowest until every process can write", slowest / 1000, 30, "s")),
    ];
  } finally {
    await writers.stop();
    await journal.remove();
    await fleet.stop();
  }
}

export const KILLED_NODES: readonly Check[] = [
  {
    id: "R-09",
    title: "all nodes are killed at once and started again",
    how:
      `A driver at each of ${PROCESSES} processes and ${WRITERS} writers at one, until all three ` +
      "nodes get SIGKILL and are started again at once. `pc.recovery` finds the cluster's state. " +
      "One process is asked for everything in the journal, and each node for every token.",
    engines: ["Galera"],
    amounts: { quick: 1, full: 10 },
    unit: "cycles",
    measure: measureKills,
  },
];
