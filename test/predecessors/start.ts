// Starts predecessors, and controls them from a test.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { type Behaviour, HONEST } from "./behaviour.ts";
import type { Seed } from "./people.ts";

/** A predecessor that runs in a process of its own. */
export interface Predecessor {
  readonly seed: Seed;
  readonly url: string;
  /** Makes it slow, down or lying; without an argument it is honest again. */
  behave(behaviour?: Partial<Behaviour>): Promise<void>;
  /** How often each path was called, by verb and path. */
  calls(): Promise<Readonly<Record<string, number>>>;
  /** Its state as the JSON lines that an owner exports. */
  state(): Promise<string>;
  lock(email: string): Promise<void>;
  stop(): Promise<void>;
}

/** Starts one on a free port. */
export async function startPredecessor(seed: Seed): Promise<Predecessor> {
  const words = [join(import.meta.dirname, "main.ts"), JSON.stringify(seed)];
  const child = spawn(process.execPath, words, { stdio: ["pipe", "pipe", "inherit"] });
  const closed = once(child, "close");
  const [line] = (await Promise.race([
    once(createInterface({ input: child.stdout }), "line"),
    closed.then(() => Promise.reject(new Error(`the predecessor of ${seed.api} has ended`))),
  ])) as [string];
  const { url, controlUrl } = JSON.parse(line) as { url: string; controlUrl: string };
  const ask = async (path: string, body?: object): Promise<string> => {
    const init = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`${controlUrl}${path}`, init);
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    return response.text();
  };
  return {
    seed,
    url,
    behave: async (behaviour = HONEST) => void (await ask("/behaviour", behaviour)),
    calls: async () => JSON.parse(await ask("/calls")) as Record<string, number>,
    state: () => ask("/state"),
    lock: async (email) => void (await ask("/lock", { email })),
    stop: async () => {
      child.stdin.end();
      await closed;
    },
  };
}
