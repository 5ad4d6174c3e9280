// How long flow control stops the writes of a cluster.
import { setTimeout as delay } from "node:timers/promises";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import type { GaleraCluster } from "./cluster.ts";
import type { GaleraNode } from "./node.ts";

const LOOK_MS = 100;
/** A time between two looks with so large a part without writes has none at all. */
const WHOLE = 0.9;

const PAUSED = "show global status like 'wsrep_flow_control_paused_ns'";

/** Looks at each node ten times a second until it is stopped. */
export class FlowControl {
  readonly #watching: Promise<readonly number[]>;
  #isOver = false;

  constructor({ nodes }: GaleraCluster) {
    this.#watching = Promise.all(nodes.map((node) => this.#watch(node)));
    this.#watching.catch(() => undefined);
  }

  /** Returns the longest stop on any node, in milliseconds. */
  async stop(): Promise<number> {
    this.#isOver = true;
    return Math.max(...(await this.#watching));
  }

  async #watch(node: GaleraNode): Promise<number> {
    const connection = await createConnection(node.urlOf());
    const paused = async (): Promise<number> => {
      const [rows] = await connection.query<RowDataPacket[]>(PAUSED);
      return Number(rows[0]!["Value"]) / 1e6;
    };
    try {
      let [before, at] = [await paused(), performance.now()];
      let [longest, current] = [0, 0];
      while (!this.#isOver) {
        await delay(LOOK_MS);
        const [now, then] = [await paused(), performance.now()];
        const stopped = now - before;
        longest = Math.max(longest, current + stopped);
        // A stop that goes on beyond a look fills the time between two.
        current = stopped + (stopped >= WHOLE * (then - at) ? current : 0);
        [before, at] = [now, then];
      }
      return longest;
    } finally {
      connection.destroy();
    }
  }
}
