// Bystanders: a few callers who do what is usual while a check does what isn't.
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { quantile } from "../../bench/measure/statistics.ts";
import type { Registered } from "../../test/oauth/flow.ts";

/** Whom the bystanders ask. */
export interface BystanderOrders {
  readonly url: string;
  /** A user's token. */
  readonly token: string;
  /** The client that introspects the token. */
  readonly client: Registered;
  /** The pause after each call, in milliseconds. */
  readonly pauseMs: number;
}

/** One call of a bystander. `/healthz` takes no database: its wait is that of the event loop. */
export interface BystanderCall {
  readonly kind: "health" | "user" | "introspection";
  /** When it began, by Date.now(). */
  readonly at: number;
  /** In milliseconds. */
  readonly took: number;
  /** 0 when no answer came. */
  readonly status: number;
}

/** What bystanders saw between two moments. */
export interface Seen {
  readonly many: number;
  readonly failed: number;
  /** In milliseconds. */
  readonly p99: number;
  /** The longest wait for `/healthz`, in milliseconds. */
  readonly longestHealth: number;
}

/** Callers in a thread of their own, who measure how long they wait. */
export class Bystanders {
  readonly #worker: Worker;

  private constructor(worker: Worker) {
    this.#worker = worker;
  }

  static async start(orders: Omit<BystanderOrders, "pauseMs">, pauseMs = 10): Promise<Bystanders> {
    const worker = new Worker(new URL("bystander-thread.ts", import.meta.url), {
      workerData: { ...orders, pauseMs } satisfies BystanderOrders,
    });
    await once(worker, "online");
    return new Bystanders(worker);
  }

  /** Ends them, and returns every call. */
  async stop(): Promise<readonly BystanderCall[]> {
    const calls = once(this.#worker, "message") as Promise<[readonly BystanderCall[]]>;
    this.#worker.postMessage("stop");
    const [all] = await calls;
    await this.#worker.terminate();
    return all;
  }
}

/** Returns what the calls that overlap a time say; `from` and `to` are of Date.now(). */
export function seenBetween(calls: readonly BystanderCall[], from: number, to: number): Seen {
  const those = calls.filter(({ at, took }) => at + took >= from && at <= to);
  const work = those.filter(({ kind }) => kind !== "health");
  const health = those.filter(({ kind }) => kind === "health").map(({ took }) => took);
  return {
    many: those.length,
    failed: those.filter(({ status }) => status !== 200).length,
    p99: quantile(
      work.map(({ took }) => took),
      0.99,
    ),
    longestHealth: Math.max(0, ...health),
  };
}

/** Lets the bystanders call for a while, so that a comparison has its usual figures. */
export async function usualTime(ms: number): Promise<{ from: number; to: number }> {
  const from = Date.now();
  await delay(ms);
  return { from, to: Date.now() };
}
