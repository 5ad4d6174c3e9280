// What `mirror` adds to a call of kokids, beside the predecessor alone in the same run: the time at
// one connection, and the CPU of Latchkey with everything that it learns and compares afterwards.
// Run: node bench/mirror.ts [calls]
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { personOf } from "../test/predecessors/people.ts";
import { startPredecessor } from "../test/predecessors/start.ts";
import { install, run } from "../test/process/latchkey.ts";

const CALLS = Number(process.argv[2] ?? 2_000);
const ROUNDS = 4;
const TICKS = Number(execFileSync("getconf", ["CLK_TCK"], { encoding: "utf8" }));
const agent = new Agent({ keepAlive: true, maxSockets: 1 });

function post(url: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const body = new URLSearchParams(fields).toString();
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "content-length": Buffer.byteLength(body),
  };
  return new Promise((resolve, reject) => {
    const sent = request(url, { method: "POST", agent, headers }, (response) => {
      response.resume().on("end", resolve);
    });
    sent.on("error", reject).end(body);
  });
}

/** The CPU seconds of a process so far. */
function cpuOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / TICKS;
}

const median = (times: readonly number[]): number =>
  times.toSorted((one, other) => one - other)[Math.floor(times.length / 2)] ?? 0;

const predecessor = await startPredecessor({ api: "kokids", users: 200, active: 200 });
const installation = await install("sqlite");
const environment = { ...installation.environment, KOKIDS_PREDECESSOR: predecessor.url };
const server = await installation.start({ ...environment, LOG_LEVEL: "warn" });
try {
  await run(["predecessor", "stage", "kokids", "mirror"], environment);
  await pause(1_000);
  const fieldsOf = (index: number) => {
    const { email, accId } = personOf("kokids", index % 200, 200);
    return { AccID: accId, Email: email };
  };
  const times: Record<"alone" | "mirror", number[]> = { alone: [], mirror: [] };
  let cpu = 0;
  // Warm both up.
  for (let index = 0; index < 200; index++)
    for (const base of [predecessor.url, server.url])
      await post(`${base}/user/login`, fieldsOf(index));
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, base] of [
      ["alone", predecessor.url],
      ["mirror", server.url],
    ] as const) {
      await pause(200);
      const before = cpuOf(server.pid);
      for (let index = 0; index < CALLS / ROUNDS; index++) {
        const started = performance.now();
        await post(`${base}/user/login`, fieldsOf(index));
        times[name].push(performance.now() - started);
      }
      // What it learns and compares after the answers counts too.
      await pause(1_000);
      if (name === "mirror") cpu += cpuOf(server.pid) - before;
    }
  const [alone, mirror] = [median(times.alone), median(times.mirror)];
  process.stdout.write(
    `p50 ${alone.toFixed(2)} ms alone, ${mirror.toFixed(2)} ms by mirror: ` +
      `${(mirror - alone).toFixed(2)} ms more; ` +
      `${((cpu / CALLS) * 1000).toFixed(2)} ms of CPU a call\n`,
  );
} finally {
  agent.destroy();
  await server.stop();
  await predecessor.stop();
  await installation.remove();
}
