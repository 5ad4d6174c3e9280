// The predecessors are what they claim to be, since the move is proved with them.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { call } from "../legacy/call.ts";
import { LIES } from "./behaviour.ts";
import { type DocumentedBody, type Received, undocumented } from "./documents.ts";
import { type ApiName, groupOf, PARTNER, PARTNER_KEY, personOf } from "./people.ts";
import { type Predecessor, startPredecessor } from "./start.ts";

type Fields = Readonly<Record<string, string>>;

const SIZE = { users: 30, active: 4 };
const person = (api: ApiName, index = 0) => personOf(api, index, SIZE.active);

/** Starts one for a `describe`, and sends calls whose answers must be documented. */
function use(api: ApiName) {
  let server: Predecessor | undefined;
  beforeAll(async () => {
    server = await startPredecessor({ api, ...SIZE });
  });
  afterAll(() => server?.stop());
  const send = async (
    route: string,
    fields?: Fields,
    { query = "", headers = {} }: { query?: string; headers?: Fields } = {},
  ): Promise<Received & { readonly json: DocumentedBody }> => {
    const [method, path] = route.split(" ") as [string, string];
    const answered = await call(`${server!.url}${path}${query}`, method, fields, headers);
    const received = { ...answered, headers: Object.fromEntries(answered.headers) };
    expect(undocumented(route, received)).toBeUndefined();
    return { ...received, json: JSON.parse(answered.text) as DocumentedBody };
  };
  return { send, server: () => server! };
}

/** The lines of a state by their kind. */
async function kindsOf(server: Predecessor): Promise<Record<string, Record<string, string>[]>> {
  const lines = (await server.state()).trim().split("\n");
  const objects = lines.map((line) => JSON.parse(line) as Record<string, string>);
  return Object.groupBy(objects, ({ kind }) => kind!) as never;
}

describe("kokids", () => {
  const { send, server } = use("kokids");
  const { username: UserID, email: Email, accId: AccID, password: Password } = person("kokids");
  const device = { Bundle: "com.example.hair", OSInt: "1", GAID: "d" };
  const fresh = { AccID: "new", Email: "New@kokids.example", UserID: "new", Password: "пароль" };

  test("registers, signs in, signs out and deletes", async () => {
    const login = await send("POST /user/login", { Email, Password }, { query: `?AccID=${AccID}` });
    expect(login.status).toBe(200);
    expect((await send("POST /user/login", { Email, Password, AccID: "x" })).status).toBe(401);
    expect((await send("POST /user/create", { ...fresh, ...device })).status).toBe(200);
    expect((await send("POST /user/create", { ...fresh, ...device })).status).toBe(409);
    expect((await send("POST /user/create", { ...fresh, UserID, ...device })).status).toBe(409);
    expect((await send("POST /user/create", fresh)).status).toBe(400);
    const again = { AccID: "new", Email: "new@kokids.example", Password: "пароль" };
    expect((await send("POST /user/login", again)).status).toBe(200);
    expect((await send("POST /user/logout", again)).status).toBe(200);
    expect((await send("POST /user/delete", again)).status).toBe(200);
    expect((await send("POST /user/login", again)).status).toBe(401);
  });

  test("exports users with the digests of their passwords, devices and live tokens", async () => {
    const kinds = await kindsOf(server());
    expect(kinds["user"]).toHaveLength(SIZE.users);
    expect(kinds["user"]![0]).toMatchObject({ username: UserID, email: Email, acc_id: AccID });
    expect(kinds["user"]![0]!["password_hash"]).toMatch(/^\$md5\$pf=/);
    expect(kinds["device"]).toHaveLength(SIZE.users);
    expect(kinds["session_token"]).toHaveLength(1);
  });

  test("writes JSON as PHP does", async () => {
    const bodies = [];
    for (let count = 0; count < 40; count++)
      bodies.push(await send("POST /user/login", { AccID, Email, Password }));
    expect(bodies.some(({ text }) => text.includes("\\/"))).toBe(true);
  });

  test.each(LIES)("lies with %s, and counts the call all the same", async (lie) => {
    const before = (await server().calls())["POST /user/login"] ?? 0;
    await server().behave({ lie });
    const answer = await call(`${server().url}/user/login`, "POST", { Email }).catch(() => "none");
    await server().behave();
    if (answer !== "none") {
      const received = answer as Exclude<typeof answer, string>;
      const headers = Object.fromEntries(received.headers);
      expect(undocumented("POST /user/login", { ...received, headers })).toBeDefined();
    }
    expect((await server().calls())["POST /user/login"]).toBe(before + 1);
  });

  test("is slow, down, and up again at the same address", async () => {
    await server().behave({ delayMs: 200 });
    const start = performance.now();
    await send("POST /user/logout", { AccID, Email });
    expect(performance.now() - start).toBeGreaterThan(150);
    await server().behave({ down: true });
    await expect(call(server().url, "POST")).rejects.toThrow("fetch failed");
    await server().behave();
    expect((await send("POST /user/logout", { AccID, Email })).status).toBe(200);
  });
});

describe("secretpair", () => {
  const { send, server } = use("secretpair");
  const { username, email, password } = person("secretpair");
  const redirect_uri = "http://127.0.0.1:9/cb";

  test("gives a developer one pair, and an application a code", async () => {
    const { json } = await send("POST /login/", { username, password });
    const headers = { authorization: json.data!.token! };
    expect((await send("GET /auth/", undefined, { headers })).json.data?.secret_id).toBe("");
    const made = await send("PATCH /auth/", { is_developer: "true" }, { headers });
    expect((await send("GET /auth/", undefined, { headers })).json).toEqual(made.json);
    const { secret_id, secret_value } = made.json.data!;
    const query = `?${new URLSearchParams({ secret_id: secret_id!, redirect_uri })}`;
    const entered = await send("POST /login/", { email, password }, { query });
    const { authorization_code } = entered.json.data!;
    const pair = { secret_id: secret_id!, secret_value: secret_value! };
    const redeem = { ...pair, authorization_code: authorization_code! };
    expect((await send("POST /oauth/", { ...redeem, secret_value: "x" })).status).toBe(401);
    expect((await send("POST /oauth/", redeem)).json.data).toEqual({ username, email });
    expect((await send("POST /oauth/", redeem)).status).toBe(400);
    const kinds = await kindsOf(server());
    const expected = { kind: "secret_pair", user: email, ...pair, redirect_uris: [redirect_uri] };
    expect(kinds["secret_pair"]).toEqual([expected]);
    expect(kinds["user"]![0]!["password_hash"]).toMatch(/^pbkdf2_sha256\$/);
  });

  test("shows a page whose form needs its cookie", async () => {
    const { secret_id } = (await kindsOf(server()))["secret_pair"]![0]!;
    const query = new URLSearchParams({ secret_id: secret_id!, redirect_uri, state: "s t" });
    const url = `${server().url}/login/?${query}`;
    expect((await call(`${server().url}/oauth/?${query}`, "GET")).status).toBe(302);
    const page = await call(url, "GET");
    const csrfmiddlewaretoken = /value="([0-9a-f]+)"/.exec(page.text)![1]!;
    const form = { csrfmiddlewaretoken, username, password };
    expect((await call(url, "POST", form)).status).toBe(403);
    const cookie = page.headers.getSetCookie()[0]!.split(";")[0]!;
    const back = await call(url, "POST", form, { cookie });
    expect(back.headers.get("location")).toMatch(/\/cb\?authorization_code=[0-9a-f-]{36}&state=/);
  });

  test("refuses a taken name, a wrong password and a dead token", async () => {
    const taken = { username, email: "x@secretpair.example", password };
    expect((await send("POST /register/", taken)).status).toBe(409);
    expect((await send("POST /register/", { ...taken, username: "小明" })).status).toBe(200);
    expect((await send("POST /login/", { username, password: "x" })).status).toBe(401);
    expect((await send("GET /auth/")).status).toBe(401);
  });
});

describe("zimoxy", () => {
  const { send, server } = use("zimoxy");
  const headers = { authorization: PARTNER_KEY };
  const { username: login, email, password } = person("zimoxy");

  test("registers behind the key, and knows conflicts and locks", async () => {
    const fresh = { login: "new", email: "new@zimoxy.example", password, ip: "192.0.2.1" };
    expect((await send("POST /oauth2/register", fresh)).status).toBe(403);
    expect((await send("POST /oauth2/register", fresh, { headers })).status).toBe(200);
    expect((await send("POST /oauth2/register", fresh, { headers })).status).toBe(302);
    expect((await send("POST /oauth2/login", { login, password }, { headers })).status).toBe(200);
    await server().lock(email);
    expect((await send("POST /oauth2/login", { login, password }, { headers })).status).toBe(423);
    expect((await kindsOf(server()))["partner_key"]).toHaveLength(1);
  });
});

describe("senler", () => {
  const { send, server } = use("senler");
  const { email, password } = person("senler", 1);
  const { clientId: client_id, clientSecret: client_secret, redirectUri: redirect_uri } = PARTNER;

  test("asks for sign-in, a community and consent, and gives a key", async () => {
    const query = new URLSearchParams({ client_id, redirect_uri });
    const url = `${server().url}/cabinet/OAuth2authorize?${query}`;
    expect((await call(url, "GET")).text).toContain('type="password"');
    const entered = await call(url, "POST", { email, password });
    const headers = { cookie: entered.headers.getSetCookie()[0]!.split(";")[0]! };
    const group_id = groupOf(1);
    expect((await call(url, "GET", undefined, headers)).text).toContain(group_id);
    expect((await call(url, "POST", { group_id }, headers)).text).toContain("allow");
    const back = await call(url, "POST", { group_id, allow: "1" }, headers);
    const code = new URL(back.headers.get("location")!).searchParams.get("code")!;
    expect(code).toMatch(/^[0-9a-f]{64}$/);
    const redeem = { client_id, client_secret, redirect_uri, code };
    const route = "POST /ajax/cabinet/OAuth2token";
    expect((await send(route, { ...redeem, client_secret: "x" })).status).toBe(401);
    const { json } = await send(route, redeem);
    expect((await send(route, redeem)).status).toBe(400);
    const kinds = await kindsOf(server());
    const key = { kind: "access_key", token: json.access_token, user: email, client_id, group_id };
    expect(kinds["access_key"]).toEqual([key]);
    expect(kinds["group"]).toHaveLength(SIZE.active);
    expect(kinds["client"]).toHaveLength(1);
    expect(kinds["consent"]).toHaveLength(1);
  });
});
