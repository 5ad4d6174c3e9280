// A process that is measured.
import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

const REPORT_USAGE = pathToFileURL(join(import.meta.dirname, "report-usage.mjs")).href;

const running = new Set<ChildProcess>();

// The end of the run ends them too.
process.on("exit", () => running.forEach((child) => child.kill("SIGKILL")));

/** What to run, and how one sees that it is ready. */
export interface Program {
  readonly file: string;
  readonly arguments?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** For V8. */
  readonly nodeOptions?: readonly string[];
  /** What it prints when it is ready; its first group is kept. */
  readonly ready: RegExp;
}

/**
 * Microseconds of CPU since the start, how many of them in the kernel and how many in the thread of
 * JavaScript, and the bytes that it has now.
 */
export interface Usage {
  readonly cpu: number;
  readonly system: number;
  readonly thread: number;
  readonly resident: number;
}

export interface MeasuredProcess {
  /** What the pattern has found. */
  readonly said: string;
  readonly pid: number;
  usage(): Promise<Usage>;
  /** Asks it to end, and waits. */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts a program and waits until it is ready. */
export async function startProcess({
  file,
  arguments: words = [],
  environment = {},
  nodeOptions = [],
  ready,
}: Program): Promise<MeasuredProcess> {
  if (!existsSync(file)) throw new Error(`there is no ${file}`);
  const child = fork(file, words, {
    env: { PATH: process.env["PATH"], ...environment },
    execArgv: [...nodeOptions, "--import", REPORT_USAGE],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  running.add(child);
  const exit = once(child, "exit").finally(() => running.delete(child));
  const said = await new Promise<string>((resolve, reject) => {
    let output = "";
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (output += text));
    void exit.then(([code]) =>
      reject(new Error(`${file} has ended with ${String(code)}: ${output}`)),
    );
    child.stdout!.setEncoding("utf8").on("data", (text: string) => {
      const found = ready.exec((output += text));
      if (found !== null) resolve(found[1] ?? "");
    });
  });
  return {
    said,
    pid: child.pid!,
    async usage() {
      const answer = once(child, "message") as Promise<[Usage]>;
      child.send("usage");
      const [usage] = await Promise.race([
        answer,
        exit.then(([code, signal]) =>
          Promise.reject(new Error(`${file} has ended with ${String(code ?? signal)}`)),
        ),
      ]);
      return usage;
    },
    async stop(signal = "SIGTERM") {
      child.kill(signal);
      await exit;
    },
  };
}
