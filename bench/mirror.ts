// What `mirror` adds to a call of kokids, beside the predecessor alone and beside a bare reverse
// proxy in the same run: the time at one connection, and the CPU of Latchkey with everything that
// it learns and compares afterwards. Hashing has threads of its own, so it is counted apart.
// Run: node bench/mirror.ts [calls] [sign-ins]
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { personOf } from "../test/predecessors/people.ts";
import { startPredecessor } from "../test/predecessors/start.ts";
import { install, run } from "../test/process/latchkey.ts";
import { startServer } from "./contenders/floors.ts";
import { type Exercise, load } from "./measure/load.ts";
import { quantile } from "./measure/statistics.ts";

const CALLS = Number(process.argv[2] ?? 2_000);
const SIGN_INS = Number(process.argv[3] ?? 200);
const ROUNDS = 4;
const USERS = 200;
/** A process that uses less in a tenth of a second has nothing left to do. */
const QUIET_US = 5_000;

/** Microseconds of CPU of a process so far; `hashing` is that of node's pool of threads. */
function cpuOf(pid: number): { all: number; hashing: number } {
  const cpu = { all: 0, hashing: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const read = (name: string) => readFileSync(`/proc/${pid}/task/${thread}/${name}`, "utf8");
    const microseconds = Number(read("schedstat").split(" ")[0]) / 1000;
    cpu.all += microseconds;
    if (read("comm").startsWith("libuv-worker")) cpu.hashing += microseconds;
  }
  return cpu;
}

/** Waits until a process has done what the calls have left to it. */
async function untilQuiet(pid: number): Promise<void> {
  for (let before = -Infinity, now = cpuOf(pid).all; now - before > QUIET_US;) {
    await pause(100);
    [before, now] = [now, cpuOf(pid).all];
  }
}

const predecessor = await startPredecessor({ api: "kokids", users: USERS, active: USERS });
const proxy = await startServer("proxy", [predecessor.url]);
const installation = await install("sqlite");
const environment = { ...installation.environment, KOKIDS_PREDECESSOR: predecessor.url };
const server = await installation.start({ ...environment, LOG_LEVEL: "warn" });

/** Signs users in; without the password the predecessor refuses the call, and nothing is hashed. */
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

const subjects = [
  { name: "the predecessor alone", url: predecessor.url, pid: undefined },
  { name: "a bare proxy", url: proxy.url, pid: proxy.process.pid },
  { name: "mirror", url: server.url, pid: server.pid },
];

/** Runs calls against each in turn; the first round warms up. */
async function compare(title: string, calls: number, withPassword: boolean, connections: number) {
  const sums = subjects.map(() => ({ times: [] as number[], cpu: 0, hashing: 0 }));
  for (let round = 0; round <= ROUNDS; round++)
    for (const [index, { url, pid }] of subjects.entries()) {
      const sum = sums[index]!;
      const before = pid === undefined ? undefined : cpuOf(pid);
      const count = Math.ceil(calls / ROUNDS);
      const { latencies } = await load(login(url, withPassword), count, connections);
      if (pid !== undefined) await untilQuiet(pid);
      if (round === 0) continue;
      sum.times.push(...latencies);
      if (pid === undefined || before === undefined) continue;
      const after = cpuOf(pid);
      sum.hashing += (after.hashing - before.hashing) / calls;
      sum.cpu += (after.all - after.hashing - before.all + before.hashing) / calls;
    }
  process.stdout.write(`${title}, ${connections} connections:\n`);
  for (const [index, { name }] of subjects.entries()) {
    const { times, cpu, hashing } = sums[index]!;
    process.stdout.write(
      `  ${name}: p50 ${quantile(times, 0.5).toFixed(2)} ms, ` +
        `${cpu.toFixed(0)} µs of CPU a call, ${hashing.toFixed(0)} µs of hashing\n`,
    );
  }
}

try {
  await run(["predecessor", "stage", "kokids", "mirror"], environment);
  await pause(1_000);
  await compare("refused sign-ins", CALLS, false, 1);
  await compare("refused sign-ins", CALLS, false, 8);
  await compare("sign-ins", SIGN_INS, true, 1);
} finally {
  await server.stop();
  await proxy.process.stop();
  await predecessor.stop();
  await installation.remove();
}
