// Right sign-ins at once from one network, over three processes on three nodes of a Galera cluster:
// none may fail because they are counted. Run: node torture/galera-sign-ins.ts [--count 1000]
// [--at-once 12,30,60]
import { parseArgs } from "node:util";
import { GaleraCluster } from "./galera/cluster.ts";
import { call, installOnCluster, PASSWORD } from "./galera/installation.ts";

const { values } = parseArgs({
  options: {
    count: { type: "string", default: "1000" },
    "at-once": { type: "string", default: "12,30,60" },
  },
});
const COUNT = Number(values.count);
const USERS = 200;

const cluster = await GaleraCluster.start();
try {
  const urls = cluster.nodes.map((node) => node.urlOf("signins"));
  const installation = await installOnCluster(cluster, "signins", { urls });
  const users = await installation.users(USERS);
  const { processes } = installation;
  for (const atOnce of values["at-once"].split(",").map(Number)) {
    const statuses = new Map<number, number>();
    const times: number[] = [];
    const begin = performance.now();
    let next = 0;
    const lane = async (): Promise<void> => {
      while (next < COUNT) {
        const index = next++;
        const from = performance.now();
        const { status } = await call(
          processes[index % processes.length]!.url,
          "POST",
          "/v1/sessions",
          { body: { email: users[index % users.length]!.email, password: PASSWORD } },
        );
        times.push(performance.now() - from);
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
    const seconds = (performance.now() - begin) / 1_000;
    times.sort((one, other) => one - other);
    const counts = [...statuses].map(([status, count]) => `${status} × ${count}`);
    console.log(
      `${atOnce} at once: ${counts.join(", ")}; ` +
        `${Math.round(COUNT / seconds)}/s, ` +
        `median ${Math.round(times[times.length >> 1]!)} ms, ` +
        `p99 ${Math.round(times[Math.floor(times.length * 0.99)]!)} ms`,
    );
  }
  const left = await cluster.nodes[0]!.run(
    "select coalesce(sum(tries), 0) as tries from signins.attempts",
  );
  console.log(`attempts still counted: ${left[0]!["tries"]}`);
  await installation.stop();
} finally {
  await cluster.dispose();
}
