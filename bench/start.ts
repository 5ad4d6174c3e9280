// How long a start takes: from the process to the banner, on an empty data directory and on one that has been used.
// Run: node bench/start.ts
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const ROUNDS = 7;
const MAIN = join(import.meta.dirname, "../src/main.ts");

/** Milliseconds until it says that it listens, and the megabytes that it then has. */
async function start(dataDir: string): Promise<{ ready: number; resident: number }> {
  const begin = performance.now();
  const child = spawn(process.execPath, [MAIN], { env: { PATH: process.env["PATH"], DATA_DIR: dataDir, PORT: "0", LOG_LEVEL: "silent" }, stdio: ["ignore", "pipe", "inherit"] });
  await once(child.stdout, "data");
  const ready = performance.now() - begin;
  const ps = spawn("ps", ["-o", "rss=", "-p", String(child.pid)], { stdio: ["ignore", "pipe", "inherit"] });
  const [rss] = (await once(ps.stdout, "data")) as [Buffer];
  child.kill("SIGKILL");
  await once(child, "exit");
  return { ready, resident: Number(rss.toString()) / 1024 };
}

const median = (values: readonly number[]): number => values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)]!;

const row = (name: string, results: readonly { ready: number; resident: number }[]): void =>
  console.log(`${name.padEnd(24)}${Math.round(median(results.map(({ ready }) => ready)))} ms, ${Math.round(median(results.map(({ resident }) => resident)))} MB`);

const folder = mkdtempSync(join(tmpdir(), "latchkey-bench-"));
try {
  await start(join(folder, "warm")); // compiles what is kept
  const [fresh, used] = [[], []] as { ready: number; resident: number }[][];
  for (let round = 0; round < ROUNDS; round++) {
    fresh!.push(await start(join(folder, String(round))));
    used!.push(await start(join(folder, "warm")));
  }
  row("first start", fresh!);
  row("every other start", used!);
} finally {
  rmSync(folder, { recursive: true });
}
