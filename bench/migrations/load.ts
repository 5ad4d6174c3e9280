// The load beside a migration, and what it saw.
import { once } from "node:events";
import { Worker } from "node:worker_threads";

/** Where the load goes. */
export interface LoadOrders {
  /** A URL, or a file. */
  readonly address: string;
  readonly isSqlite: boolean;
  /** How many users there are. */
  readonly users: number;
}

/** One statement of the load. */
export interface LoadCall {
  readonly kind:
    | "read a user"
    | "insert a user"
    | "change a user"
    | "insert a token"
    | "change a session"
    | "insert an event";
  /** When it began, by Date.now(). */
  readonly at: number;
  /** In milliseconds. */
  readonly took: number;
  readonly failure: string | undefined;
}

/** The longest waits between two moments, in milliseconds. */
export interface Waits {
  readonly many: number;
  readonly failures: readonly string[];
  readonly write: LoadCall | undefined;
  readonly read: LoadCall | undefined;
}

/** Statements one after the other, each kind on a connection of its own. */
export class Load {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async start(orders: LoadOrders): Promise<Load> {
    const worker = new Worker(new URL("load-thread.ts", import.meta.url), { workerData: orders });
    await once(worker, "online");
    return new Load(worker);
  }

  /** Ends it, and returns every call. */
  async stop(): Promise<readonly LoadCall[]> {
    const calls = once(this.#worker, "message") as Promise<[readonly LoadCall[]]>;
    this.#worker.postMessage("stop");
    const [all] = await calls;
    await this.#worker.terminate();
    return all;
  }
}

/** Returns what the calls that overlap a time say; `from` and `to` are of Date.now(). */
export function waitsBetween(calls: readonly LoadCall[], from: number, to: number): Waits {
  const those = calls
    .filter(({ at, took }) => at + took >= from && at <= to)
    .toSorted((one, other) => other.took - one.took);
  return {
    many: those.length,
    failures: [...new Set(those.flatMap(({ failure }) => failure ?? []))],
    write: those.find(({ kind }) => kind !== "read a user"),
    read: those.find(({ kind }) => kind === "read a user"),
  };
}
