// connections that their clients hold open, all kinds at once.
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
import { heapAfterCollection, INSPECTED } from "../../load/inspector.ts";
import { residentMib } from "../../load/process.ts";
import { Crowd, type Victim } from "./crowd.ts";
import { IDLE_KINDS, type Kind, KINDS, SECONDS } from "./kinds.ts";

/** A process needs a while, and one of each kind, until its memory and its times are usual. */
const WARM_MS = 3_000;
const USUAL_MS = 4_000;
/** The pause after each kind, at first and then. */
const FIRST_PAUSE_MS = 100;
const PAUSE_MS = 100;
/** How much memory the connections of a kind may take, in MiB. */
const KIND_MIB = 16;
/** How long the memory has to come back, and how near it must come. */
const AFTER_MS = 30_000;
const NEAR = 1.1;

/** A process, and its URL. */
interface Server extends Victim {
  readonly url: string;
  readonly process: Latchkey;
}

/** Two processes of one installation, one of them under TLS, and the URL of each. */
async function startVictims(fleet: Fleet): Promise<readonly Server[]> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-held-"));
  try {
    const { cert, key } = await makeCertificate(folder);
    const secure = await fleet.add({ ...INSPECTED, TLS_CERT: cert, TLS_KEY: key });
    return [fleet.servers[0]!, secure].map((process) => ({
      process,
      url: process.url,
      pid: process.pid,
      port: Number(new URL(process.url).port),
      secure: process.url.startsWith("https:"),
    }));
  } finally {
    await rm(folder, { recursive: true });
  }
}

const percentAbove = (pid: number, before: number): number =>
  Math.max(0, (residentMib(pid) / before - 1) * 100);

/** Waits until the memory is near what it was, and returns how much it is above, in percent. */
async function waitForMemory(pid: number, before: number): Promise<number> {
  const end = performance.now() + AFTER_MS;
  while (residentMib(pid) > before * NEAR && performance.now() < end) await delay(500);
  return percentAbove(pid, before);
}

async function measureHeld(
  { engine, amount, say }: Stage,
  kinds: readonly Kind[],
): Promise<readonly Figure[]> {
  const fleet = await Fleet.start(engine, 1, INSPECTED);
  try {
    const victims = await startVictims(fleet);
    const { token } = await fleet.newUser();
    const bystanders = await Promise.all(
      victims.map(({ url }) => Bystanders.start({ url, token, client: fleet.client })),
    );
    const first = new Crowd(victims);
    await first.open(kinds, victims.length, FIRST_PAUSE_MS);
    first.close();
    await delay(WARM_MS);
    const usual = await usualTime(USUAL_MS);
    const before = victims.map(({ pid }) => residentMib(pid));
    const crowd = new Crowd(victims);
    const longest = Math.max(...kinds.map(({ lacks }) => SECONDS[lacks]));
    const from = Date.now();
    await crowd.open(kinds, amount, PAUSE_MS);
    await crowd.watch(longest);
    const to = Date.now();
    const left = crowd.stillOpen();
    const open = [...new Set(left.map(({ kind }) => kind.name))].join(", ");
    say(`open after ${longest} s: ${open || "none"}`);
    const figures = [
      exactly("connections opened", crowd.connections.length, kinds.length * amount),
      exactly(`of them open after ${longest} s`, left.length, 0),
      ...kinds.map((kind) =>
        timed(atMost(kind.name, crowd.longest(kind), SECONDS[kind.lacks], "s")),
      ),
    ];
    const grown = Math.max(...crowd.grown.values());
    for (const [{ name }, mib] of crowd.grown)
      if (mib > KIND_MIB / 2) say(`${name}: ${mib.toFixed(1)} MiB more`);
    const grownByAll = crowd.most - before.reduce((sum, each) => sum + each, 0);
    crowd.close();
    const kept = await Promise.all(
      victims.map(({ pid }, index) => waitForMemory(pid, before[index]!)),
    );
    const calls = await Promise.all(bystanders.map((each) => each.stop()));
    for (const { process } of victims) await heapAfterCollection(process);
    const collected = victims.map(({ pid }, index) => percentAbove(pid, before[index]!));
    return [
      ...figures,
      timed(atMost("memory for those of one kind, most", grown, KIND_MIB, "MiB")),
      timed(atMost("memory for all of them", grownByAll, KIND_MIB * kinds.length, "MiB")),
      ...victims.flatMap(({ secure }, index) => {
        const where = secure ? "under TLS" : "in clear text";
        const normal = seenBetween(calls[index]!, usual.from, usual.to);
        const seen = seenBetween(calls[index]!, from, to);
        say(`${where}: p99 ${normal.p99.toFixed(1)} ms, then ${seen.p99.toFixed(1)} ms`);
        return [
          timed(atMost(`memory still more 30 s later, ${where}`, kept[index]!, 10, "%")),
          atMost(`when garbage is collected, ${where}`, collected[index]!, 10, "%"),
          timed(atMost(`others' p99, times the usual, ${where}`, seen.p99 / normal.p99, 2)),
          exactly(`others' calls that failed, ${where}`, seen.failed, 0),
        ];
      }),
    ];
  } finally {
    await fleet.stop();
  }
}

const how =
  "half of them under TLS, 100 more each second, to two processes. The kernel says which of them " +
  "a server has open; clients end none. Memory is VmRSS of both processes, above that before. " +
  "V8 keeps pages that it has emptied while it has no reason to give them back; its inspector " +
  "gives it one in the end.";

export const HELD: readonly Check[] = [
  {
    id: "R-13",
    title: "connections that are held open",
    how:
      `${KINDS.length} kinds of connections, ${how} One kind opens 100 streams on each ` +
      "connection, which makes 6,000 requests with the 60 of --full.",
    engines: ["SQLite"],
    amounts: { quick: 10, full: 60 },
    unit: "connections of each kind",
    measure: (stage) => measureHeld(stage, KINDS),
  },
  {
    id: "R-13-idle",
    title: "connections that are idle",
    how:
      `${IDLE_KINDS.length} kinds of connections, ${how} HTTP/1.1 has more than 65 seconds, so ` +
      "that a proxy in front, which ends its own after 60, is the first.",
    engines: ["SQLite"],
    amounts: { full: 60 },
    unit: "connections of each kind",
    measure: (stage) => measureHeld(stage, IDLE_KINDS),
  },
];
