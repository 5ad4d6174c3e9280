// Where the figures come from: the machine, the versions, the command.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { join } from "node:path";
import { quantile } from "../measure/statistics.ts";

const ROOT = join(import.meta.dirname, "../..");

/** How busy the machine was in the last minute, with everything that runs on it. */
export const busyness = (): number => loadavg()[0]!;

/** The versions that the lock files name. */
function versions(): string[] {
  const lockedIn = (file: string, names: readonly string[]): string[] => {
    const { packages } = JSON.parse(readFileSync(join(ROOT, file), "utf8")) as {
      packages: Record<string, { version?: string }>;
    };
    return names.map((name) => `${name} ${packages[`node_modules/${name}`]?.version ?? "?"}`);
  };
  return [
    ...lockedIn("package-lock.json", [
      "@connectrpc/connect-node",
      "@grpc/grpc-js",
      "@node-rs/argon2",
      "kysely",
      "mysql2",
    ]),
    ...lockedIn("bench/rivals/package-lock.json", [
      "oidc-provider",
      "better-auth",
      "@better-auth/oauth-provider",
      "@node-oauth/oauth2-server",
    ]),
  ];
}

/** Where and when the figures of a run come from. */
export interface Run {
  /** The time of its begin, ISO 8601. */
  readonly begin: string;
  readonly minutes: number;
  /** The arguments of the command. */
  readonly words: readonly string[];
  readonly commit: string;
  readonly machine: string;
  /** The load averages of the machine: the least, the middle one and the most. */
  readonly loads: readonly [number, number, number];
  readonly node: string;
  readonly mariadb: string;
  readonly databaseOptions: readonly string[];
  readonly packages: readonly string[];
  readonly rounds: number;
  readonly requests: number;
  readonly connections: number;
  /** The commit of the Latchkey before, if one was measured. */
  readonly before?: string | undefined;
  /** The sections that failed. */
  readonly failed: readonly string[];
}

/** Returns the commit of a checkout, with a + if files differ from it. */
export function commitOf(folder = ROOT): string {
  const git = (...words: string[]): string =>
    execFileSync("git", words, { cwd: folder, encoding: "utf8" }).trim();
  try {
    const changed = git("status", "--porcelain", "--untracked-files=no", "src", "proto") !== "";
    return `${git("rev-parse", "--short", "HEAD")}${changed ? "+" : ""}`;
  } catch {
    return "unknown";
  }
}

/** Returns what is known of the machine and the programs. */
export const environment = (): Pick<Run, "machine" | "node" | "packages"> => ({
  machine:
    `${cpus().length} cores of ${cpus()[0]?.model.trim() ?? "?"}, ` +
    `${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
  node: process.version,
  packages: versions(),
});

/** Returns the least, the middle one and the most of some load averages. */
export const loadsOf = (loads: readonly number[]): [number, number, number] => [
  Math.min(...loads),
  quantile(loads, 0.5),
  Math.max(...loads),
];

/** Returns the list of the document about the run. */
export function describeRun(run: Run): string[] {
  const [least, middle, most] = run.loads.map((load) => load.toFixed(1));
  return [
    `- Command: \`npm run bench${run.words.length > 0 ? ` -- ${run.words.join(" ")}` : ""}\``,
    `- When: ${run.begin.slice(0, 16).replace("T", " ")} UTC, for ${run.minutes} minutes`,
    `- Commit: ${run.commit}`,
    `- Machine: ${run.machine}`,
    `- Load average: ${middle} in the middle, from ${least} to ${most}; ` +
      "the measurement alone makes about 3",
    `- Node.js: ${run.node}`,
    `- MariaDB: ${run.mariadb}, \`${run.databaseOptions.join(" ")}\`, on the same disk and cores`,
    `- Packages: ${run.packages.join(", ")}`,
    ...(run.failed.length > 0
      ? [`- Sections that failed, so that they are not below: ${run.failed.join(", ")}`]
      : []),
  ];
}
