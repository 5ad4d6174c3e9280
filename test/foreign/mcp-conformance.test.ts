// The conformance package of the MCP project, unmodified, tries its scenarios of authorization
// servers by its own command line, with a person in Chromium where it sends the browser off.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import { installForeignPackages } from "../../scripts/install/foreign-packages.mjs";
import { addResource } from "../oauth/resources/use-resources.ts";
import { useServer } from "../use-server.ts";
import { useBrowser } from "../web/browser.ts";
import { signIn } from "../web/visitors.ts";

const PACKAGE = join(import.meta.dirname, "npm/node_modules/@modelcontextprotocol/conformance");
const PROGRAM = join(PACKAGE, "dist/index.js");
const RESOURCE = "https://mcp.example.com/mcp";

const used = useServer();
const browser = useBrowser();
const folder = mkdtempSync(join(tmpdir(), "latchkey-mcp-"));
const children: ChildProcess[] = [];

beforeAll(installForeignPackages, 300_000);
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});
afterAll(() => rmSync(folder, { recursive: true }));

/** Starts the package. */
function start(...words: readonly string[]) {
  const child = spawn(process.execPath, [PROGRAM, ...words], { stdio: ["ignore", "pipe", "pipe"] });
  children.push(child);
  return { ended: once(child, "close"), lines: createInterface({ input: child.stdout }) };
}

/** A port that is free. */
async function findPort(): Promise<number> {
  const server = createServer();
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A user signs in, agrees, and sees what the package shows. */
async function agree(url: string): Promise<string> {
  const [page, user] = [await browser.open(), await used.signUp()];
  page.setDefaultTimeout(30_000);
  await page.goto(url);
  await signIn(page, user);
  await page.getByText("The tools").first().waitFor();
  await page.getByRole("button", { name: "Allow" }).click();
  await page.waitForURL((address) => address.pathname === "/callback");
  return page.locator("body").innerText();
}

interface Check {
  readonly id: string;
  readonly status: string;
}

test("every check of the two scenarios of authorization servers passes", async () => {
  const port = await findPort();
  const { administrator, url } = used;
  await addResource(used, { uri: RESOURCE, name: "The tools" });
  const { client } = await administrator.oauth.createClient({
    client: {
      name: "Conformance",
      type: ClientType.PUBLIC,
      redirectUris: [`http://127.0.0.1:${port}/callback`],
    },
  });
  const given = { url, "client-id": client!.id, resource: RESOURCE, port, "output-dir": folder };
  const words = Object.entries(given).map(([name, value]) => `--${name}=${value}`);
  const { lines, ended } = start("authorization", ...words);
  const printed: string[] = [];
  let [address, shown] = ["", ""];
  for await (const line of lines) {
    printed.push(line);
    if (line.startsWith(`${url}/oauth2/authorize?`)) address = line;
    // It prints the address first, and listens afterwards.
    if (line.startsWith("Callback server started")) shown = await agree(address);
  }
  expect([shown, await ended]).toEqual([expect.stringMatching(/^OK/), [0, null]]);
  expect(printed).toContain(`Running test (2 scenarios) against ${url}`);
  expect(printed).toContain("Total: 3 passed, 0 failed");
  const checks = globSync("*/checks.json", { cwd: folder }).flatMap(
    (file) => JSON.parse(readFileSync(join(folder, file), "utf8")) as Check[],
  );
  expect(Object.fromEntries(checks.map(({ id, status }) => [id, status]))).toEqual({
    "authorization-server-metadata": "SUCCESS",
    "authorization-server-metadata-cimd": "SUCCESS",
    "authorization-code-grant": "SUCCESS",
  });
  expect(checks.length).toBe(3);
});

test("docs/mcp.md and docs/clients.md name the package in the version that is tried", () => {
  const { version } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as {
    readonly version: string;
  };
  for (const file of ["mcp.md", "clients.md"]) {
    const text = readFileSync(join(import.meta.dirname, "../../docs", file), "utf8");
    expect(text.replaceAll(/\s+/g, " ")).toContain(
      `\`@modelcontextprotocol/conformance\` ${version}`,
    );
  }
});
