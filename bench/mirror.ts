// What `mirror` adds to a call of kokids, beside the predecessor alone and beside a bare reverse
// proxy in the same run: the time of the answer, and the CPU of the process with everything that it
// learns and compares afterwards. Hashing is replaced by what costs nothing, so it counts for
// nothing, and enough sign-ins fit into a run to warm up their code.
// Run: node bench/mirror.ts [calls] [how many at once]
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { personOf } from "../test/predecessors/people.ts";
import { startPredecessor } from "../test/predecessors/start.ts";
import { install, run } from "../test/process/latchkey.ts";
import { startServer } from "./contenders/floors.ts";
import { openHttp1 } from "./measure/http1.ts";
import { type Exercise, load } from "./measure/load.ts";
import { quantile } from "./measure/statistics.ts";

/** How many calls each server gets for each figure, after as many that warm it up. */
const CALLS = Number(process.argv[2] ?? 2_000);
/** Short rounds in turn: what else the machine does disturbs all alike. */
const ROUNDS = 10;
/** How many calls are made at once where CPU is measured. */
const CONNECTIONS = Number(process.argv[3] ?? 8);
/** How many calls are timed, one at a time, and the pause before each in milliseconds. */
const TIMED = 100;
const PAUSE_MS = 30;
const USERS = 200;
/** A process that uses less in a tenth of a second has nothing left to do. */
const QUIET_US = 5_000;
const INSTANT_HASHING = pathToFileURL(join(import.meta.dirname, "measure/instant-hashing.mjs"));

/** Microseconds of CPU of all threads of a process so far. */
const cpuOf = (pid: number): number =>
  readdirSync(`/proc/${pid}/task`)
    .map((thread) => readFileSync(`/proc/${pid}/task/${thread}/schedstat`, "utf8"))
    .reduce((sum, text) => sum + Number(text.split(" ")[0]) / 1000, 0);

/** Waits until a process has done what the calls have left to it. */
async function untilQuiet(pid: number): Promise<void> {
  for (let before = -Infinity, now = cpuOf(pid); now - before > QUIET_US;) {
    await pause(100);
    [before, now] = [now, cpuOf(pid)];
  }
}

/** Signs users in; without the password the predecessor refuses the call. */
const login = (url: string, withPassword: boolean): Exercise => ({
  protocol: "http1",
  url,
  request(index) {
    const { email, accId, password } = personOf("kokids", index % USERS, USERS);
    const fields = { AccID: accId, Email: email, ...(withPassword && { Password: password }) };
    return {
      method: "POST",
      path: "/user/login",
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams(fields).toString(),
    };
  },
  accepts: ({ status }) => status === (withPassword ? 200 : 400),
});

const predecessor = await startPredecessor({ api: "kokids", users: USERS, active: USERS });
const proxy = await startServer("proxy", [predecessor.url]);
const installation = await install("sqlite");
const environment = { ...installation.environment, KOKIDS_PREDECESSOR: predecessor.url };
const server = await installation.start({
  ...environment,
  LOG_LEVEL: "warn",
  NODE_OPTIONS: `--import ${INSTANT_HASHING.href}`,
});

const subjects = [
  { name: "the predecessor alone", url: predecessor.url },
  { name: "a bare proxy", url: proxy.url, pid: proxy.process.pid },
  { name: "mirror", url: server.url, pid: server.pid },
];

/** Times calls with a pause after each, as a server has that isn't at its limit. */
async function timesOf(exercise: Exercise, calls: number): Promise<number[]> {
  const connection = await openHttp1(exercise.url);
  const times: number[] = [];
  for (let index = 0; index < calls; index++) {
    await pause(PAUSE_MS);
    const startedAt = performance.now();
    await connection.send(exercise.request(index, 0));
    times.push(performance.now() - startedAt);
  }
  connection.close();
  return times;
}

/** Runs calls against each in turn: first for their times, then for their CPU. */
async function compare(title: string, withPassword: boolean): Promise<void> {
  const sums = subjects.map(() => ({ times: [] as number[], cpu: [] as number[] }));
  for (const { url, pid } of subjects) {
    await load(login(url, withPassword), CALLS, CONNECTIONS);
    if (pid !== undefined) await untilQuiet(pid);
  }
  const calls = Math.ceil(CALLS / ROUNDS);
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, { url, pid }] of subjects.entries()) {
      const exercise = login(url, withPassword);
      sums[index]!.times.push(...(await timesOf(exercise, TIMED / ROUNDS)));
      if (pid === undefined) continue;
      await untilQuiet(pid);
      const before = cpuOf(pid);
      await load(exercise, calls, CONNECTIONS);
      await untilQuiet(pid);
      sums[index]!.cpu.push((cpuOf(pid) - before) / calls);
    }
  process.stdout.write(`${title}:\n`);
  for (const [index, { name, pid }] of subjects.entries()) {
    const { times, cpu } = sums[index]!;
    const used = pid === undefined ? "" : `, ${quantile(cpu, 0.5).toFixed(0)} µs of CPU a call`;
    process.stdout.write(`  ${name}: p50 ${quantile(times, 0.5).toFixed(2)} ms${used}\n`);
  }
}

try {
  await run(["predecessor", "stage", "kokids", "mirror"], environment);
  await pause(1_000);
  await compare("refused sign-ins", false);
  await compare("sign-ins", true);
} finally {
  await server.stop();
  await proxy.process.stop();
  await predecessor.stop();
  await installation.remove();
}
