// Runs other programs for the installer. It owns their environment and must not know what they install.
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

/**
 * The folders of programs: without those that `npm run` puts in front, whose node is one that `npm ci` takes away and
 * brings back, and with those of the system's own programs, which dpkg needs and a bare `su` leaves out.
 */
export const FOLDERS = [
  ...(process.env.PATH ?? "").split(delimiter).filter((folder) => !folder.endsWith(join("node_modules", ".bin"))),
  "/usr/local/sbin",
  "/usr/sbin",
  "/sbin",
];

/** Runs a program to its end, showing its output, and throws when it fails. A signal goes on to it, so that it can clean up. */
export async function run(command, args, { quiet = false, env = {} } = {}) {
  const child = spawn(command, args, {
    stdio: ["ignore", quiet ? "ignore" : "inherit", quiet ? "ignore" : "inherit"],
    env: { ...process.env, PATH: FOLDERS.join(delimiter), ...env },
  });
  const forward = (signal) => child.kill(signal);
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) process.on(signal, forward);
  try {
    const [code, signal] = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (...end) => resolve(end));
    });
    if (code !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${signal ?? `exit code ${code}`}`);
  } finally {
    for (const name of signals) process.off(name, forward);
  }
}
