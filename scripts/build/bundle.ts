// Bundles programs of this repository with the packages that they use, into few files that start
// quickly.
import { cp, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { rolldown } from "rolldown";
import { LICENSES, licensesOf } from "./licenses.ts";
import { ROOT } from "./stamp.mjs";

/** Native packages, and one whose files are served. They are the dependencies of the package. */
const EXTERNAL = [/^@node-rs\//, "argon2", "bcrypt", /^swagger-ui-dist/];

/**
 * Bundles programs, each from its source, into a new folder. What a program imports when it runs
 * is a file of its own.
 */
export async function bundle(
  programs: Readonly<Record<string, string>>,
  folder: string,
): Promise<void> {
  const build = await rolldown({
    cwd: ROOT,
    input: { ...programs },
    platform: "node",
    external: EXTERNAL,
  });
  try {
    const { output } = await build.write({
      dir: folder,
      // Node loads CommonJS with half of the work, and loads of its own modules only what is used.
      format: "cjs",
      entryFileNames: "[name].cjs",
      chunkFileNames: "[name]-[hash].cjs",
      sourcemap: true,
      keepNames: true,
      // Lines stay: Node prints the line of an error that ends the process.
      minify: false,
      comments: false,
    });
    const modules = output.flatMap((file) => (file.type === "chunk" ? file.moduleIds : []));
    const own = await readFile(join(ROOT, "LICENSE"), "utf8");
    await writeFile(join(folder, LICENSES), licensesOf(modules, own));
    await cp(join(ROOT, "src/web/kit/assets"), join(folder, "assets"), { recursive: true });
  } finally {
    await build.close();
  }
}
