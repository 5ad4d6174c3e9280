// strace on a process that runs: it sees what the process asks of the kernel, or lets it fail.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

/** How long after the first thread the others are followed too, in milliseconds. */
const ALL_THREADS_MS = 200;

/** Attaches strace with these options to every thread of a process; returns how to detach it. */
export async function attachStrace(
  pid: number,
  options: readonly string[],
): Promise<() => Promise<void>> {
  const child = spawn("strace", ["-f", ...options, "-p", String(pid)], { stdio: "ignore" });
  const failed = once(child, "error").then(([error]) => {
    throw (error as { code?: string }).code === "ENOENT"
      ? new Error("this needs strace: apt-get install strace")
      : error;
  });
  const ended = once(child, "exit").then(() => {
    throw new Error("strace has ended: may this user trace processes?");
  });
  ended.catch(() => undefined);
  failed.catch(() => undefined);
  const traced = async (): Promise<void> => {
    while (!/TracerPid:\s+[1-9]/.test(readFileSync(`/proc/${pid}/status`, "utf8"))) await delay(10);
  };
  await Promise.race([traced(), failed, ended]);
  await delay(ALL_THREADS_MS);
  return async () => {
    const exit = once(child, "exit");
    child.kill("SIGINT");
    await exit;
  };
}
