// A Galera cluster of three nodes on 127.0.0.1, in a folder of its own.
import { chmod, rm } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { newFolder } from "../../test/mariadb-server.ts";
import { GaleraNode, MARIADB_USER, type NodeOptions } from "./node.ts";

/** The settings of docs/scaling.md: a node that went is given up after a second and a half. */
export const TUNED: readonly string[] = [
  "evs.keepalive_period=PT0.25S",
  "evs.inactive_check_period=PT0.25S",
  "evs.join_retrans_period=PT0.25S",
  "evs.suspect_timeout=PT1.5S",
  "evs.inactive_timeout=PT4S",
  "evs.install_timeout=PT4S",
  "pc.recovery=true",
];

interface ClusterOptions {
  /** How many nodes; three unless said. */
  readonly size?: number;
  /** The settings of Galera that all nodes share; those that are tuned unless said. */
  readonly provider?: string;
  /** Options of mariadbd for every node; the last counts. */
  readonly serverOptions?: readonly string[];
}

/** A cluster whose nodes can be killed, stopped, continued and started again, each by itself. */
export class GaleraCluster {
  readonly nodes: readonly GaleraNode[];
  readonly #folder: string;

  private constructor(folder: string, nodes: readonly GaleraNode[]) {
    this.#folder = folder;
    this.nodes = nodes;
  }

  /** Makes an empty cluster, and waits until every node takes writes. */
  static async start({
    size = 3,
    provider = TUNED.join(";"),
    serverOptions = [],
  }: ClusterOptions = {}): Promise<GaleraCluster> {
    const folder = await newFolder();
    // The servers run as another user, who must reach their folders.
    await chmod(folder, 0o755);
    const options: NodeOptions = { folder, provider, serverOptions };
    const nodes: GaleraNode[] = [];
    for (let index = 1; index <= size; index++)
      nodes.push(await GaleraNode.prepare(`node${index}`, options));
    for (const node of nodes) node.peers = nodes;
    const cluster = new GaleraCluster(folder, nodes);
    try {
      await nodes[0]!.start("new cluster");
      // One by one: a donor serves one joiner at a time.
      for (const node of nodes.slice(1)) await node.start();
    } catch (error) {
      await cluster.dispose();
      throw error;
    }
    return cluster;
  }

  /** The URL of a database with every host, for `DATABASE_URL`, beginning with one of them. */
  urlOf(database: string, first = 0): string {
    const hosts = this.nodes.map(({ port }) => `127.0.0.1:${port}`);
    const ordered = [...hosts.slice(first), ...hosts.slice(0, first)];
    const { user, password } = MARIADB_USER;
    return `mysql://${user}:${password}@${ordered.join(",")}/${database}`;
  }

  /** Starts all nodes at once after all were killed; the cluster finds its state by itself. */
  async recover(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.start()));
  }

  /** Waits until every node that runs sees so many members. */
  async settled(size = this.nodes.length): Promise<void> {
    const running = this.nodes.filter((node) => node.isRunning);
    for (;;) {
      const states = await Promise.all(
        running.map((node) => node.status("wsrep_cluster_size", "wsrep_ready")),
      );
      if (
        states.every((state) => Number(state?.wsrep_cluster_size) === size) &&
        states.every((state) => state?.wsrep_ready === "ON")
      )
        return;
      await delay(50);
    }
  }

  /** Kills every node and removes what they kept. */
  async dispose(): Promise<void> {
    await Promise.all(this.nodes.map((node) => node.kill()));
    await rm(this.#folder, { recursive: true, force: true });
  }
}
