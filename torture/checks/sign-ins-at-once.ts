// right sign-ins at once from one network, whose counter is one row for all nodes.
import { quantile } from "../../bench/measure/statistics.ts";
import { atMost, type Check, exactly, type Figure, timed } from "../check.ts";
import type { Stage } from "../engine.ts";
import { call, installOnCluster, PASSWORD } from "../galera/installation.ts";

const USERS = 100;
const DATABASE = "signins";

async function measureSignIns({ engine, amount, say }: Stage): Promise<readonly Figure[]> {
  const cluster = engine.cluster!;
  const urls = cluster.nodes.map((node) => node.urlOf(DATABASE));
  const installation = await installOnCluster(cluster, DATABASE, { urls });
  const figures: Figure[] = [];
  try {
    const users = await installation.users(USERS);
    const { processes } = installation;
    for (const atOnce of [12, 30, 60]) {
      const statuses = new Map<number, number>();
      const times: number[] = [];
      let next = 0;
      const lane = async (): Promise<void> => {
        while (next < amount) {
          const index = next++;
          const begin = performance.now();
          const { status } = await call(
            processes[index % processes.length]!.url,
            "POST",
            "/v1/sessions",
            { body: { email: users[index % USERS]!.email, password: PASSWORD } },
          );
          times.push(performance.now() - begin);
          statuses.set(status, (statuses.get(status) ?? 0) + 1);
        }
      };
      await Promise.all(Array.from({ length: atOnce }, lane));
      say(`${atOnce} at once: ${JSON.stringify([...statuses])}`);
      // 429 is the queue of password checks on a machine without a free core, as documented.
      const failed = amount - (statuses.get(200) ?? 0) - (statuses.get(429) ?? 0);
      figures.push(
        timed(exactly(`${atOnce} at once: sign-ins that failed`, failed, 0)),
        timed(atMost(`${atOnce} at once: p99`, quantile(times, 0.99) / 1000, 5, "s")),
      );
    }
    const [row] = await cluster.nodes[0]!.run(
      `select coalesce(sum(tries), 0) as tries from ${DATABASE}.attempts`,
    );
    return [...figures, exactly("attempts still counted afterwards", Number(row!["tries"]), 0)];
  } finally {
    await installation.stop();
  }
}

export const SIGN_INS_AT_ONCE: readonly Check[] = [
  {
    id: "R-10",
    title: "writes of one row conflict on several nodes",
    how:
      "Right sign-ins of 100 users from one network, over three processes on three nodes: each " +
      "changes the row of the network's counter.",
    engines: ["Galera"],
    amounts: { quick: 300, full: 1_000 },
    unit: "sign-ins",
    measure: measureSignIns,
  },
];
