// The scripts in docs/apis, which follow the original documents: each is run twice against one
// server.
import { execFile } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { useServer, type UsedServer } from "../use-server.ts";

const FOLDER = join(import.meta.dirname, "../../docs/apis");
const scripts = readdirSync(FOLDER).filter((name) => name.endsWith(".sh"));

/**
 * Runs a script; answers what it says, or rejects. `LATCHKEY_ADMIN` is an administrator's client as
 * `id:secret`.
 */
const run = async (script: string, { server }: UsedServer, url = server.url): Promise<string> => {
  const { clientId, clientSecret } = server.administrator;
  return (
    await promisify(execFile)("sh", [join(FOLDER, script)], {
      env: { ...process.env, LATCHKEY_URL: url, LATCHKEY_ADMIN: `${clientId}:${clientSecret}` },
    })
  ).stdout;
};

describe.each(scripts)("docs/apis/%s", (script) => {
  const used = useServer();
  const off = useServer({ environment: { [script.replace(".sh", "").toUpperCase()]: "off" } });

  test("finds every answer as documented, and again", async () => {
    for (let round = 0; round < 2; round++)
      expect(await run(script, used)).toMatch(/^\w+: \d+ answers as documented\n$/);
  });

  test("fails when the API is switched off, and when no server runs", async () => {
    await expect(run(script, off)).rejects.toThrow("Command failed");
    await expect(run(script, off, "http://127.0.0.1:1")).rejects.toThrow("Command failed");
  });
});
