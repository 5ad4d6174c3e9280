// Where the figures come from: the machine, the versions, the command.
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

/** A run of the benchmark. */
interface Run {
  readonly begin: Date;
  /** The load averages of the machine during the run. */
  readonly loads: readonly number[];
  readonly mariadb: string;
  readonly databaseOptions: readonly string[];
  /** The arguments of the command. */
  readonly words: readonly string[];
}

/** Returns the list at the head of the document. */
export function describeRun({ begin, loads, mariadb, databaseOptions, words }: Run): string[] {
  const minutes = Math.round((Date.now() - begin.getTime()) / 60_000);
  return [
    `- Command: \`npm run bench${words.length > 0 ? ` -- ${words.join(" ")}` : ""}\``,
    `- When: ${begin.toISOString().slice(0, 16).replace("T", " ")} UTC, for ${minutes} minutes`,
    `- Machine: ${cpus().length} cores of ${cpus()[0]?.model.trim() ?? "?"}, ` +
      `${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}`,
    `- Load average: ${quantile(loads, 0.5).toFixed(1)} in the middle, ` +
      `from ${Math.min(...loads).toFixed(1)} to ${Math.max(...loads).toFixed(1)}; ` +
      "the measurement alone makes about 3",
    `- Node.js: ${process.version}`,
    `- MariaDB: ${mariadb}, \`${databaseOptions.join(" ")}\`, on the same disk and cores`,
    `- Packages: ${versions().join(", ")}`,
  ];
}
