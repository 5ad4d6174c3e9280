// `latchkey import`, `import undo` and `export`, and what clients then do with what they have.
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call } from "../legacy/call.ts";
import { newFolder } from "../mariadb-server.ts";
import { type Installation, install, type Latchkey, runWarm } from "../process/latchkey.ts";
import { HELD, jsonl, lines, sha256 } from "./lines.ts";
import { WRONG_LINES } from "./wrong-lines.ts";

type Summary = {
  batch: string;
  lines: number;
  imported: Record<string, number>;
  unchanged: number;
  invalid: number;
};

const ALL = {
  user: 3,
  client: 5,
  secret_pair: 1,
  partner_key: 1,
  group: 1,
  member: 1,
  access_key: 2,
  refresh_token: 2,
  session_token: 1,
  device: 1,
  consent: 2,
  resource: 1,
  session_client: 1,
};

describe.each(["sqlite", "mysql"] as const)("state on %s", (engine) => {
  let installation: Installation;
  let server: Latchkey;
  let folder: string;
  let file: string;
  beforeAll(async () => {
    folder = await newFolder();
    installation = await install(engine);
    server = await installation.start({ LOG_LEVEL: "silent" });
    file = join(folder, "state.jsonl");
    await writeFile(file, jsonl(lines()));
  });
  afterAll(async () => {
    await server.stop();
    await installation.remove();
  });
  const latchkey = (...words: string[]) => runWarm(words, installation.environment);
  const importing = async (...words: string[]) => {
    const { code, stdout, stderr } = await latchkey("import", ...words);
    return { code, stderr, summary: JSON.parse(stdout) as Summary };
  };
  const post = (path: string, fields: Record<string, string>, headers = {}) =>
    call(`${server.url}${path}`, "POST", fields, headers);
  const basic = (id: string, secret: string) => ({
    authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString("base64")}`,
  });
  const encoded = (text: string) => encodeURIComponent(text).replaceAll("%20", "+");
  const introspect = async (token: string): Promise<Record<string, unknown>> => {
    const { id, secret } = await installation.administrator();
    const { text } = await post("/oauth2/introspect", { token }, basic(id, secret));
    return JSON.parse(text) as Record<string, unknown>;
  };

  test("a dry run finds nothing wrong and changes nothing", async () => {
    const { code, summary } = await importing(file, "--dry-run");
    expect([code, summary.imported, summary.invalid]).toEqual([0, ALL, 0]);
    expect(
      (
        await post("/user/login", {
          AccID: "acc-ada",
          Email: "ada@example.com",
          Password: HELD.password,
        })
      ).status,
    ).toBe(401);
  });

  test("lines refer backwards and forwards, and the same file changes nothing", async () => {
    const { code, summary, stderr } = await importing(file);
    expect([code, stderr]).toEqual([0, ""]);
    expect(summary).toMatchObject({ lines: 22, imported: ALL, unchanged: 0, invalid: 0 });
    const again = await importing(file);
    expect([again.code, again.summary.imported]).toEqual([0, {}]);
    expect(again.summary.unchanged).toBe(22);
  });

  test("an application that was switched off is so here too", async () => {
    const { stdout } = await latchkey("client", "list", "--json");
    const listed = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { client_id: string; [field: string]: unknown });
    expect(
      listed.find(({ client_id }) => client_id === "phone-app" || client_id === "Phone-App"),
    ).toMatchObject({ disabled: true, disable_reason: "stolen", verified: false });
    expect(listed.filter(({ disabled }) => disabled === true)).toHaveLength(1);
    const form = { client_id: "Phone-App", grant_type: "refresh_token", refresh_token: "x" };
    const { status, text } = await post("/oauth2/token", form);
    expect([status, text]).toEqual([401, expect.stringContaining("invalid_client")]);
  });

  test("users sign in, and a pair is shown and taken as it was", async () => {
    const login = { AccID: "acc-ada", Email: "ada@example.com", Password: HELD.password };
    expect((await post("/user/login", login)).status).toBe(200);
    const signedIn = await post("/login/", { username: "ada", password: HELD.password });
    const { data } = JSON.parse(signedIn.text) as { data: { token: string } };
    const profile = await call(`${server.url}/auth/`, "GET", undefined, {
      authorization: data.token,
    });
    expect(JSON.parse(profile.text)).toMatchObject({
      data: { secret_id: HELD.secretId, secret_value: HELD.secretValue },
    });
    const pair = { secret_id: HELD.secretId, secret_value: HELD.secretValue };
    const query = new URLSearchParams({
      secret_id: HELD.secretId,
      redirect_uri: "https://partner.example/cb",
    }).toString();
    const ada = { username: "ada", password: HELD.password };
    const code = await post(`/login/?${query}`, ada);
    const { authorization_code } = (JSON.parse(code.text) as { data: Record<string, string> }).data;
    const redeemed = await post("/oauth/", { ...pair, authorization_code: authorization_code! });
    expect([redeemed.status, redeemed.text]).toEqual([200, expect.stringContaining("ada@example")]);
  });

  test("keys, tokens and secrets work as they were given", async () => {
    for (const token of [HELD.accessKey, HELD.hashedKey])
      expect(await introspect(token)).toMatchObject({
        active: true,
        client_id: HELD.clientId,
        sub: "legacy-1",
        group_id: HELD.groupId,
      });
    expect(await introspect(HELD.session)).toMatchObject({ active: true, sub: "legacy-1" });
    expect(await introspect(HELD.refresh)).toMatchObject({ active: true });
    const registered = { login: "zoe", password: "p", email: "zoe@z.example", ip: "10.0.0.1" };
    const key = { authorization: HELD.partnerKey };
    expect((await post("/oauth2/register", registered, key)).status).toBe(200);
    const senler = {
      client_id: HELD.clientId,
      client_secret: HELD.clientSecret,
      redirect_uri: HELD.redirectUri,
      code: "f".repeat(64),
    };
    // The secret is right: the code is what is wrong.
    expect((await post("/ajax/cabinet/OAuth2token", senler)).text).toContain('"error_code":12');
    const refreshed = await post(
      "/oauth2/token",
      { grant_type: "refresh_token", refresh_token: HELD.refresh },
      basic("plain-client", HELD.otherSecret),
    );
    // The limits have come with the token.
    expect([refreshed.status, JSON.parse(refreshed.text)]).toMatchObject([
      200,
      { scope: "profile mcp:tools", authorization_details: [HELD.detail] },
    ]);
    const unproven = await post("/oauth2/token", {
      grant_type: "refresh_token",
      refresh_token: HELD.limited,
      client_id: "itself",
    });
    expect([unproven.status, unproven.text]).toEqual([
      400,
      expect.stringContaining("bound to another key"),
    ]);
    const reused = await post(
      "/oauth2/token",
      { grant_type: "refresh_token", refresh_token: HELD.refresh },
      basic("plain-client", HELD.otherSecret),
    );
    expect(reused.status).toBe(400);
  });

  test("Basic credentials of imported clients may be encoded or stand as they are", async () => {
    const grant = { grant_type: "authorization_code", code: "x", redirect_uri: HELD.redirectUri };
    const stands = await post("/oauth2/token", grant, basic(HELD.clientId, HELD.clientSecret));
    const coded = await post(
      "/oauth2/token",
      grant,
      basic(encoded(HELD.clientId), encoded(HELD.clientSecret)),
    );
    const wrong = await post("/oauth2/token", grant, basic(HELD.clientId, `${HELD.clientSecret}x`));
    expect([stands.text, coded.text].map((text) => text.includes("invalid_grant"))).toEqual([
      true,
      true,
    ]);
    expect(wrong.text).toContain("invalid_client");
  });

  test("a kokids token proves a deletion, once its user is another than before", async () => {
    const line = { kind: "user", email: "gone@example.com", acc_id: "acc-gone" };
    const session = {
      kind: "session_token",
      token: "token of gone",
      user: "gone@example.com",
      expires_at: "2126-01-01T00:00:00Z",
    };
    const more = join(folder, "more.jsonl");
    await writeFile(more, jsonl([session, line]));
    expect((await importing(more)).code).toBe(0);
    const fields = { AccID: "acc-gone", Email: "gone@example.com" };
    const headers = { authorization: session.token };
    expect((await post("/user/delete", fields, headers)).status).toBe(200);
    expect(await introspect(session.token)).toEqual({ active: false });
  });

  test("what is wrong or collides is reported by line and field, and changes nothing", async () => {
    const wrong = join(folder, "wrong.jsonl");
    await writeFile(wrong, `${jsonl(WRONG_LINES.map(([line]) => line))}{"kind":"user"\n`);
    const { code, summary } = await importing(wrong);
    expect([code, summary.imported, summary.invalid]).toEqual([1, {}, WRONG_LINES.length + 1]);
    const report = readFileSync(`${wrong}.errors.jsonl`, "utf8");
    const reported = report
      .trim()
      .split("\n")
      .map((text) => JSON.parse(text) as { line: number; field: string; reason: string });
    const fields = reported.toSorted((a, b) => a.line - b.line).map(({ field }) => field);
    expect(fields).toEqual([...WRONG_LINES.map(([, field]) => field), ""]);
    expect(report).not.toContain(HELD.clientSecret);
  });

  test("everything goes out and comes in elsewhere, and goes out the same", async () => {
    // The server wraps the quick hash some seconds after the import.
    const all = async (): Promise<string> => (await latchkey("export")).stdout;
    await expect.poll(all).toContain('"password_hash":"$over$');
    const exported = await all();
    expect(exported).toContain(`"authorization_details":[${JSON.stringify(HELD.detail)}]`);
    expect(exported).toContain('"auth_time":"2026-01-31T18:00:00.250Z"');
    expect(exported).toContain('"policy_uri":"https://shop.example/privacy"');
    const other = await install(engine === "sqlite" ? "mysql" : "sqlite");
    try {
      await runWarm(["migrate"], other.environment);
      const copy = join(folder, "copy.jsonl");
      await writeFile(copy, exported);
      const { code, stdout } = await runWarm(["import", copy], other.environment);
      expect([code, JSON.parse(stdout).invalid]).toEqual([0, 0]);
      const again = (await runWarm(["export"], other.environment)).stdout;
      const sorted = (text: string) => text.trim().split("\n").toSorted();
      expect(sorted(again)).toEqual(sorted(exported));
      // The wrapped hash works there too.
      expect(exported).toContain('"password_hash":"$over$');
      const served = await other.start({ LOG_LEVEL: "silent" });
      const login = new URLSearchParams({ username: "kratos", password: "test" });
      const signedIn = await fetch(`${served.url}/login/`, { method: "POST", body: login });
      expect(signedIn.status).toBe(200);
      await served.stop();
      expect(sorted(again).length).toBeGreaterThan(14);
      expect(exported).toContain(sha256(HELD.session));
      expect(exported).not.toContain(HELD.clientSecret);
    } finally {
      await other.remove();
    }
  });

  test("an undo takes back what was neither used nor changed, and lists the rest", async () => {
    const batches = (await latchkey("import", "list")).stdout.trim().split("\n");
    const first = JSON.parse(batches.at(-1)!) as { batch: string; imported: object };
    const { code, stdout } = await latchkey("import", "undo", first.batch);
    const { removed, kept } = JSON.parse(stdout) as {
      removed: Record<string, number>;
      kept: { kind: string; ref: string; why: string }[];
    };
    expect(code).toBe(0);
    // The user has signed in, and the keys and the session were introspected.
    expect(kept.map(({ kind }) => kind)).toContain("user");
    expect(removed).toMatchObject({ device: 1, member: 1 });
    const again = JSON.parse((await latchkey("import", "undo", first.batch)).stdout) as {
      removed: object;
      kept: object[];
    };
    expect([again.removed, again.kept.length]).toEqual([{}, kept.length]);
    expect((await latchkey("import", "undo", "none")).code).toBe(1);
    const login = { username: "ada", password: HELD.password };
    expect((await post("/login/", login)).status).toBe(200);
  });
});
