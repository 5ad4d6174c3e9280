// What kind of application a client is, and its settings, on the command line.
import { generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Installation, install, runWarm } from "../process/latchkey.ts";

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const KEY = publicKey.export({ format: "jwk" });

const words = (text: string): string[] => text.split(" ");

describe.each(["sqlite", "mysql"] as const)("settings on %s", (engine) => {
  let installation: Installation;
  let folder: string;
  beforeAll(async () => {
    installation = await install(engine);
    folder = await mkdtemp(join(tmpdir(), "keys-"));
    expect((await latchkey("migrate")).code).toBe(0);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true });
    await installation.remove();
  });
  const latchkey = (...words: string[]) => runWarm(words, installation.environment);
  const listed = async (id: string): Promise<Record<string, unknown>> =>
    (await latchkey("client", "list", "--json")).stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .find(({ client_id }) => client_id === id)!;
  const created = async (...words: string[]): Promise<Record<string, string>> => {
    const { stdout, stderr } = await latchkey("client", "create", "--name", "Shop", ...words);
    expect(stderr).toBe("");
    return JSON.parse(stdout) as Record<string, string>;
  };

  test("a kind decides on the grant types and on the secret", async () => {
    const machine = await created("--type", "machine");
    expect(machine["client_secret"]).toBeDefined();
    expect(await listed(machine["client_id"]!)).toMatchObject({
      public: false,
      grant_types: ["client_credentials"],
      settings: { application_type: "machine" },
    });
    const page = await created("--type", "single_page", "--redirect-uri", "https://shop.example/");
    expect(page["client_secret"]).toBeUndefined();
    expect(await listed(page["client_id"]!)).toMatchObject({
      public: true,
      grant_types: ["authorization_code", "refresh_token"],
      settings: { application_type: "single_page" },
    });
    const wrong = await latchkey("client", "create", "--name", "x", "--type", "x");
    expect([wrong.code, wrong.stdout]).toEqual([2, ""]);
    const refused = ["--name", "x", "--type", "machine", "--public"];
    expect((await latchkey("client", "create", ...refused)).code).toBe(1);
  });

  test("settings are set, replaced one by one, and removed", async () => {
    const keys = join(folder, "keys.json");
    await writeFile(keys, JSON.stringify({ keys: [KEY] }));
    const { client_id: id = "", client_secret: secret } = await created(
      ...words("--type web --redirect-uri https://shop.example/a"),
      ...words(`--auth-method private_key_jwt --jwks-file ${keys} --id-token-alg ES256`),
      ...words("--post-logout-redirect-uri https://shop.example/b"),
      ...words("--post-logout-redirect-uri https://shop.example/c"),
      ...words("--set default_max_age=3600 --set require_auth_time=true"),
      ...words("--set contacts=ada@shop.example --set contacts=bob@shop.example"),
    );
    // It authenticates by its key.
    expect(secret).toBeUndefined();
    const settings = {
      application_type: "web",
      token_endpoint_auth_method: "private_key_jwt",
      jwks: { keys: [KEY] },
      id_token_signed_response_alg: "ES256",
      post_logout_redirect_uris: ["https://shop.example/b", "https://shop.example/c"],
      contacts: ["ada@shop.example", "bob@shop.example"],
      default_max_age: 3600,
      require_auth_time: true,
    };
    expect((await listed(id))["settings"]).toEqual(settings);
    const change = words(
      "--backchannel-logout-uri https://shop.example/logout --userinfo-alg RS256 " +
        "--set default_max_age= --set require_auth_time=false",
    );
    expect(await latchkey("client", "update", id, ...change)).toMatchObject({
      code: 0,
      stdout: `${id} is changed.\n`,
      stderr: "",
    });
    const { default_max_age: _, require_auth_time: __, ...kept } = settings;
    const after = {
      ...kept,
      userinfo_signed_response_alg: "RS256",
      backchannel_logout_uri: "https://shop.example/logout",
    };
    expect((await listed(id))["settings"]).toEqual(after);

    await writeFile(keys, JSON.stringify(privateKey.export({ format: "jwk" })));
    const wrong: readonly (readonly [given: string[], code: number, says: RegExp])[] = [
      [["--jwks-file", keys], 1, /private or symmetric key/],
      [["--jwks-file", `${keys}.none`], 1, /ENOENT/],
      [["--id-token-alg", "none"], 1, /id_token_signed_response_alg must be RS256 or ES256/],
      [["--jwks-uri", "https://shop.example/keys"], 1, /exclude each other/],
      [["--set", "default_max_age=soon"], 1, /default_max_age is not a whole number/],
      [["--set", "scopes=admin"], 2, /It is name=value with one of application_type, /],
      [["--set", "contacts"], 2, /It is name=value/],
      [["--set", "jwks="], 1, /needs jwks or jwks_uri/],
    ];
    let count = 0;
    for (const [given, code, says] of wrong) {
      const refused = await latchkey("client", "update", id, ...given);
      expect([given, refused.code, refused.stdout]).toEqual([given, code, ""]);
      expect(refused.stderr).toMatch(says);
      count++;
    }
    expect(count).toBe(8);
    expect((await listed(id))["settings"]).toEqual(after);
  });
});
