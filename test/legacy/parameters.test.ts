// What a parameter without a value means, and which values are read: in a form, a query, a
// multipart form and JSON.
import { beforeAll, describe, expect, test } from "vitest";
import { stores } from "../mariadb.ts";
import { unique, useServer } from "../use-server.ts";

const used = useServer();

type Fields = Readonly<Record<string, string>>;

/** Sends fields in one of the ways of the documented APIs. */
const WAYS: Readonly<Record<string, (fields: Fields) => RequestInit>> = {
  form: (fields) => ({ body: new URLSearchParams(fields) }),
  multipart: (fields) => {
    const form = new FormData();
    for (const [name, value] of Object.entries(fields)) form.append(name, value);
    return { body: form };
  },
  JSON: (fields) => ({
    body: JSON.stringify(fields),
    headers: { "content-type": "application/json" },
  }),
};

const send = async (path: string, { headers = {}, ...init }: RequestInit, key = "") => {
  const response = await fetch(used.url + path, {
    method: "POST",
    redirect: "manual",
    ...init,
    headers: { ...(headers as Fields), ...(key === "" ? {} : { authorization: key }) },
  });
  return { status: response.status, text: await response.text() };
};

const SENLER = "/ajax/cabinet/OAuth2token";
const code = { client_id: "a", client_secret: "b", redirect_uri: "c", code: "d" };

describe.each(Object.keys(WAYS))("by %s", (way) => {
  const by = WAYS[way]!;

  test("senler takes a blank community and a blank grant for none", async () => {
    const blank = { ...code, group_id: "", grant_type: "" };
    expect((await send(SENLER, by(blank))).text).toContain("Wrong client credentials");
    expect((await send(SENLER, by({ ...code, group_id: "x" }))).text).toContain(
      "Required parameter missing: group_id",
    );
    expect((await send(SENLER, by({ ...blank, code: "" }))).text).toContain("missing: code");
  });

  test("kokids needs OSInt, and takes a blank SDKVerC", async () => {
    const user = {
      AccID: unique("acc-"),
      Email: `${unique()}@kids.example`,
      UserID: unique(),
      Password: "secret 1",
      Bundle: "b",
      OSInt: "",
      GAID: "g",
      SDKVerC: "",
    };
    expect((await send("/user/create", by(user))).status).toBe(400);
    expect((await send("/user/create", by({ ...user, OSInt: "-1" }))).status).toBe(200);
  });

  test("secretpair takes a blank application and a blank second name for none", async () => {
    const user = { username: unique(), email: `${unique()}@example.cn`, password: "p1" };
    expect((await send("/register/", by(user))).status).toBe(200);
    const login = { username: user.username, email: "", password: "p1", secret_id: "" };
    expect((await send("/login/?secret_id=&state=", by(login))).status).toBe(200);
  });
});

test("senler takes a blank community in the query for none", async () => {
  const query = new URLSearchParams(code).toString();
  const get = async (more: string) => {
    const response = await fetch(`${used.url}${SENLER}?${query}&${more}`);
    return response.text();
  };
  expect(await get("group_id=")).toContain("Wrong client credentials");
  expect(await get("group_id=&group_id=")).toContain("Wrong client credentials");
  for (const twice of ["group_id=&group_id=5", "group_id=5&group_id=", "group_id=4&group_id=5"])
    expect(await get(twice)).toContain("Invalid request");
});

test("the token endpoint treats parameters without a value as omitted", async () => {
  const answered = await send("/oauth2/token", {
    body: new URLSearchParams([
      ["grant_type", "client_credentials"],
      ["scope", ""],
      ["client_id", "x"],
    ]),
  });
  expect(answered.text).toContain("invalid_client");
});

describe("zimoxy", () => {
  let key = "";
  beforeAll(async () => {
    const created = await used.administrator.oauth.createClient({
      client: { name: "Partner", apis: ["zimoxy"] },
    });
    key = created.clientSecret;
  });

  test.each(["fe80::1%eth0", "fe80::1%1", "1.2.3.4%eth0", "::1%", "1.2.3", "1.2.3.4:80", "[::1]"])(
    "doesn't take %s for an address",
    async (ip) => {
      const user = { login: unique(), password: "p1", email: `${unique()}@example.ru`, ip };
      const answered = await send("/oauth2/register", WAYS.form!(user), key);
      expect(answered).toEqual({
        status: 400,
        text: '{"msg":"Неверные данные: ip.","status":false}',
      });
      const login = { login: user.login, password: "p1", ip };
      expect((await send("/oauth2/login", WAYS.form!(login), key)).status).toBe(400);
    },
  );

  test("takes a blank address at sign-in for none", async () => {
    const user = { login: unique(), password: "p1", email: `${unique()}@example.ru`, ip: "::1" };
    expect((await send("/oauth2/register", WAYS.form!(user), key)).status).toBe(200);
    const login = { login: user.login, password: "p1", ip: "" };
    for (const by of Object.values(WAYS))
      expect((await send("/oauth2/login", by(login), key)).status).toBe(200);
  });
});

describe.each(stores.map(({ engine }) => engine))("kokids on %s", (engine) => {
  const server = useServer({ engine });

  test("keeps every 64-bit OSInt of JSON, as a number and as a text", async () => {
    for (const [written, osInt] of [
      ["9007199254740992", 2n ** 53n],
      ["9007199254740993", 2n ** 53n + 1n],
      ["9223372036854775807", 2n ** 63n - 1n],
      ["-9223372036854775808", -(2n ** 63n)],
      ["-9007199254740993", -(2n ** 53n) - 1n],
      ['"9007199254740993"', 2n ** 53n + 1n],
      ["-1", -1n],
    ] as const) {
      const name = unique();
      const body =
        `{"AccID":"a","Email":"${name}@kids.example","UserID":"${name}","Password":"p",` +
        `"Bundle":"b","OSInt":${written},"GAID":"g"}`;
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${server.url}/user/create`, { method: "POST", headers, body });
      expect([written, response.status]).toEqual([written, 200]);
      const { id } = (await server.server.store.users.findByUsername("default", name))!;
      expect(await server.server.store.devices.list(id)).toMatchObject([{ osInt }]);
    }
  });

  test.each(["9223372036854775808", "-9223372036854775809", "1.5", "9007199254740992.5", "true"])(
    "refuses %s as OSInt",
    async (written) => {
      const name = unique();
      const response = await fetch(`${server.url}/user/create`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body:
          `{"AccID":"a","Email":"${name}@kids.example","UserID":"${name}","Password":"p",` +
          `"Bundle":"b","OSInt":${written},"GAID":"g"}`,
      });
      expect([response.status, await response.text()]).toEqual([
        400,
        '{"error":"Email, UserID, and Password are required"}',
      ]);
    },
  );
});
