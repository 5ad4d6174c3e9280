// The operator's commands as processes of their own, while a server runs on the same database.
// Starting a process takes half a second, so each command is shown on one engine: what differs
// between the engines is the store's, and tested there.
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { clientToken } from "../oauth/flow.ts";
import { type Installation, install, type Latchkey, run } from "./latchkey.ts";

type Credentials = { client_id: string; client_secret: string };

/** A server on its own installation, and commands on the same one. */
function useInstallation(engine: "sqlite" | "mysql") {
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
  const post = async (path: string, body: object, token = ""): Promise<string> =>
    (
      await fetch(server.url + path, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(token && { authorization: `Bearer ${token}` }),
        },
        body: JSON.stringify(body),
      })
    ).text();
  return {
    latchkey: (...words: string[]) => run(words, installation.environment),
    administrator: () => installation.administrator(),
    token: ({ client_id, client_secret }: Credentials) =>
      clientToken(server.url, { id: client_id, secret: client_secret }),
    post,
    keys: async () =>
      (
        (await (await fetch(`${server.url}/.well-known/jwks.json`)).json()) as {
          keys: { kid: string }[];
        }
      ).keys.map(({ kid }) => kid),
  };
}

describe("client and keys", () => {
  const { latchkey, token, keys } = useInstallation("sqlite");

  test("create, list and rotate: new secrets work at once, old ones overlap", async () => {
    const made = await latchkey(
      "client",
      "create",
      "--name",
      "Billing",
      "--grant-type",
      "client_credentials",
      "--scope",
      "users.read",
      "--scope",
      "introspect",
    );
    expect([made.code, made.stderr]).toEqual([0, ""]);
    const first = JSON.parse(made.stdout) as Credentials;
    const [rotated, listed, table] = await Promise.all([
      latchkey("client", "rotate", first.client_id, "--overlap", "1h"),
      latchkey("client", "list", "--json"),
      latchkey("client", "list"),
    ]);
    const second = JSON.parse(rotated.stdout) as Credentials;
    for (const credentials of [first, second]) expect(await token(credentials)).toMatch(/^lka_/);
    const clients = listed.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(clients).toContainEqual(
      expect.objectContaining({
        client_id: first.client_id,
        name: "Billing",
        scopes: ["users.read", "introspect"],
        grant_types: ["client_credentials"],
      }),
    );
    expect(table.stdout).toMatch(
      new RegExp(`^ID +NAME[^]*\n${first.client_id} +Billing +confidential`),
    );
    expect(listed.stdout + table.stdout).not.toContain("lkcs_");
  });

  test("update: an application may do without PKCE, and no longer", async () => {
    const pkceOf = async (id: string) =>
      (await latchkey("client", "list", "--json")).stdout
        .split("\n")
        .find((line) => line.includes(id))
        ?.match(/"pkce_optional":(\w+)/)?.[1];
    const create = ["client", "create", "--name", "Old library"];
    const made = await latchkey(...create, "--pkce-optional");
    const { client_id: id } = JSON.parse(made.stdout) as Credentials;
    expect(await pkceOf(id)).toBe("true");
    expect((await latchkey("client", "update", id, "--no-pkce-optional")).code).toBe(0);
    expect(await pkceOf(id)).toBe("false");
    expect((await latchkey("client", "update", id)).code).toBe(1);
    const refused = await latchkey(...create, "--public", "--pkce-optional");
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining("pkce_optional")]);
    const help = await latchkey("client", "create", "--help");
    expect(help.stdout).toMatch(/--pkce-optional[^]*injected\s+codes/);
  });

  test("keys rotate: the running server shows the new keys beside the old ones", async () => {
    const [ec, rsa] = await keys();
    const { code, stdout } = await latchkey("keys", "rotate");
    expect(code).toBe(0);
    // The server has the keys in memory for five seconds.
    await expect.poll(keys).toHaveLength(4);
    const [newEc, , newRsa] = await keys();
    expect(await keys()).toEqual([newEc, ec, newRsa, rsa]);
    expect(stdout).toMatch(new RegExp(`${newRsa} of RS256, [^]*${newEc} of ES256, `));
    const one = await latchkey("keys", "rotate", "--alg", "ES256");
    expect([one.code, one.stdout.trim().split("\n").length]).toEqual([0, 1]);
    expect((await latchkey("keys", "rotate", "--alg", "none")).code).toBe(2);
  });
});

describe("user", () => {
  const { latchkey, administrator, token, post } = useInstallation("mysql");

  test("lock and unlock: by address and by name, at once", async () => {
    const { id, secret } = await administrator();
    const password = "correct horse battery";
    const { user } = JSON.parse(
      await post(
        "/v1/users",
        { username: "ada", email: "ada@example.com", password },
        await token({ client_id: id, client_secret: secret }),
      ),
    ) as { user: { id: string } };
    const locked = await latchkey(
      "user",
      "lock",
      "Ada@Example.com",
      "--reason",
      "stolen",
      "--until",
      "2h",
    );
    expect([locked.code, locked.stdout]).toEqual([
      0,
      expect.stringMatching(`^Locked ${user.id} until 2`),
    ]);
    expect(await post("/v1/sessions", { username: "ada", password })).toContain("USER_LOCKED");
    const [unlocked, granted] = await Promise.all([
      latchkey("user", "unlock", "ada"),
      latchkey("admin", "grant", "ada"),
    ]);
    expect(unlocked.stdout).toBe(`Unlocked ${user.id}.\n`);
    expect(granted.stdout).toBe(`ada@example.com (${user.id}) is an administrator now.\n`);
    expect(granted.stderr).toContain("Careful: the address ada@example.com is unconfirmed.");
    expect(granted.stderr).toContain(`latchkey admin revoke ${user.id}`);
    const again = await latchkey("admin", "grant", "ada@example.com");
    expect([again.stdout, again.stderr]).toEqual([
      `ada@example.com (${user.id}) was an administrator already.\n`,
      granted.stderr,
    ]);
    expect((await latchkey("admin", "revoke", "ada")).stderr).toBe("");
    const folder = await mkdtemp(join(tmpdir(), "latchkey-grant-"));
    await writeFile(
      join(folder, "users.jsonl"),
      JSON.stringify({ email: "grace@example.com", email_verified: true, password }),
    );
    await latchkey("user", "import", join(folder, "users.jsonl"));
    await rm(folder, { recursive: true });
    expect(await latchkey("admin", "grant", "grace@example.com")).toMatchObject({
      code: 0,
      stderr: "",
    });
    expect(await post("/v1/sessions", { username: "ada", password })).toContain("lks_");
  });
});

describe("what can't be done", () => {
  const nowhere = { DATA_DIR: join(import.meta.dirname, "nowhere") };
  const all = (...commands: string[]) =>
    Promise.all(commands.map((words) => run(words.split(" "), nowhere)));

  test("wrong words end with 2 and a hint, and touch nothing", async () => {
    const answers = await all(
      "client lst",
      "client list --jsn",
      "user lock ada",
      "user lock ada --reason x --until 2001-01-01",
      "admin grant",
    );
    const hints = [
      /unknown command 'lst'\n\(Did you mean list\?\)/,
      /unknown option '--jsn'\n\(Did you mean --json\?\)/,
      /'--reason <text>' not specified/,
      /a moment in the future/,
      /missing required argument 'user'/,
    ];
    expect(answers.map(({ code, stdout, stderr }) => [code, stdout, stderr])).toEqual(
      hints.map((hint) => [2, "", expect.stringMatching(hint)]),
    );
  });

  test("a folder without a database ends with 1; help with 0", async () => {
    const [nothing, help] = await all("client list", "client create --help");
    expect([nothing!.code, nothing!.stderr]).toEqual([
      1,
      expect.stringContaining("there is no database in"),
    ]);
    expect([help!.code, help!.stdout]).toEqual([
      0,
      expect.stringMatching(/--redirect-uri <uri>[^]*Examples:\n {2}latchkey client create/),
    ]);
  });
});
