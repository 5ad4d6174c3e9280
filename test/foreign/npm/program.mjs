// What every program here does: it learns of the server by its environment, sends the browser off
// by a line `open URL`, and prints `result JSON` at the end. test/foreign/run-client.ts reads both.
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const {
  LATCHKEY_URL: url,
  CLIENT_ID: clientId,
  CLIENT_SECRET: clientSecret,
  REDIRECT_URI: redirectUri,
  PORT: port,
  EMAIL: email,
  PASSWORD: password,
} = process.env;

/** Sends the browser to a page. Returns where it came back, or the page where it ended. */
export async function open(address) {
  console.log(`open ${address}`);
  for await (const line of createInterface({ input: process.stdin })) return line;
  throw new Error("the browser is gone");
}

/** Returns the version of a package. */
function versionOf(name) {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    const path = join(folder, "node_modules", name, "package.json");
    if (existsSync(path)) return JSON.parse(readFileSync(path, "utf8")).version;
    if (folder === "/") throw new Error(`${name} is not installed`);
  }
}

/** Says who the user is that this package signed in, and ends. */
export function finish(name, { username }, more = {}) {
  console.log(`result ${JSON.stringify({ version: versionOf(name), username, ...more })}`);
  process.exit(0);
}

/** Returns the user whose access token it is, as the REST API has the user. */
export async function userOf(accessToken) {
  const response = await fetch(`${url}/v1/users/me`, {
    headers: { authorization: `Bearer ${accessToken}` },
  });
  if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  return (await response.json()).user;
}
