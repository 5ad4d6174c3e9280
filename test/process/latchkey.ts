// Latchkey as processes of its own, as an operator runs them.
import { type ChildProcess, fork, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { builtProgram } from "../bundle.ts";
import { createDatabase } from "../mariadb.ts";
import { execute, newFolder } from "../mariadb-server.ts";
import type { Registered } from "../oauth/flow.ts";
import type { Ended } from "./command-host.ts";

const ROOT = resolve(import.meta.dirname, "../..");

type Environment = Readonly<Record<string, string>>;

/** How a process has ended. */
export interface End {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A server that listens. */
export interface Latchkey {
  readonly url: string;
  readonly pid: number;
  /** What it has printed and logged so far. */
  readonly output: { stdout: string; stderr: string };
  /** Its log; while this is paused, no process reads it. */
  readonly stderr: Readable;
  readonly end: Promise<End>;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<End>;
}

/** A database with its settings. */
export interface Installation {
  readonly environment: Environment;
  /** Starts the delivered program, or the modules of a place, and waits until it listens. */
  start(more?: Environment, place?: Place): Promise<Latchkey>;
  /** The credentials of an administrator's client. */
  administrator(): Promise<Registered>;
  remove(): Promise<void>;
}

/** Where node keeps the modules that it has compiled; a start takes a third less with them. */
export const COMPILE_CACHE = join(ROOT, "node_modules/.cache/latchkey-tests");

/** A folder with the modules of the program; without one, it is the delivered program. */
export interface Place {
  readonly root?: string;
  /** What starts it: `prlimit` with its options. */
  readonly under?: readonly string[];
}

/** This repository: the program as its developers start it. */
export const SOURCE = { root: ROOT } as const satisfies Place;

/** Starts the program: its modules in a place, or the one that is delivered. */
export async function launch(
  words: readonly string[],
  environment: Environment,
  place?: Place,
): Promise<ChildProcess> {
  const program =
    place?.root === undefined ? await builtProgram() : join(place.root, "src/main.ts");
  const [first = "", ...rest] = [...(place?.under ?? []), process.execPath, program, ...words];
  return spawn(first, rest, {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILE_CACHE, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Runs a command to its end. */
export async function run(
  words: readonly string[],
  environment: Environment,
  place?: Place,
): Promise<End & { readonly stdout: string; readonly stderr: string }> {
  const child = await launch(words, environment, place);
  const [stdout, stderr, [code, signal]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>,
  ]);
  return { code, signal, stdout, stderr };
}

/** The process that runs commands for this worker of Vitest. It ends with the worker. */
let host: { readonly child: ChildProcess; readonly waiting: Map<number, Waiting> } | undefined;

interface Waiting {
  resolve(ended: Ended): void;
  reject(error: Error): void;
}

function startHost(): NonNullable<typeof host> {
  const waiting = new Map<number, Waiting>();
  const child = fork(join(ROOT, "test/process/command-host.ts"), {
    env: { PATH: process.env.PATH, NODE_COMPILE_CACHE: COMPILE_CACHE },
    execArgv: [],
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  child.on("message", ({ id, ended }: { readonly id: number; readonly ended: Ended }) => {
    waiting.get(id)?.resolve(ended);
    waiting.delete(id);
  });
  child.once("exit", () => {
    host = undefined;
    for (const { reject } of waiting.values())
      reject(new Error("the process that runs commands has ended"));
  });
  child.unref();
  child.channel!.unref();
  return { child, waiting };
}

let asked = 0;

/**
 * Runs a command to its end as `run` does, in a process that other commands have warmed: for tests
 * of what a command does, not of how its process starts and ends.
 */
export async function runWarm(words: readonly string[], environment: Environment): Promise<Ended> {
  const { child, waiting } = (host ??= startHost());
  const id = asked++;
  return new Promise<Ended>((resolveEnd, reject) => {
    waiting.set(id, { resolve: resolveEnd, reject });
    child.send({ id, asked: { words, environment } });
  });
}

/** Starts a server and waits for the last line of what it prints. */
export async function start(environment: Environment, place?: Place): Promise<Latchkey> {
  const child = await launch([], { PORT: "0", METRICS_PORT: "0", ...environment }, place);
  const output = { stdout: "", stderr: "" };
  const end = once(child, "close").then(([code, signal]): End => ({
    code: code as number | null,
    signal: signal as NodeJS.Signals | null,
  }));
  child.stderr!.setEncoding("utf8").on("data", (chunk: string) => (output.stderr += chunk));
  const url = await new Promise<string>((resolveUrl, reject) => {
    void end.then(() => reject(new Error(`Latchkey has ended: ${output.stderr}`)));
    child.stdout!.setEncoding("utf8").on("data", (chunk: string) => {
      output.stdout += chunk;
      if (/buf curl.*\n/.test(output.stdout))
        resolveUrl(/listens on (\S+)/.exec(output.stdout)![1]!);
    });
  });
  const stop = (signal: NodeJS.Signals = "SIGTERM"): Promise<End> => {
    child.kill(signal);
    return end;
  };
  return { url, pid: child.pid!, output, stderr: child.stderr!, end, stop };
}

/** A random secret, as `openssl rand -base64 48` makes it. */
export const newSecret = (): string => randomBytes(48).toString("base64");

/** The private file of an installation with the embedded database. */
export function readAdministrator(dataDir: string): Registered {
  const { client_id, client_secret } = JSON.parse(
    readFileSync(join(dataDir, "admin.json"), "utf8"),
  ) as Record<string, string>;
  return { id: client_id!, secret: client_secret! };
}

/** A new, empty installation on one of the engines. */
export async function install(engine: "sqlite" | "mysql"): Promise<Installation> {
  if (engine === "mysql") {
    const url = await createDatabase();
    return installOn(url, () =>
      execute(
        url.slice(0, url.lastIndexOf("/")),
        `drop database ${url.slice(url.lastIndexOf("/") + 1)}`,
      ),
    );
  }
  // In memory where there is such a place: what a test kills is the process, not the machine.
  const folder = await newFolder();
  return installIn(folder, () => rm(folder, { recursive: true }));
}

/** An installation with the embedded database in a folder. */
export function installIn(folder: string, remove: () => Promise<void>): Installation {
  const environment = { DATA_DIR: folder };
  return {
    environment,
    start: (more, place) => start({ ...environment, ...more }, place),
    administrator: async () => readAdministrator(folder),
    remove,
  };
}

/** An installation on a MySQL database that is there. */
export function installOn(url: string, remove: () => Promise<void>): Installation {
  const environment = { DATABASE_URL: url, LATCHKEY_SECRET: newSecret() };
  return {
    environment,
    start: (more, place) => start({ ...environment, ...more }, place),
    administrator: async () => {
      const { client_id, client_secret } = JSON.parse(
        (await run(["admin", "create"], environment)).stdout,
      ) as Record<string, string>;
      return { id: client_id!, secret: client_secret! };
    },
    remove,
  };
}
