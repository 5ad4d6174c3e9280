// the network between a process and its database resets, swallows and delays.
import { setTimeout as delay } from "node:timers/promises";
import { openSlowProxy, type SlowProxy } from "../../../test/slow-proxy.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { seenBetween } from "../../load/bystanders.ts";
import { callsBefore, outageSeen, sayWrong } from "../../load/callers.ts";
import { socketsTo } from "../../load/process.ts";
import { Scene } from "../../load/scene.ts";
import { CALL_S, POOL } from "./lost-database.ts";

const RESET_EVERY = 100;
const LATENCY_MS = 500;
/** How long the load runs before the first fault and after each. */
const CALM_MS = 2_000;
/** How long connections are reset, and how long the latency lasts. */
const OTHER_MS = 3_000;

type FaultName = "resets" | "silence" | "latency";

interface Phase {
  readonly name: FaultName;
  readonly lasts: number;
  begin(proxy: SlowProxy): void;
  end(proxy: SlowProxy): void;
}

const phases = (silentMs: number): readonly Phase[] => [
  {
    name: "resets",
    lasts: OTHER_MS,
    begin: (proxy) => (proxy.resetEvery = RESET_EVERY),
    end: (proxy) => (proxy.resetEvery = 0),
  },
  {
    name: "silence",
    lasts: silentMs,
    begin: (proxy) => (proxy.swallows = "everything"),
    end: (proxy) => (proxy.swallows = "nothing"),
  },
  {
    name: "latency",
    lasts: OTHER_MS,
    begin: (proxy) => (proxy.delay = LATENCY_MS),
    end: (proxy) => (proxy.delay = 0),
  },
];

async function measureNetwork({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const installation = await engine.install();
  const proxy = await openSlowProxy(installation.environment["DATABASE_URL"]!);
  let scene: Scene | undefined;
  try {
    scene = await Scene.start("network", engine, {
      installation,
      environment: { DATABASE_URL: proxy.url },
    });
    const { pid } = scene.fleet.servers[0]!;
    const faults = new Map<FaultName, { from: number; to: number }>();
    await delay(CALM_MS);
    let sockets = 0;
    const port = Number(new URL(proxy.url).port);
    for (const { name, lasts, begin, end } of phases(amount * 1_000)) {
      const from = Date.now();
      begin(proxy);
      await delay(lasts);
      if (name === "silence") sockets = socketsTo(pid, port);
      end(proxy);
      faults.set(name, { from, to: Date.now() });
      await delay(CALM_MS + 1_000);
    }
    say(`${proxy.resets} resets, ${scene.journal.effects} effects`);
    const { calls, bystanders } = await scene.rest();
    const { lost, revived } = await scene.wrong();
    const seen = (name: FaultName) => {
      const { from, to } = faults.get(name)!;
      const next = Math.min(
        ...[...faults.values()].map((fault) => fault.from).filter((begin) => begin > from),
      );
      const those = callsBefore(calls, next).filter(({ at }) => at >= from - CALM_MS);
      return outageSeen(those, from, to);
    };
    const all = outageSeen(calls, 0, Infinity);
    sayWrong(all.wrong, say);
    const recovery = (["resets", "silence", "latency"] as const).flatMap((name) => {
      const { longest, lastRefused, firstSuccess } = seen(name);
      return [
        timed(atMost(`${name}: longest call`, longest / 1000, CALL_S, "s")),
        timed(atMost(`${name}: recovery`, Math.max(lastRefused, firstSuccess) / 1000, 2, "s")),
      ];
    });
    return [
      atLeast("connections reset", proxy.resets, 1),
      atLeast("calls refused in the silence", seen("silence").unavailable, 20),
      ...recovery,
      exactly("calls refused otherwise than by UNAVAILABLE", all.wrong.length, 0),
      timed(
        atMost(
          "longest wait for /healthz",
          seenBetween(bystanders, 0, Infinity).longestHealth,
          100,
          "ms",
        ),
      ),
      // Those of the pool, and the one that asks whether the database answers.
      atMost("sockets to the database at the end of the silence", sockets, POOL + 1),
      exactly("acknowledged effects lost or ended ones alive", lost + revived, 0),
    ];
  } finally {
    await scene?.stop();
    await proxy.close();
  }
}

export const BAD_NETWORK: readonly Check[] = [
  {
    id: "R-05",
    title: "the network between a process and its database is bad",
    how:
      `A proxy resets the connection of every ${RESET_EVERY}th statement, then swallows all ` +
      `bytes, then delays each statement by ${LATENCY_MS} ms, under drivers and callers of four ` +
      "kinds.",
    engines: ["MariaDB"],
    amounts: { quick: 8, full: 30 },
    unit: "seconds of silence",
    measure: measureNetwork,
  },
];
