// Installs what is missing before `npm start`, `npm test` and others, and builds what `npm start`
// runs. It owns node_modules and the demand on Node; it runs on the system's Node, 18 or later,
// before anything is installed, so it must not import a package.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { isBuilt } from "./build/stamp.mjs";
import { installForeignPackages } from "./install/foreign-packages.mjs";
import { withLock } from "./install/lock.mjs";
import { installTestPrograms, installTorturePrograms } from "./install/programs.mjs";
import { run } from "./install/run.mjs";

const STAMP = "node_modules/.latchkey-stamp";
const OWN_NODE = "node_modules/.bin/node";

/** What node_modules is made from: the lock file, on this kind of machine. */
function fingerprint() {
  const hash = createHash("sha256").update(readFileSync("package-lock.json")).digest("hex");
  return `${hash} ${process.platform}-${process.arch}\n`;
}

const isCurrent = () => existsSync(STAMP) && readFileSync(STAMP, "utf8") === fingerprint();

const readManifest = (folder) => JSON.parse(readFileSync(`${folder}package.json`, "utf8"));

/** Whether the packages that a built program needs are here, as `npm ci --omit=dev` leaves them. */
function canServe() {
  return Object.entries(readManifest("").dependencies).every(([name, version]) => {
    const folder = `node_modules/${name}/`;
    return existsSync(folder) && readManifest(folder).version === version;
  });
}

async function installPackages() {
  if (isCurrent()) return; // by the run that held the lock before us
  if (lstatSync("node_modules", { throwIfNoEntry: false })?.isSymbolicLink()) {
    throw new Error(
      "node_modules is a link to a folder whose packages aren't those of package-lock.json, " +
        "and installing would empty that folder: remove the link, or install there.",
    );
  }
  console.log("Installing the packages that package-lock.json names.");
  // In full, independent of NODE_ENV and the flags of the npm that started us: `npm start` and `npm
  // test` share the folder.
  await run("npm", [
    "ci",
    "--include=dev",
    "--include=optional",
    "--loglevel=error",
    "--no-audit",
    "--no-fund",
    "--no-progress",
  ]);
  writeFileSync(STAMP, fingerprint()); // last, so that an interrupted run leaves none
}

/**
 * The version of the Node that npm's scripts run on: the one among the packages where it exists and
 * works here.
 */
function nodeVersion() {
  const own = spawnSync(OWN_NODE, ["--version"], { encoding: "utf8" });
  if (own.status === 0) return own.stdout.trim();
  // Built for another C library: it would hide the system's.
  rmSync(OWN_NODE, { force: true });
  return process.version;
}

function checkNode() {
  const wanted = readManifest("").engines.node.replace(">=", "");
  const found = nodeVersion();
  if (found.slice(1).localeCompare(wanted, "en", { numeric: true }) >= 0) return;
  throw new Error(
    `Latchkey needs Node ${wanted} or later and found ${found}; ` +
      `for ${process.platform}-${process.arch} get it from https://nodejs.org.`,
  );
}

async function buildProgram() {
  console.log("Building the program from src/.");
  await run(existsSync(OWN_NODE) ? OWN_NODE : process.execPath, ["scripts/build/build.ts"]);
}

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
try {
  const forTorture = process.argv.includes("--torture");
  const needsBuild = process.argv.includes("--build") && !isBuilt();
  const needsAll = !process.argv.includes("--build") || forTorture || needsBuild || !canServe();
  if (needsAll && !isCurrent()) await withLock(".install.lock", installPackages);
  checkNode();
  if (needsBuild) await buildProgram();
  if (process.argv.includes("--test")) {
    await installTestPrograms();
    await installForeignPackages();
  }
  if (forTorture) await installTorturePrograms();
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
