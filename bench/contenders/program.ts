// Which program "Latchkey" is: what is delivered, so the built one.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";

const ROOT = join(import.meta.dirname, "../..");

/** Returns the program of a checkout: its build, or its modules where there is none. */
export function latchkeyMain(root = ROOT): string {
  const built = join(root, "dist/latchkey.cjs");
  return existsSync(built) ? built : sourceMain(root);
}

/** Returns the modules of a checkout, whose files a profile can name. */
export const sourceMain = (root = ROOT): string => join(root, "src/main.ts");

/** Builds the program of this checkout, so that no older build is measured. */
export function buildLatchkey(): void {
  const { status } = spawnSync("npm", ["run", "--silent", "build"], {
    cwd: ROOT,
    stdio: "inherit",
  });
  if (status !== 0) throw new Error("npm run build has failed");
}
