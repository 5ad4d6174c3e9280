import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline/promises";
import { expect } from "vitest";
import type { StoreOptions } from "../../../src/store/engine/connect.ts";
import { storeProgram } from "../../bundle.ts";
import { COMPILE_CACHE } from "../../process/latchkey.ts";

/** Several processes; all do their work at the same time, because they wait for each other. */
interface Processes {
  /** Lets them begin. */
  begin(): void;
  /** What each prints next. */
  next(): Promise<unknown[]>;
  /** What each prints, when all have ended well. */
  results(): Promise<unknown[]>;
  kill(): Promise<unknown>;
  /** Waits until all have been killed. */
  killed(): Promise<void>;
}

/** Starts a process for each list of words, and waits until all are ready. */
export async function start(
  options: StoreOptions,
  ...runs: readonly string[][]
): Promise<Processes> {
  const program = await storeProgram();
  const children = runs.map((words) =>
    spawn(process.execPath, [program, JSON.stringify(options), ...words], {
      env: { ...process.env, NODE_COMPILE_CACHE: COMPILE_CACHE },
      stdio: ["pipe", "pipe", "inherit"],
    }),
  );
  const ends = children.map((child) => once(child, "exit"));
  const lines = children.map((child) => createInterface(child.stdout)[Symbol.asyncIterator]());
  const next = async (): Promise<unknown[]> =>
    (await Promise.all(lines.map((each) => each.next()))).map(({ value }) =>
      JSON.parse(value ?? "null"),
    );
  expect(await next()).toEqual(runs.map(() => "ready"));
  return {
    next,
    begin: () => children.forEach((child) => child.stdin.end()),
    results: async () => {
      const results = await next();
      expect(await Promise.all(ends)).toEqual(runs.map(() => [0, null]));
      return results;
    },
    killed: async () => {
      expect(await Promise.all(ends)).toEqual(runs.map(() => [null, "SIGKILL"]));
    },
    kill: () => {
      for (const child of children) child.kill("SIGKILL");
      return Promise.all(ends);
    },
  };
}
