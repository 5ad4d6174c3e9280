// Runs a new build once, so that V8 keeps its code compiled and the first start is as quick as the
// later ones.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long a start may take. Without one, the first start compiles for itself. */
const LONGEST_MS = 60_000;

/** Starts the program on a database of its own, and ends it when it listens. */
export async function compile(program: string, cache: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-build-"));
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, DATA_DIR: folder, PORT: "0", METRICS_PORT: "0" },
    stdio: ["ignore", "pipe", "ignore"],
    timeout: LONGEST_MS,
  });
  const end = once(child, "close");
  // Signals have their meaning once all that follows the banner has run.
  child.stdout.once("data", () => setTimeout(() => child.kill("SIGTERM"), 100));
  await end;
  await rm(folder, { recursive: true, force: true });
  if (existsSync(cache)) await makeReadable(cache);
}

/** Lets other users read what was compiled, as they may read the code. */
async function makeReadable(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await makeReadable(path);
    else await chmod(path, 0o644);
  }
}
