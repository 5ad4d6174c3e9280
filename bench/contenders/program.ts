// Which program "Latchkey" is: what is delivered.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { isBuilt, PROGRAM, ROOT } from "../../scripts/build/stamp.mjs";

let ours: string | undefined;

/** Returns the program of this checkout: its build, or its modules while no build is current. */
export const latchkeyMain = (): string => (ours ??= isBuilt() ? PROGRAM : sourceMain());

/** Returns the modules of this checkout, whose files a profile can name. */
export const sourceMain = (): string => join(ROOT, "src/main.ts");

/** Returns the program of another checkout, which may be older than builds. */
export function programOf(root: string): string {
  const built = join(root, "dist/latchkey.cjs");
  return existsSync(built) ? built : join(root, "src/main.ts");
}
