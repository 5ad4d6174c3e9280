import type { Worker } from "node:cluster";
import type { MetricObjectWithValues, MetricValue } from "prom-client";

/** The metrics of one process. */
export type Numbers = readonly MetricObjectWithValues<MetricValue<string>>[];

export type FromWorker =
  /** The worker is built and does not answer yet. */
  | { readonly type: "built"; readonly url: string; readonly issuer: string; readonly port: number }
  | { readonly type: "numbers"; readonly numbers: Numbers }
  /** The worker has drained all calls; its last metrics. */
  | { readonly type: "drained"; readonly numbers: Numbers };

export type ToWorker =
  /** Start to answer. */
  | "open"
  | "numbers"
  /** Accept no new calls, and report when all are drained. */
  | "drain"
  /** The primary has the last metrics: exit. */
  | "exit";

/** Sends a message to a worker that is connected. */
export function say(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

/** Waits for a message of the worker; rejects when it exits before, or after a time. */
export function hear<Type extends FromWorker["type"]>(
  worker: Worker,
  type: Type,
  patience?: AbortSignal,
): Promise<Extract<FromWorker, { type: Type }>> {
  return new Promise((resolve, reject) => {
    const forget = (): void => {
      worker.off("message", onMessage).off("exit", onExit);
      patience?.removeEventListener("abort", onExit);
    };
    const onMessage = (message: FromWorker): void => {
      if (message.type !== type) return;
      forget();
      resolve(message as Extract<FromWorker, { type: Type }>);
    };
    const onExit = (): void => {
      forget();
      reject(new Error("a worker has ended; the lines above it tell why"));
    };
    worker.on("message", onMessage).on("exit", onExit);
    patience?.addEventListener("abort", onExit);
  });
}
