// Runs other programs for the installer. It owns their environment and must not know what they
// install.
import { spawn } from "node:child_process";
import { delimiter, join } from "node:path";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * The folders of programs: without those that `npm run` puts in front, whose node is one that `npm
 * ci` takes away and brings back, and with those of the system's own programs, which dpkg needs and
 * a bare `su` leaves out.
 */
export const FOLDERS = [
  ...(process.env.PATH ?? "")
    .split(delimiter)
    .filter((folder) => !folder.endsWith(join("node_modules", ".bin"))),
  "/usr/local/sbin",
  "/usr/sbin",
  "/sbin",
];

/**
 * Runs a program to its end and throws when it fails. With `quiet`, its output is seen only then. A
 * signal goes on to the program, so that both can clean up.
 */
export async function run(command, args, { quiet = false, env = {} } = {}) {
  const child = spawn(command, args, {
    stdio: ["ignore", quiet ? "pipe" : "inherit", quiet ? "pipe" : "inherit"],
    env: { ...process.env, PATH: FOLDERS.join(delimiter), ...env },
  });
  const output = [];
  child.stdout?.on("data", (chunk) => output.push(chunk));
  child.stderr?.on("data", (chunk) => output.push(chunk));
  const forward = (signal) => child.kill(signal);
  for (const signal of SIGNALS) process.on(signal, forward);
  try {
    const [code, signal] = await new Promise((resolve, reject) => {
      child.on("error", reject);
      child.on("close", (...end) => resolve(end));
    });
    if (code !== 0) {
      const why = signal ?? `exit code ${code}`;
      throw new Error(
        `${Buffer.concat(output).toString()}${command} ${args.join(" ")} failed: ${why}`,
      );
    }
  } finally {
    for (const signal of SIGNALS) process.off(signal, forward);
  }
}
