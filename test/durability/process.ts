// A server in a process of its own, which can be killed. It owns the process and must not know what is asked of the server.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const root = resolve(import.meta.dirname, "../..");

/** A server that runs. */
export interface ServerProcess {
  readonly url: string;
  /** Everything that it has printed and logged. */
  readonly output: readonly string[];
  /** Sends a signal and waits for the end; answers the exit code, null after SIGKILL. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** Starts `node src/main.ts` with these settings on a free port, and waits until it says where it listens. */
export async function startProcess(settings: Readonly<Record<string, string>>): Promise<ServerProcess> {
  const child: ChildProcess = spawn(process.execPath, [join(root, "src/main.ts")], { cwd: root, env: { PATH: process.env["PATH"], PORT: "0", LOG_LEVEL: "warn", ...settings }, stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(child, "exit");
  const output: string[] = [];
  const listening = Promise.withResolvers<string>();
  for (const stream of [child.stdout!, child.stderr!]) {
    createInterface(stream).on("line", (line) => {
      output.push(line);
      const url = /^Latchkey listens on (\S+)/.exec(line)?.[1];
      if (url !== undefined) listening.resolve(url);
    });
  }
  void ended.then(() => listening.reject(new Error(`the server has ended:\n${output.join("\n")}`)));
  return {
    url: await listening.promise,
    output,
    end: async (signal) => {
      child.kill(signal);
      return (await ended)[0] as number | null;
    },
  };
}
