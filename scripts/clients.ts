// Drives the clients of docs/clients.md against a server of its own, and prints a row for each.
// Run: npm run clients [-- --write] [NAME…]. It needs packages of Debian and says which it lacks.
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { ClientRow } from "../test/foreign/client-row.ts";
import { DEBIAN_ROWS } from "../test/foreign/debian-rows.ts";
import {
  DEBIAN_LOGOUT_ROWS,
  type LogoutRow,
  NPM_LOGOUT_ROWS,
  runLogout,
} from "../test/foreign/logout-rows.ts";
import { NPM_ROWS } from "../test/foreign/npm-rows.ts";
import { runClient } from "../test/foreign/run-client.ts";
import { startSharedServer } from "../test/foreign/started-server.ts";
import { installForeignPackages } from "./install/foreign-packages.mjs";

const PAGE = join(import.meta.dirname, "../docs/clients.md");
const TABLE = /(?<=<!-- npm run clients -- --write -->\n\n)[\s\S]*?(?=\n\n<!-- end -->)/;

/** Returns the packages of Debian that the rows need and this machine lacks. */
function missingPackages(rows: readonly ClientRow[]): readonly string[] {
  const wanted = [...new Set(rows.flatMap(({ packages }) => packages))];
  return wanted.filter(
    (name) =>
      !spawnSync("dpkg-query", ["--show", "--showformat=${db:Status-Status}", name], {
        encoding: "utf8",
      }).stdout?.startsWith("installed"),
  );
}

async function runAll(rows: readonly (ClientRow | LogoutRow)[]): Promise<Map<ClientRow, string>> {
  const versions = new Map<ClientRow, string>();
  const server = await startSharedServer();
  try {
    for (const row of rows) {
      const { client, protocol } = row;
      try {
        const { version } = await ("signedOut" in row
          ? runLogout(row, server)
          : runClient(row, server));
        versions.set(row, version);
        console.log(`${client} ${version} ${protocol}: completes`);
      } catch (error) {
        console.log(`${client} ${protocol}: FAILS\n${(error as Error).message}`);
      }
    }
  } finally {
    await server.stop();
  }
  return versions;
}

/** Returns the table of the page; the formatter aligns its columns. */
function tableOf(versions: ReadonlyMap<ClientRow, string>): string {
  const listed = [...versions].filter(([row]) => !("signedOut" in row));
  const lines = listed.map(
    ([{ client, language, protocol, set }, version]) =>
      `| ${client} | ${language} | ${version} | ${protocol} | ${set} |`,
  );
  return [
    "| client | language | version | protocol | what to set |",
    "| --- | --- | --- | --- | --- |",
    ...lines.toSorted((one, other) => one.localeCompare(other, "en")),
  ].join("\n");
}

const { values, positionals: names } = parseArgs({
  options: { write: { type: "boolean", default: false } },
  allowPositionals: true,
});
const isNamed = ({ client, program }: ClientRow): boolean =>
  names.length === 0 || names.some((name) => client === name || (program?.includes(name) ?? false));
const npm = [...NPM_ROWS, ...NPM_LOGOUT_ROWS].filter(isNamed);
const debian = [...DEBIAN_ROWS, ...DEBIAN_LOGOUT_ROWS].filter(isNamed);
const missing = missingPackages(debian);
if (missing.length > 0)
  console.log(
    `Missing; install them: apt-get install --no-install-recommends ${missing.join(" ")}`,
  );
const rows = [
  ...npm,
  ...debian.filter(({ packages }) => !packages.some((name) => missing.includes(name))),
];
await installForeignPackages();
const versions = await runAll(rows);
const failed = rows.length - versions.size + (debian.length + npm.length - rows.length);
if (values.write && failed === 0 && names.length === 0) {
  await writeFile(
    PAGE,
    (await readFile(PAGE, "utf8")).replace(TABLE, () => tableOf(versions)),
  );
  spawnSync("oxfmt", [PAGE], { stdio: "inherit" });
}
console.log(`\n${versions.size} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
