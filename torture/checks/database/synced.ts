// a change is on the disk before it is acknowledged, as the kernel sees it.
import { existsSync, readFileSync, statfsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { post, type Registered } from "../../../test/oauth/flow.ts";
import { installIn } from "../../../test/process/latchkey.ts";
import { atLeast, atMost, type Check, exactly, type Figure } from "../../check.ts";
import { removeAtEnd } from "../../ending.ts";
import type { Stage } from "../../engine.ts";
import { Fleet } from "../../load/fleet.ts";
import { attachStrace } from "../../load/strace.ts";

const AT_ONCE = 8;
/** How many calls follow one another alone, before the load. */
const ALONE = 50;
const TMPFS = 0x01021994;

/** A time of the machine's clock in milliseconds, more exact than Date.now(). */
const clock = (): number => performance.timeOrigin + performance.now();

interface Interval {
  readonly begin: number;
  readonly end: number;
}

/** Watches the syncs of a process; `stop` returns those of the log of its database. */
async function watchSyncs(pid: number, file: string): Promise<() => Promise<readonly Interval[]>> {
  const words = ["-y", "-ttt", "-T", "-e", "trace=fdatasync,fsync", "-o", file];
  const detach = await attachStrace(pid, words);
  return async () => {
    await detach();
    return syncsOf(readFileSync(file, "utf8"));
  };
}

/** Reads what strace has written; a call that another thread interrupts has two lines. */
export function syncsOf(text: string): readonly Interval[] {
  const begun = new Map<string, number>();
  const syncs: Interval[] = [];
  for (const line of text.split("\n")) {
    const [, thread = "", at = "", rest = ""] = /^(\d+) +(\d+\.\d+) (.*)$/.exec(line) ?? [];
    const time = Number(at) * 1_000;
    if (rest.endsWith("<unfinished ...>") && rest.includes(".db-wal>")) begun.set(thread, time);
    const took = Number(/= 0 <([\d.]+)>$/.exec(rest)?.[1]) * 1_000;
    if (Number.isNaN(took)) continue;
    const begin = rest.startsWith("<...") ? begun.get(thread) : time;
    if (begin === undefined || (!rest.startsWith("<...") && !rest.includes(".db-wal>"))) continue;
    begun.delete(thread);
    syncs.push({ begin, end: begin + took });
  }
  return syncs;
}

/** Asks for a token, which is a row; returns when, if it was given. */
async function acknowledged(url: string, client: Registered): Promise<Interval> {
  const begin = clock();
  const { status } = await post(url, "token", { grant_type: "client_credentials" }, client);
  if (status !== 200) throw new Error(`HTTP ${status}`);
  return { begin, end: clock() };
}

/** Returns how many calls have no sync that ended between their start and their answer. */
const unsynced = (calls: readonly Interval[], syncs: readonly Interval[]): number =>
  calls.filter(({ begin, end }) => !syncs.some((sync) => sync.end >= begin && sync.end <= end))
    .length;

function journalMode(folder: string): string {
  const database = new DatabaseSync(join(folder, "latchkey.db"));
  const row = database.prepare("pragma journal_mode").get();
  database.close();
  return String(row?.["journal_mode"]);
}

async function measureSyncs({ amount, say }: Stage): Promise<readonly Figure[]> {
  const place = existsSync("/var/tmp") ? "/var/tmp" : tmpdir();
  if (statfsSync(place).type === TMPFS) throw new Error(`this needs a disk under ${place}`);
  const folder = await mkdtemp(join(place, "latchkey-"));
  // The place of all other files may be in memory.
  removeAtEnd(folder);
  const installation = installIn(folder, () => rm(folder, { recursive: true }));
  const fleet = await Fleet.start({ install: async () => installation }, 1);
  try {
    const url = fleet.url();
    const stop = await watchSyncs(fleet.servers[0]!.pid, join(folder, "syncs"));
    const alone: Interval[] = [];
    for (let index = 0; index < ALONE; index++) alone.push(await acknowledged(url, fleet.client));
    const together: Interval[] = [];
    const lane = async (): Promise<void> => {
      while (together.length < amount) together.push(await acknowledged(url, fleet.client));
    };
    await Promise.all(Array.from({ length: AT_ONCE }, lane));
    const syncs = await stop();
    const first = together[0]!.begin;
    const early = syncs.filter(({ end }) => end < first).length;
    say(`${syncs.length} syncs, ${early} of them for ${ALONE} calls alone`);
    return [
      exactly("PRAGMA journal_mode of the file", journalMode(folder), "wal"),
      atLeast("syncs of the log a call, one after another", early / ALONE, 1),
      exactly("calls acknowledged before a sync, one alone", unsynced(alone, syncs), 0),
      exactly(`calls acknowledged before a sync, ${AT_ONCE} at once`, unsynced(together, syncs), 0),
      atLeast(`calls acknowledged, ${AT_ONCE} at once`, together.length, amount),
      atMost(`most calls for one sync, ${AT_ONCE} at once`, mostOf(together, syncs), AT_ONCE),
    ];
  } finally {
    await fleet.stop();
  }
}

/** Returns how many calls at most were answered between one sync and the next. */
function mostOf(calls: readonly Interval[], syncs: readonly Interval[]): number {
  const ends = syncs.map(({ end }) => end).toSorted((one, other) => one - other);
  const groups = Map.groupBy(calls, (call) => ends.findLast((end) => end <= call.end));
  return Math.max(...[...groups.values()].map((group) => group.length));
}

export const SYNCED: readonly Check[] = [
  {
    id: "R-03",
    title: "a change is on the disk before it is acknowledged",
    how:
      "`strace` sees every sync of the process on the log of its database, on a disk. Tokens are " +
      `asked for one after another, then ${AT_ONCE} at once. That commits are synced, as by ` +
      "`synchronous = full`, is what the syncs show.",
    engines: ["SQLite"],
    aside: "in turn",
    amounts: { quick: 500, full: 5_000 },
    unit: "tokens",
    measure: measureSyncs,
  },
];
