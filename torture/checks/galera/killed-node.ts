// the node in use is killed or frozen under load, again and again.
import { setTimeout as delay } from "node:timers/promises";
import { post } from "../../../test/oauth/flow.ts";
import { atLeast, atMost, type Check, exactly, type Figure, timed } from "../../check.ts";
import type { Stage } from "../../engine.ts";
import type { GaleraCluster } from "../../galera/cluster.ts";
import type { GaleraNode } from "../../galera/node.ts";
import { lostOf, newToken, Writers } from "../../galera/writers.ts";
import { Fleet, nameOfDatabase } from "../../load/fleet.ts";
import { Journal } from "../../load/journal.ts";

const WRITERS = 9;
/** How long the load runs before the node goes and while it is away, in milliseconds. */
const BEFORE_MS = 3_000;
const AWAY_MS = 10_000;
/** When the others have given the node up. */
const GIVEN_UP_MS = 5_000;
const REVOKED = 30;
/** How long a process may take to answer for a token, in milliseconds. */
const ANSWER_MS = 20_000;
/** How many writes are asked for each time: more while a node is killed than while it is frozen. */
const WRITES = { SIGKILL: 2_500, SIGSTOP: 500 } as const;

/** Returns the node on which the writers' process has most of its connections. */
async function nodeInUse(cluster: GaleraCluster, database: string): Promise<GaleraNode> {
  const counts = await Promise.all(
    cluster.nodes.map(async (node) => {
      const [row] = await node.run(
        `select count(*) as count from information_schema.processlist
         where db = '${database}' and time < 60`,
      );
      return Number(row!["count"]);
    }),
  );
  return cluster.nodes[counts.indexOf(Math.max(...counts))]!;
}

/** Issues tokens and returns how to revoke them, and how to ask another process for them. */
async function tokensOf(fleet: Fleet) {
  const issued = await Promise.all(Array.from({ length: REVOKED }, () => newToken(fleet)));
  let revoked: readonly string[] = [];
  const ask = async (process: number, token: string): Promise<unknown> => {
    for (const end = performance.now() + ANSWER_MS; performance.now() < end; await delay(20)) {
      const answer = await post(fleet.url(process), "introspect", { token }, fleet.client).catch(
        () => undefined,
      );
      if (answer?.status === 200) return answer.json["active"];
    }
    return undefined;
  };
  return {
    async revoke(): Promise<void> {
      const done = issued.map(async (token) => {
        const { status } = await post(fleet.url(0), "revoke", { token }, fleet.client);
        return status === 200 ? [token] : [];
      });
      revoked = (await Promise.all(done)).flat();
    },
    /** Asks at once for all that were revoked. */
    async stale(process: number): Promise<{ accepted: number; refused: number }> {
      const answers = await Promise.all(revoked.map((token) => ask(process, token)));
      return {
        accepted: answers.filter((active) => active === true).length,
        refused: answers.filter((active) => active === false).length,
      };
    },
  };
}

class Worst {
  gap = 0;
  lastError = 0;
  join = 0;
  accepted = 0;
  refused = 0;
}

const measure =
  (signal: "SIGKILL" | "SIGSTOP") =>
  async ({ engine, amount, say }: Stage): Promise<readonly Figure[]> => {
    const cluster = engine.cluster!;
    const isFrozen = signal === "SIGSTOP";
    // The first process knows all nodes. Each other one knows one node, and stays with it.
    const fleet = await Fleet.start(engine, isFrozen ? 4 : 1, (index, common) => {
      const only = cluster.nodes[index - 1]?.urlOf(nameOfDatabase(common));
      return only === undefined ? {} : ({ DATABASE_URL: only } as Record<string, string>);
    });
    const { database } = fleet;
    const journal = new Journal(signal);
    const writers = new Writers(fleet, WRITERS, journal);
    const worst = new Worst();
    try {
      for (let kill = 1; kill <= amount; kill++) {
        await delay(BEFORE_MS);
        // The node in use is the worst of the three.
        const node = await nodeInUse(cluster, database);
        const tokens = isFrozen ? await tokensOf(fleet) : undefined;
        const from = performance.now();
        if (isFrozen) node.freeze();
        else await node.kill();
        await delay(GIVEN_UP_MS);
        await tokens?.revoke();
        await delay(AWAY_MS - (performance.now() - from));
        const to = performance.now();
        const asked = tokens?.stale(1 + cluster.nodes.indexOf(node));
        if (isFrozen) node.thaw();
        else await node.start();
        await cluster.settled();
        const { longest, lastError } = writers.gap(from, to);
        worst.gap = Math.max(worst.gap, longest);
        worst.lastError = Math.max(worst.lastError, lastError);
        worst.join = Math.max(worst.join, performance.now() - to);
        const { accepted = 0, refused = 0 } = (await asked) ?? {};
        worst.accepted += accepted;
        worst.refused += refused;
        say(`${node.name}: no write for ${Math.round(longest)} ms`);
      }
      await writers.stop();
      return [
        timed(atLeast("writes acknowledged", journal.effects, amount * WRITES[signal])),
        exactly("acknowledged writes lost on a node", await lostOf(cluster, database, journal), 0),
        timed(atMost("longest time without a write", worst.gap / 1000, 3, "s")),
        timed(atMost("last error after the node went", worst.lastError / 1000, 5, "s")),
        timed(atMost("slowest return of the node", worst.join / 1000, 15, "s")),
        ...(isFrozen
          ? [
              exactly("tokens revoked meanwhile that it accepted", worst.accepted, 0),
              atLeast("those that it refused, at once", worst.refused, amount * REVOKED),
            ]
          : []),
      ];
    } finally {
      await writers.stop();
      await journal.remove();
      await fleet.stop();
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
    amounts: { quick: 1, full: 20 },
    unit: "kills",
    measure: measure("SIGKILL"),
  },
  {
    id: "R-07",
    title: "a node stops answering for ten seconds under load",
    how:
      how("gets SIGSTOP, and ten seconds later SIGCONT") +
      " Tokens are revoked meanwhile, and a process that knows this node alone is asked for them.",
    engines: ["Galera"],
    amounts: { quick: 1, full: 5 },
    unit: "stops",
    measure: measure("SIGSTOP"),
  },
];
