import { spawn } from "node:child_process";

/** How a tool ended, and what it printed unless that was shown. */
export interface Execution {
  readonly ok: boolean;
  readonly output: string;
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** The leaders of the process groups that run. */
const running = new Set<number>();

function signalGroup(leader: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-leader, signal);
  } catch {
    // No process of the group is left.
  }
}

function signalAll(): void {
  for (const leader of running) signalGroup(leader, "SIGTERM");
}

/**
 * Begins to pass signals on with the first group. One listener serves all groups: Node.js warns of
 * more than ten listeners of one event.
 */
function addGroup(leader: number): void {
  if (running.size === 0) for (const signal of SIGNALS) process.on(signal, signalAll);
  running.add(leader);
}

/** Removes the listeners with the last group, so that signals end this process again. */
function removeGroup(leader: number): void {
  running.delete(leader);
  if (running.size === 0) for (const signal of SIGNALS) process.off(signal, signalAll);
  signalGroup(leader, "SIGKILL");
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
  addGroup(pid);
  try {
    return { ok: (await ended) === 0, output: Buffer.concat(output).toString() };
  } finally {
    removeGroup(pid);
  }
}
