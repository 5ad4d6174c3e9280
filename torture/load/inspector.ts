// The inspector of a server's process: it is in node, so the product needs nothing for it.
import { once } from "node:events";
import type { Latchkey } from "../../test/process/latchkey.ts";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const MODULE = join(import.meta.dirname, "../../bench/measure/instant-hashing.mjs");

/** An option for node: hashes of passwords take no time. */
export const INSTANT_HASHES = `--import=${pathToFileURL(MODULE).href}`;

/** What a process needs in its environment, so that its inspector can be asked. */
export const INSPECTED = { NODE_OPTIONS: "--inspect=127.0.0.1:0" };

interface Answer {
  readonly id: number;
  readonly result?: { readonly result?: { readonly value?: unknown } };
  readonly error?: { readonly message: string };
}

/** Asks several things one after the other; nothing of it stays in the process. */
async function ask(
  { output }: Latchkey,
  calls: readonly (readonly [method: string, params?: object])[],
): Promise<unknown> {
  const url = /Debugger listening on (ws:\S+)/.exec(output.stderr)?.[1];
  if (url === undefined) throw new Error("the process has no inspector");
  const socket = new WebSocket(url);
  await once(socket, "open");
  try {
    let value: unknown;
    for (const [id, [method, params = {}]] of calls.entries()) {
      const answered = new Promise<Answer>((resolve, reject) => {
        socket.addEventListener("close", () => reject(new Error("the inspector has gone")));
        socket.addEventListener("message", ({ data }) => {
          const answer = JSON.parse(String(data)) as Answer;
          if (answer.id === id) resolve(answer);
        });
      });
      socket.send(JSON.stringify({ id, method, params }));
      const { result, error } = await answered;
      if (error !== undefined) throw new Error(`${method}: ${error.message}`);
      value = result?.result?.value;
    }
    return value;
  } finally {
    socket.close();
  }
}

const evaluate = (expression: string) =>
  ["Runtime.evaluate", { expression, returnByValue: true }] as const;

/** Collects what is garbage; returns the MiB that are left in use in the heap. */
export async function heapAfterCollection(server: Latchkey): Promise<number> {
  const used = await ask(server, [
    ["HeapProfiler.collectGarbage"],
    evaluate("process.memoryUsage().heapUsed"),
  ]);
  return Number(used) / 2 ** 20;
}
