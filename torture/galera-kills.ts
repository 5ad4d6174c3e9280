// Kills one of three nodes under load, again and again, and measures how long no write is
// acknowledged, how long errors last, and whether an acknowledged write is lost. The load goes
// through the hosts of DATABASE_URL, or through HAProxy with the configuration of deploy/.
// Run: node torture/galera-kills.ts [--kills 5] [--writers 9] [--through hosts|haproxy]
// [--signal SIGKILL|SIGSTOP]
import { setTimeout as delay } from "node:timers/promises";
import { parseArgs } from "node:util";
import { hashToken } from "../src/domain/security/tokens.ts";
import { GaleraCluster } from "./galera/cluster.ts";
import { startHaproxy } from "./galera/haproxy.ts";
import { installOnCluster } from "./galera/installation.ts";

const { values } = parseArgs({
  options: {
    kills: { type: "string", default: "5" },
    writers: { type: "string", default: "9" },
    through: { type: "string", default: "hosts" },
    signal: { type: "string", default: "SIGKILL" },
  },
});
/** How long the load runs before and after each kill, in milliseconds. */
const BEFORE = 3_000;
const AFTER = 9_000;

const cluster = await GaleraCluster.start();
const balancer = values.through === "haproxy" ? await startHaproxy(cluster.nodes) : undefined;
const DATABASE = "kills";
const stop: (() => Promise<void>)[] = [];
try {
  const url = balancer?.urlOf(DATABASE) ?? cluster.urlOf(DATABASE);
  const installation = await installOnCluster(cluster, DATABASE, { urls: [url] });
  stop.push(() => installation.stop());
  const server = installation.processes[0]!;
  /** When each write was acknowledged, and each error seen. */
  const acknowledged: { hash: string; at: number }[] = [];
  const failed: { status: number; at: number }[] = [];
  let isOver = false;
  // An access token is a row, and costs no hashing of a password.
  const writer = async (): Promise<void> => {
    while (!isOver) {
      const { status, token } = await installation.newToken(server.url);
      const at = performance.now();
      if (status === 200) acknowledged.push({ hash: hashToken(token), at });
      else {
        failed.push({ status, at });
        await delay(20);
      }
    }
  };
  const writers = Array.from({ length: Number(values.writers) }, writer);
  for (let kill = 1; kill <= Number(values.kills); kill++) {
    // The node in use dies, which is the worst of the three.
    const line = server.output.stderr.length;
    const node = await nodeInUse();
    await delay(BEFORE);
    const from = performance.now();
    if (values.signal === "SIGSTOP") node.freeze();
    else await node.kill();
    await delay(AFTER);
    const to = performance.now();
    if (values.signal === "SIGSTOP") node.thaw();
    else await node.start();
    const joined = performance.now() - to;
    await cluster.settled();
    report(kill, { name: node.name, from, to, joined });
    process.stdout.write(
      server.output.stderr.slice(line).replace(/^(?!.*another database).*\n/gm, ""),
    );
  }
  isOver = true;
  await Promise.all(writers);
  await verify();

  /** The node on which the process has its connections. */
  async function nodeInUse() {
    const counts = await Promise.all(
      cluster.nodes.map(async (node) => {
        const [row] = await node.run(
          `select count(*) as count from information_schema.processlist where db = '${DATABASE}'
             and time < 60 and command = 'Sleep'`,
        );
        return Number(row!["count"]);
      }),
    );
    return cluster.nodes[counts.indexOf(Math.max(...counts))]!;
  }

  function report(
    kill: number,
    { name, from, to, joined }: { name: string; from: number; to: number; joined: number },
  ): void {
    const times = acknowledged.map(({ at }) => at).filter((at) => at > from - 1_000 && at < to);
    let gap = 0;
    let until = 0;
    for (const [index, at] of times.entries()) {
      const next = times[index + 1] ?? to;
      if (next - at > gap) [gap, until] = [next - at, next];
    }
    const errors = failed.filter(({ at }) => at > from && at < to);
    const last = errors.at(-1);
    console.log(
      `${kill}: ${name} ${values.signal}; no write for ${Math.round(gap)} ms (until ` +
        `${Math.round(until - from)} ms after), ${errors.length} errors ` +
        `(${[...new Set(errors.map(({ status }) => status))].join(", ")}), the last after ` +
        `${last === undefined ? "-" : Math.round(last.at - from)} ms, ` +
        `rejoined in ${Math.round(joined)} ms`,
    );
  }

  /** Looks for every acknowledged row on every node. */
  async function verify(): Promise<void> {
    for (const node of cluster.nodes) {
      const rows = await node.run(
        "set session wsrep_sync_wait = 1",
        `select hash from ${DATABASE}.access_tokens`,
      );
      const hashes = new Set(rows.map((row) => String(row["hash"])));
      const lost = acknowledged.filter(({ hash }) => !hashes.has(hash));
      console.log(
        `${node.name}: ${lost.length} of ${acknowledged.length} acknowledged writes lost; ` +
          `${failed.length} calls failed`,
      );
    }
  }
} finally {
  for (const each of stop) await each();
  await balancer?.stop();
  await cluster.dispose();
}
