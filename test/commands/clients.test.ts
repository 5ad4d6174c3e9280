// `latchkey client update` and `client delete`, beside a running server.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientToken } from "../oauth/flow.ts";
import { type Installation, install, type Latchkey, runWarm } from "../process/latchkey.ts";

interface Listed {
  readonly client_id: string;
  readonly [field: string]: unknown;
}

describe.each(["sqlite", "mysql"] as const)("clients on %s", (engine) => {
  let installation: Installation;
  let server: Latchkey;
  beforeAll(async () => {
    installation = await install(engine);
    server = await installation.start({ LOG_LEVEL: "silent" });
  });
  afterAll(async () => {
    await server.stop();
    await installation.remove();
  });
  const latchkey = (...words: string[]) => runWarm(words, installation.environment);
  const listed = async (id: string): Promise<Listed | undefined> =>
    (await latchkey("client", "list", "--json")).stdout
      .trim()
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as Listed)
      .find(({ client_id }) => client_id === id);
  const created = async (words: string) => {
    const { stdout } = await latchkey("client", "create", ...words.split(" "));
    const { client_id, client_secret } = JSON.parse(stdout) as Record<string, string>;
    return { id: client_id!, secret: client_secret! };
  };

  test("update: what is named is replaced or emptied, the rest stays", async () => {
    const { id } = await created(
      "--name Shop --redirect-uri https://shop.example/a --scope profile " +
        "--allowed-origin https://shop.example",
    );
    const change =
      "--name Store --no-scope --no-allowed-origin " +
      "--redirect-uri https://shop.example/b --redirect-uri https://shop.example/c";
    const changed = await latchkey("client", "update", id, ...change.split(" "));
    expect([changed.code, changed.stdout, changed.stderr]).toEqual([0, `${id} is changed.\n`, ""]);
    const after = await listed(id);
    expect(after).toMatchObject({
      name: "Store",
      redirect_uris: ["https://shop.example/b", "https://shop.example/c"],
      scopes: [],
      allowed_origins: [],
      grant_types: ["authorization_code", "refresh_token"],
    });
    for (const words of [[], ["--scope", "everything"], ["--grant-type", "magic"]])
      expect((await latchkey("client", "update", id, ...words)).code).toBe(1);
    expect(await listed(id)).toEqual(after);
  });

  test("update: vouches, and switches off and on, at once for a running server", async () => {
    const client = await created(
      "--name Billing --grant-type client_credentials --scope users.read",
    );
    const token = await clientToken(server.url, client);
    const status = async () =>
      (await fetch(`${server.url}/v1/users`, { headers: { authorization: `Bearer ${token}` } }))
        .status;
    const change = async (...words: string[]) => {
      const { code } = await latchkey("client", "update", client.id, ...words);
      expect(code, words.join(" ")).toBe(0);
      return [await status(), await listed(client.id)];
    };
    expect(await change("--verified")).toMatchObject([200, { verified: true, disabled: false }]);
    const reason = "Reported as phishing";
    expect(await change("--disabled", reason, "--no-verified")).toMatchObject([
      401,
      { verified: false, disabled: true, disable_reason: reason },
    ]);
    expect(await change("--name", "Bills")).toMatchObject([401, { name: "Bills", disabled: true }]);
    expect(await change("--no-disabled")).toMatchObject([200, { disabled: false }]);
    expect((await latchkey("client", "update", client.id, "--disabled", " ")).code).toBe(1);
    expect((await latchkey("client", "update", "unknown", "--verified")).code).toBe(1);
    expect(await status()).toBe(200);
  });

  test("delete: needs a proof, ends the tokens, and says what it ended", async () => {
    const client = await created(
      "--name Billing --grant-type client_credentials --scope users.read",
    );
    const token = await clientToken(server.url, client);
    const users = () =>
      fetch(`${server.url}/v1/users`, { headers: { authorization: `Bearer ${token}` } });
    expect((await users()).status).toBe(200);
    for (const [words, why] of [
      [[], /"Billing", with the consent of 0 users: nothing is deleted without --yes/],
      [["--name", "billing"], /"Billing", not "billing": nothing is deleted/],
    ] as const) {
      const refused = await latchkey("client", "delete", client.id, ...words);
      expect([refused.code, refused.stdout]).toEqual([2, ""]);
      expect(refused.stderr).toMatch(why);
    }
    expect((await users()).status).toBe(200);
    const deleted = await latchkey("client", "delete", client.id, "--name", "Billing");
    expect([deleted.code, JSON.parse(deleted.stdout)]).toEqual([
      0,
      {
        client_id: client.id,
        name: "Billing",
        ended: { users: 0, access_tokens: 1, refresh_tokens: 0 },
      },
    ]);
    expect((await users()).status).toBe(401);
    const again = await latchkey("client", "delete", client.id, "--yes");
    expect([again.code, again.stderr]).toEqual([1, expect.stringContaining("no such client")]);
    const { stdout } = await latchkey("audit", "export", "--client", client.id);
    expect(stdout).toMatch(/^\{.*"type":"client\.delete".*"actor":"operator"/);
  });
});
