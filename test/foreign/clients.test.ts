// Clients of others, unmodified, each signs a user in or calls an API on one server.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { installForeignPackages } from "../../scripts/install/foreign-packages.mjs";
import { DEBIAN_ROWS } from "./debian-rows.ts";
import { NPM_ROWS } from "./npm-rows.ts";
import { LIBRARIES } from "../../src/web/developer/snippets/libraries.ts";
import { runClient } from "./run-client.ts";
import { SNIPPET_RUNS } from "./snippet-runs.ts";
import { type SharedServer, startSharedServer } from "./started-server.ts";

const ROOT = join(import.meta.dirname, "../..");
let server: SharedServer;

beforeAll(async () => {
  await installForeignPackages();
  server = await startSharedServer();
}, 300_000);
afterAll(() => server.stop());

/** The rows of the table of the page, without its head. */
const table = readFileSync(join(ROOT, "docs/clients.md"), "utf8")
  .split("<!-- end -->")[0]!
  .split("\n")
  .filter((line) => /^\| (?!client |-)/.test(line))
  .map((line) =>
    line
      .slice(2, -2)
      .split(" | ")
      .map((cell) => cell.trim()),
  );

describe.each(NPM_ROWS.filter(({ isVariant }) => !isVariant))("$client by $protocol", (row) => {
  test("completes, in the version and with the settings of docs/clients.md", async () => {
    const { version } = await runClient(row, server);
    expect(table).toContainEqual([row.client, row.language, version, row.protocol, row.set]);
  });
});

test("docs/clients.md has every client that npm run clients drives", () => {
  const driven = [...NPM_ROWS, ...DEBIAN_ROWS].map((row) => `${row.client} by ${row.protocol}`);
  expect(table.map(([client, , , protocol]) => `${client} by ${protocol}`).toSorted()).toEqual(
    driven.toSorted(),
  );
});

test("the code of every library on the developer console is run by a row", () => {
  const inRows = [...NPM_ROWS, ...DEBIAN_ROWS].flatMap(({ snippets = [] }) => [
    ...snippets,
    ...snippets.flatMap((name) => SNIPPET_RUNS[name].beside ?? []),
  ]);
  expect(inRows.length).toBeGreaterThan(15);
  expect(inRows.toSorted()).toEqual(LIBRARIES.map(({ name }) => name).toSorted());
});

test("every program of npm is run", () => {
  const programs = globSync("npm/{openid,oauth,sites,forms,rpc}/*.mjs", {
    cwd: import.meta.dirname,
  });
  expect(programs.length).toBeGreaterThan(20);
  const parts = /(application|flow|protobuf-ts-user)\.mjs$/;
  const run = new Set(NPM_ROWS.map(({ program }) => program));
  expect(programs.filter((path) => !parts.test(path) && !run.has(path))).toEqual([]);
});
