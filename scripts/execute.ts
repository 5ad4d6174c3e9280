import { spawn } from "node:child_process";

/** How a tool ended, and what it printed unless that was shown. */
export interface Execution {
  readonly ok: boolean;
  readonly output: string;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // No process of the group is left.
  }
}

/**
 * Runs a tool in a process group of its own. The servers and browsers that tests start end with it,
 * also when it is interrupted or crashes.
 */
export async function execute(
  command: string,
  args: readonly string[],
  stdio: "pipe" | "inherit" = "pipe",
): Promise<Execution> {
  const child = spawn(command, args, { stdio: ["ignore", stdio, stdio], detached: true });
  const output: Buffer[] = [];
  child.stdout?.on("data", (chunk: Buffer) => output.push(chunk));
  child.stderr?.on("data", (chunk: Buffer) => output.push(chunk));
  const ended = new Promise<number | null>((resolve, reject) =>
    child.on("error", reject).on("close", resolve),
  );
  const { pid } = child;
  if (pid === undefined) throw await ended.catch((error: unknown) => error);
  const interrupt = (): void => signalGroup(pid, "SIGTERM");
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return { ok: (await ended) === 0, output: Buffer.concat(output).toString() };
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
    signalGroup(pid, "SIGKILL");
  }
}
