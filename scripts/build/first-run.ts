// Runs a new build once. V8 keeps its code compiled, so that the first start is as quick as the
// later ones, and the OpenAPI documents become files: making them takes a second of a core.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chmod, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** How long it may take. Without it, the first start compiles, and each process makes documents. */
const LONGEST_MS = 60_000;

/** `src/openapi/kept.ts` puts the server's own URL in place of this one. */
const DOCUMENTS = { "openapi-3.1.json": "/openapi.json", "openapi-3.0.json": "/openapi-3.0.json" };
const PUBLIC_URL = "https://issuer.invalid";

/** Starts the program of a build on a database of its own, and ends it when all is made. */
export async function runFirst(program: string, build: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "latchkey-build-"));
  const child = spawn(process.execPath, [program], {
    env: { PATH: process.env.PATH, DATA_DIR: folder, PORT: "0", METRICS_PORT: "0", PUBLIC_URL },
    stdio: ["ignore", "pipe", "ignore"],
    timeout: LONGEST_MS,
  });
  const end = once(child, "close");
  let banner = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (banner += text));
  child.stdout.once("data", () => {
    // Signals have their meaning once all that follows the banner has run.
    setTimeout(() => {
      const url = /listens on (\S+)/.exec(banner)?.[1] ?? "";
      void keepDocuments(url, build)
        .catch(() => undefined)
        .finally(() => child.kill("SIGTERM"));
    }, 100);
  });
  await end;
  await rm(folder, { recursive: true, force: true });
  const cache = join(build, "cache");
  if (existsSync(cache)) await makeReadable(cache);
}

async function keepDocuments(url: string, build: string): Promise<void> {
  for (const [name, path] of Object.entries(DOCUMENTS)) {
    const response = await fetch(url + path);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: HTTP ${response.status}`);
    // A process of this build may read it at this moment.
    const scratch = join(build, `.${name}`);
    await writeFile(scratch, text);
    await rename(scratch, join(build, name));
  }
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
