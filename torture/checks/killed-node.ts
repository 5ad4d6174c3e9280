// the node in use is killed or frozen under load, again and again.
import { setTimeout as delay } from "node:timers/promises";
import { hashToken } from "../../src/domain/security/tokens.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../check.ts";
import type { Stage } from "../engine.ts";
import type { GaleraCluster } from "../galera/cluster.ts";
import { installOnCluster } from "../galera/installation.ts";

const WRITERS = 9;
const DATABASE = "kills";
/** How long the load runs before and after each kill, in milliseconds. */
const BEFORE_MS = 3_000;
const AFTER_MS = 9_000;

interface Load {
  readonly acknowledged: readonly { readonly hash: string; readonly at: number }[];
  readonly failed: readonly number[];
}

/** Returns the longest time without a write, and how long after the kill the last error came. */
function gapOf({ acknowledged, failed }: Load, from: number, to: number) {
  const times = acknowledged.map(({ at }) => at).filter((at) => at > from - 1_000 && at < to);
  const gaps = times.map((at, index) => (times[index + 1] ?? to) - at);
  const errors = failed.filter((at) => at > from && at < to);
  return {
    gap: Math.max(to - from - AFTER_MS, ...gaps),
    lastError: (errors.at(-1) ?? from) - from,
  };
}

/** Returns the node on which the process has its connections. */
async function nodeInUse(cluster: GaleraCluster) {
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

/** Returns how many acknowledged rows the nodes lack. */
async function lostOf(cluster: GaleraCluster, { acknowledged }: Load): Promise<number> {
  let lost = 0;
  for (const node of cluster.nodes) {
    const rows = await node.run(
      "set session wsrep_sync_wait = 1",
      `select hash from ${DATABASE}.access_tokens`,
    );
    const hashes = new Set(rows.map((row) => String(row["hash"])));
    lost += acknowledged.filter(({ hash }) => !hashes.has(hash)).length;
  }
  return lost;
}

const measure =
  (signal: "SIGKILL" | "SIGSTOP") =>
  async ({ engine, amount, say }: Stage): Promise<readonly Figure[]> => {
    const cluster = engine.cluster!;
    const installation = await installOnCluster(cluster, DATABASE, {
      urls: [cluster.urlOf(DATABASE)],
    });
    const server = installation.processes[0]!;
    const load = { acknowledged: [] as { hash: string; at: number }[], failed: [] as number[] };
    let isOver = false;
    // An access token is a row, and costs no hashing of a password.
    const writer = async (): Promise<void> => {
      while (!isOver) {
        const { status, token } = await installation.newToken(server.url);
        const at = performance.now();
        if (status === 200) load.acknowledged.push({ hash: hashToken(token), at });
        else {
          load.failed.push(at);
          await delay(20);
        }
      }
    };
    const writers = Array.from({ length: WRITERS }, writer);
    let [longest, lastError, slowestJoin] = [0, 0, 0];
    try {
      for (let kill = 1; kill <= amount; kill++) {
        // The node in use is the worst of the three.
        const node = await nodeInUse(cluster);
        await delay(BEFORE_MS);
        const from = performance.now();
        if (signal === "SIGSTOP") node.freeze();
        else await node.kill();
        await delay(AFTER_MS);
        const to = performance.now();
        if (signal === "SIGSTOP") node.thaw();
        else await node.start();
        await cluster.settled();
        const found = gapOf(load, from, to);
        longest = Math.max(longest, found.gap);
        lastError = Math.max(lastError, found.lastError);
        slowestJoin = Math.max(slowestJoin, performance.now() - to);
        say(`${node.name}: no write for ${Math.round(found.gap)} ms`);
      }
      isOver = true;
      await Promise.all(writers);
      return [
        atLeast("writes acknowledged", load.acknowledged.length, amount * 500),
        exactly("acknowledged writes lost on a node", await lostOf(cluster, load), 0),
        timed(atMost("longest time without a write", longest / 1000, 3, "s")),
        timed(atMost("last error after the node went", lastError / 1000, 5, "s")),
        timed(atMost("slowest return of the node", slowestJoin / 1000, 15, "s")),
      ];
    } finally {
      isOver = true;
      await installation.stop();
      await Promise.all(writers);
    }
  };

const how = (what: string): string =>
  `${WRITERS} writers through one process that knows the three nodes by \`DATABASE_URL\`; the ` +
  `node in use ${what}. Each node is asked for every acknowledged row.`;

export const KILLED_NODE: readonly Check[] = [
  {
    id: "R-06",
    title: "a node is killed under load",
    how: how("gets SIGKILL and is started again"),
    engines: ["Galera"],
    amounts: { quick: 2, full: 20 },
    unit: "kills",
    measure: measure("SIGKILL"),
  },
  {
    id: "R-07",
    title: "a node stops answering for nine seconds under load",
    how: how("gets SIGSTOP, and nine seconds later SIGCONT"),
    engines: ["Galera"],
    amounts: { quick: 2, full: 10 },
    unit: "stops",
    measure: measure("SIGSTOP"),
  },
];
