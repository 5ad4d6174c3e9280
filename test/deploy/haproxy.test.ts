// deploy/haproxy.cfg, by the real HAProxy in front of a Galera node.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { createConnection } from "mysql2/promise";
import { expect, test } from "vitest";
import { GaleraCluster } from "../../torture/galera/cluster.ts";
import { startHaproxy } from "../../torture/galera/haproxy.ts";
import { ROOT } from "./dockerfile.ts";

test("HAProxy takes the configuration", () => {
  const { status, stderr } = spawnSync("haproxy", ["-c", "-f", join(ROOT, "deploy/haproxy.cfg")], {
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin` },
    encoding: "utf8",
  });
  expect([status, stderr]).toEqual([0, ""]);
});

test("connections reach a node that takes writes, and none that doesn't", async () => {
  const cluster = await GaleraCluster.start({ size: 1 });
  const balancer = await startHaproxy(cluster.nodes);
  try {
    const connection = await createConnection(balancer.urlOf(""));
    const ended = new Promise((resolve) => connection.on("error", resolve));
    expect((await connection.query("select @@wsrep_node_name as name"))[0]).toEqual([
      { name: "node1" },
    ]);
    // It leaves its cluster, and looks in vain for another one.
    const leaving = cluster.nodes[0]!.run(
      "set global wsrep_cluster_address = 'gcomm://127.0.0.1:1'",
    ).catch(() => undefined);
    await ended;
    // The node answers all the time, and the check notices within two seconds what it says.
    const connecting = async (): Promise<never> => {
      for (;;) (await createConnection(balancer.urlOf(""))).destroy();
    };
    await expect(connecting()).rejects.toThrow();
    await createConnection(cluster.nodes[0]!.urlOf()).then((direct) => direct.destroy());
    await cluster.dispose();
    await leaving;
  } finally {
    await balancer.stop();
    await cluster.dispose();
  }
});
