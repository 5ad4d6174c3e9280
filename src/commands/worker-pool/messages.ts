// What a worker and its primary say to each other. It owns the words, and must not know what is
// done at them.
import type { Worker } from "node:cluster";
import type { MetricObjectWithValues, MetricValue } from "prom-client";

/** The numbers of one process. */
export type Numbers = readonly MetricObjectWithValues<MetricValue<string>>[];

export type FromWorker =
  /** Everything is built; nothing is answered yet. */
  | { readonly type: "built"; readonly url: string; readonly issuer: string; readonly port: number }
  | { readonly type: "numbers"; readonly numbers: Numbers }
  /** Nothing is under way any more; the numbers are the last. */
  | { readonly type: "drained"; readonly numbers: Numbers };

export type ToWorker =
  /** Answer. */
  | "open"
  | "numbers"
  /** Take nothing new, and say when all is done. */
  | "drain"
  /** The last numbers are heard: end. */
  | "exit";

/** Says it to a worker that can hear. */
export function say(worker: Worker, message: ToWorker): void {
  if (worker.isConnected()) worker.send(message);
}

/** Waits for a message of the worker; rejects when it is gone before, or patience is at its end. */
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
