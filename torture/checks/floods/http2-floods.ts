// one client floods a server over HTTP/2 while others call.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { makeCertificate } from "../../../test/clients/certificate.ts";
import type { Latchkey } from "../../../test/process/latchkey.ts";
import { atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import { Bystanders, seenBetween, usualTime } from "../../load/bystanders.ts";
import { Fleet } from "../../load/fleet.ts";
import { forgetPeak, peakMib, residentMib } from "../../load/process.ts";
import { type Flood, FLOODS, RAPID_RESET } from "./flood-frames.ts";
import { type FloodEnd, sendFlood } from "./send-flood.ts";

const MOST_TAKEN = 1_000;
const MOST_LAG_MS = 200;
const MOST_MIB = 64;
const MOST_P99_MS = 250;

/** What a flood has cost. */
interface Cost extends FloodEnd {
  readonly name: string;
  readonly isPaced: boolean;
  readonly mib: number;
  readonly from: number;
  readonly to: number;
}

/** Sends floods, one after the other, and keeps what each has cost. */
class Flooding {
  readonly costs: Cost[] = [];
  readonly #server: Latchkey;
  readonly #pieces: number;

  constructor(server: Latchkey, pieces: number) {
    this.#server = server;
    this.#pieces = pieces;
  }

  async send(flood: Flood, isPaced: boolean): Promise<void> {
    const { pid, url } = this.#server;
    const before = residentMib(pid);
    forgetPeak(pid);
    const from = Date.now();
    const end = await sendFlood(url, flood, { pieces: this.#pieces, isPaced });
    // What was put off to the next turns is part of it.
    await delay(100);
    const mib = peakMib(pid) - before;
    this.costs.push({ ...end, name: flood.name, isPaced, mib, from, to: Date.now() });
  }
}

const most = (values: readonly number[]): number => Math.max(0, ...values);

/** Floods a process that has just started, and again when it has run. */
async function floodProcess(
  { amount, say }: Stage,
  server: Latchkey,
  orders: { readonly token: string; readonly client: Fleet["client"] },
): Promise<readonly Figure[]> {
  const over = server.url.startsWith("https:") ? "TLS" : "clear text";
  const bystanders = await Bystanders.start({ url: server.url, ...orders }, 5);
  await usualTime(1_000);
  const flooding = new Flooding(server, amount);
  const [, withPreface] = FLOODS;
  // The first of all: no code of HTTP/2 has run yet.
  await flooding.send(withPreface!, false);
  await flooding.send(withPreface!, false);
  await flooding.send(RAPID_RESET, false);
  for (const flood of FLOODS) {
    await flooding.send(flood, true);
    if (flood !== RAPID_RESET && flood !== withPreface) await flooding.send(flood, false);
  }
  const calls = await bystanders.stop();
  const { costs } = flooding;
  const seen = costs.map(({ from, to }) => seenBetween(calls, from, to));
  for (const [index, { name, isPaced, why, taken, mib }] of costs.entries())
    say(
      `${over}, ${name}, ${isPaced ? "read by read" : "at once"}: ${why}, ${taken} taken, ` +
        `${mib.toFixed(0)} MiB, ${seen[index]!.longestHealth.toFixed(0)} ms`,
    );
  const lags = seen.map(({ longestHealth }) => longestHealth);
  const open = [...new Set(costs.filter(({ closed }) => !closed).map(({ name }) => name))];
  const paced = costs.filter(({ isPaced, closed }) => isPaced && closed);
  const sum = (values: readonly number[]): number => values.reduce((all, each) => all + each, 0);
  return [
    timed(atMost(`${over}: wait in the first rapid reset`, lags[0]!, MOST_LAG_MS, "ms")),
    atMost(`${over}: memory of the first rapid reset`, costs[0]!.mib, MOST_MIB, "MiB"),
    timed(atMost(`${over}: wait in the second`, lags[1]!, MOST_LAG_MS, "ms")),
    exactly(`${over}: floods that go on`, open.join(", ") || "none", "none"),
    timed(atMost(`${over}: abuse taken`, most(paced.map(({ taken }) => taken)), MOST_TAKEN)),
    timed(atMost(`${over}: longest wait in a flood`, most(lags), MOST_LAG_MS, "ms")),
    atMost(`${over}: memory of a flood`, most(costs.map(({ mib }) => mib)), MOST_MIB, "MiB"),
    timed(
      atMost(`${over}: others' p99 in floods`, most(seen.map(({ p99 }) => p99)), MOST_P99_MS, "ms"),
    ),
    exactly(`${over}: others' calls that failed`, sum(seen.map(({ failed }) => failed)), 0),
  ];
}

async function measureFloods(stage: Stage): Promise<readonly Figure[]> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-floods-"));
  const fleet = await Fleet.start(stage.engine, 1);
  try {
    const { token } = await fleet.newUser();
    await fleet.servers[0]!.stop();
    const { cert, key } = await makeCertificate(folder);
    const figures: Figure[] = [];
    const both: readonly Record<string, string>[] = [{}, { TLS_CERT: cert, TLS_KEY: key }];
    for (const environment of both) {
      const server = await fleet.add(environment);
      figures.push(...(await floodProcess(stage, server, { token, client: fleet.client })));
      await server.stop();
    }
    return figures;
  } finally {
    await fleet.stop();
    await rm(folder, { recursive: true });
  }
}

export const HTTP2_FLOODS: Check = {
  id: "R-14",
  title: "floods over HTTP/2",
  how:
    "Rapid reset with the first bytes of a process that has just started; then each flood of " +
    `${FLOODS.length}, in one write, and again 50 frames at a time, each when the last were ` +
    "read. Others call meanwhile; their longest wait for `/healthz` is the loop's.",
  engines: ["SQLite"],
  amounts: { quick: 20_000, full: 20_000 },
  unit: "frames of each flood",
  measure: measureFloods,
};
