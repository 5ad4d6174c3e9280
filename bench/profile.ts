// Where the CPU of one call goes in Latchkey: the profile of a batch, summed up by who runs and by
// who has asked for it. Run: node bench/profile.ts refresh mariadb [requests]
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Row, ROWS } from "./contenders/contender.ts";
import { newSecret, startLatchkey } from "./contenders/latchkey.ts";
import { sourceMain } from "./contenders/program.ts";
import { startDatabase } from "./measure/database.ts";
import { load } from "./measure/load.ts";

/**
 * What V8 writes: a tree of calls, and at which of its nodes each sample was taken. Times are
 * microseconds.
 */
interface Profile {
  readonly nodes: readonly {
    readonly id: number;
    readonly callFrame: {
      readonly functionName: string;
      readonly url: string;
      readonly lineNumber: number;
    };
    readonly children?: readonly number[];
  }[];
  readonly startTime: number;
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

const CONNECTIONS = 16;
const SHOWN = 22;

/** Microseconds on the clock of the profile. */
const now = (): number => Number(process.hrtime.bigint() / 1000n);

/** A package, a file of ours, or a part of node. */
function placeOf(url: string): string {
  const module = /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (module !== undefined) return module;
  return (
    /\/((?:src|gen)\/.*)$/.exec(url)?.[1] ??
    (url.startsWith("node:") ? url.replace(/^node:internal\//, "node:") : "")
  );
}

/**
 * The microseconds of the samples between two times, added up by two names: where it runs, and the
 * nearest frame of src/ above.
 */
function sumUp({ nodes, startTime, samples, timeDeltas }: Profile, from: number, until: number) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(
    nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)),
  );
  const [places, askers, functions] = [
    new Map<string, number>(),
    new Map<string, number>(),
    new Map<string, number>(),
  ];
  const add = (sums: Map<string, number>, name: string, time: number) =>
    sums.set(name, (sums.get(name) ?? 0) + time);
  let at = startTime;
  let busy = 0;
  for (const [index, id] of samples.entries()) {
    const delta = timeDeltas[index] ?? 0;
    at += delta;
    const frame = byId.get(id)!.callFrame;
    if (at < from || at > until || frame.functionName === "(idle)") continue;
    busy += delta;
    const place = placeOf(frame.url) || frame.functionName || "(anonymous)";
    add(places, place, delta);
    add(functions, `${frame.functionName || "(anonymous)"} ${placeOf(frame.url)}`, delta);
    let above: number | undefined = id;
    while (above !== undefined && !placeOf(byId.get(above)!.callFrame.url).startsWith("src/"))
      above = parents.get(above);
    add(
      askers,
      above === undefined ? "no code in src/" : placeOf(byId.get(above)!.callFrame.url),
      delta,
    );
  }
  return { busy, places, askers, functions };
}

function show(
  title: string,
  sums: ReadonlyMap<string, number>,
  busy: number,
  requests: number,
): void {
  console.log(`\n${title}`);
  for (const [name, time] of [...sums].sort(([, one], [, other]) => other - one).slice(0, SHOWN)) {
    console.log(
      `${((100 * time) / busy).toFixed(1).padStart(5)} %  ` +
        `${(time / requests).toFixed(0).padStart(5)} µs  ${name}`,
    );
  }
}

const [row = "", store = "", requests = "4000"] = process.argv.slice(2);
if (!(row in ROWS) || !["sqlite", "mariadb"].includes(store))
  throw new Error(
    `say which: node bench/profile.ts (${Object.keys(ROWS).join("|")}) (sqlite|mariadb) [requests]`,
  );
const folder = await mkdtemp(join(tmpdir(), "latchkey-profile-"));
const database = store === "mariadb" ? await startDatabase(folder) : undefined;
try {
  const place =
    database === undefined
      ? { dataDir: join(folder, "data"), main: sourceMain() }
      : { databaseUrl: await database.create(), secret: newSecret(), main: sourceMain() };
  const options = [
    "--cpu-prof",
    "--cpu-prof-interval=250",
    `--cpu-prof-dir=${join(folder, "profiles")}`,
  ];
  const latchkey = await startLatchkey("Latchkey", place, undefined, options);
  const exercise = latchkey.exercises[row as Row]!;
  const count = Number(requests);
  for (const warm of [true, false]) {
    await exercise.prepare?.(count, CONNECTIONS);
    const [from, before] = [now(), await latchkey.process.usage()];
    await load(exercise, count, CONNECTIONS);
    const [until, after] = [now(), await latchkey.process.usage()];
    if (warm) continue;
    await latchkey.process.stop();
    // There is one for each thread; the main one is the largest.
    const files = await Promise.all(
      (await readdir(join(folder, "profiles"))).map((name) =>
        readFile(join(folder, "profiles", name), "utf8"),
      ),
    );
    const profile = JSON.parse(
      files.sort((one, other) => other.length - one.length)[0]!,
    ) as Profile;
    const { busy, places, askers, functions } = sumUp(profile, from, until);
    console.log(
      `${ROWS[row as Row]}, ${store}: ${((after.cpu - before.cpu) / count).toFixed(0)} ` +
        `µs of CPU a request, ${((after.system - before.system) / count).toFixed(0)} of it ` +
        "in the kernel; the thread of JavaScript was busy or waited for its disk for " +
        `${(busy / count).toFixed(0)}`,
    );
    show("where it runs", places, busy, count);
    show("who in src/ has asked for it", askers, busy, count);
    show("functions", functions, busy, count);
  }
} finally {
  await database?.stop();
  await rm(folder, { recursive: true, force: true });
}
