// Installs the clients of others that test/foreign drives, apart from the packages of the product.
// It runs before anything is installed, so it must not import a package.
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "./lock.mjs";
import { run } from "./run.mjs";

const FOLDER = join(import.meta.dirname, "../../test/foreign/npm");
const STAMP = join(FOLDER, "node_modules/.latchkey-stamp");

const fingerprint = () =>
  createHash("sha256")
    .update(readFileSync(join(FOLDER, "package-lock.json")))
    .digest("hex");

const isCurrent = () => existsSync(STAMP) && readFileSync(STAMP, "utf8") === fingerprint();

async function install() {
  if (isCurrent()) return; // by the run that held the lock before us
  console.log("Installing the clients that test/foreign/npm/package-lock.json names.");
  const silence = ["--loglevel=error", "--no-audit", "--no-fund", "--no-progress"];
  await run("npm", ["ci", "--prefix", FOLDER, "--ignore-scripts", ...silence], { quiet: true });
  writeFileSync(STAMP, fingerprint());
}

/** Installs them when they are missing or other than the lock file says. */
export async function installForeignPackages() {
  if (!isCurrent()) await withLock(join(FOLDER, ".install.lock"), install);
}
