// Runs the tools of `npm test`. It owns their processes and must not know what they check.
import { spawn } from "node:child_process";

/** How a tool ended, and what it printed unless that was shown. */
export interface Execution {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a tool to its end. A signal goes on to it, so that everything it started ends with it. */
export async function execute(command: string, args: readonly string[], stdio: "pipe" | "inherit" = "pipe"): Promise<Execution> {
  const child = spawn(command, args, { stdio: ["ignore", stdio, stdio] });
  const forward = (signal: NodeJS.Signals): void => void child.kill(signal);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const signal of signals) process.on(signal, forward);
  const output: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => output.push(chunk));
  try {
    const code = await new Promise<number | null>((resolve, reject) => child.on("error", reject).on("close", resolve));
    return { ok: code === 0, output: Buffer.concat(output).toString() };
  } finally {
    for (const signal of signals) process.off(signal, forward);
  }
}
