// What the transcripts of secretpair can't show: the token from within, what happens at once, and
// what is written down.
import { createLocalJWKSet, type JSONWebKeySet, jwtVerify, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import { stores } from "../mariadb.ts";
import { unique, useServer } from "../use-server.ts";
import { call, race } from "./call.ts";

const engines = stores.map(({ engine }) => engine);

/** The token of the document, from its `/register/`. */
const SAMPLE =
  "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9." +
  "eyJ1c2VybmFtZSI6Ilx1NWMwZlx1NjYwZSIsImVtYWlsIjoiMTczNzE0MzgyMjdAMTIyLmNvbSIsImV4" +
  "cCI6MTYzMzQyOTc2MH0." +
  "wOlkq43bbxqCwE7j8AgWUoAGdJN66Mg-sGMethZxw1s";

/** As a page reads the payload: no UTF-8, no signature. */
const read = (token: string): Readonly<Record<string, unknown>> =>
  JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/"))) as Record<
    string,
    unknown
  >;

const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");

describe.each(engines)("secretpair on %s", (engine) => {
  const used = useServer({ engine });
  const register = async (username = unique("小明 🐼 ")) => {
    const [email, password] = [`${unique()}@122.com`, unique("密码")];
    const { status, text } = await call(`${used.url}/register/`, "POST", {
      username,
      email,
      password,
    });
    expect(status).toBe(200);
    const { token } = (JSON.parse(text) as { data: { token: string } }).data;
    return { username, email, password, token };
  };
  const profile = (token: string) =>
    call(`${used.url}/auth/`, "GET", undefined, { authorization: token });
  const become = (token: string) =>
    call(`${used.url}/auth/`, "PATCH", { is_developer: "true" }, { authorization: token });
  const developer = async () => {
    const user = await register();
    const { secret_id: id, secret_value: secret } = (
      JSON.parse((await become(user.token)).text) as {
        data: Record<"secret_id" | "secret_value", string>;
      }
    ).data;
    return { ...user, id, secret };
  };
  const signIn = (
    { username, password }: { username: string; password: string },
    id: string,
    redirectUri = "http://example.com",
  ) =>
    call(
      `${used.url}/login/?${new URLSearchParams({ secret_id: id, redirect_uri: redirectUri })}`,
      "POST",
      { username, password },
    );
  const codeOf = async (
    user: { username: string; password: string },
    id: string,
  ): Promise<string> =>
    (JSON.parse((await signIn(user, id)).text) as { data: { authorization_code: string } }).data
      .authorization_code;
  const redeem = (id: string, secret: string, code: string) =>
    call(`${used.url}/oauth/`, "POST", {
      secret_id: id,
      secret_value: secret,
      authorization_code: code,
    });

  test("the token begins with the document's fields, in order and in ASCII", async () => {
    const { username, email, token } = await register();
    expect(Object.keys(read(token)).slice(0, 3)).toEqual(Object.keys(read(SAMPLE)));
    expect(read(token)).toMatchObject({ username, email, iss: used.url, aud: "secretpair" });
    const { exp, iat } = read(token) as { exp: number; iat: number };
    expect(exp - iat).toBe(30 * 86_400);
  });

  test("the token is signed with the published key, by ES256", async () => {
    const { token, username } = await register();
    const keys = (await (await fetch(`${used.url}/.well-known/jwks.json`)).json()) as JSONWebKeySet;
    const { payload, protectedHeader } = await jwtVerify(token, createLocalJWKSet(keys), {
      issuer: used.url,
      audience: "secretpair",
    });
    expect(payload["username"]).toBe(username);
    expect(protectedHeader).toEqual({ typ: "JWT", alg: "ES256", kid: keys.keys[0]!.kid });
  });

  test("no client makes a token or changes one", async () => {
    const { token } = await register();
    const [header = "", payload = "", signature = ""] = token.split(".");
    const keys = await (await fetch(`${used.url}/.well-known/jwks.json`)).text();
    const confused = await new SignJWT(read(token))
      .setProtectedHeader({ typ: "JWT", alg: "HS256" })
      .sign(Buffer.from(keys));
    const forged = [
      `${encode({ typ: "JWT", alg: "none" })}.${payload}.`,
      `${encode({ typ: "JWT", alg: "none" })}.${payload}.${signature}`,
      `${header}.${encode({ ...read(token), exp: 32_503_680_000 })}.${signature}`,
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${payload}.${signature.slice(0, -1)}${signature.endsWith("A") ? "Q" : "A"}`,
      `${token}=`,
      confused,
      SAMPLE,
    ];
    for (const each of forged) expect([each, (await profile(each)).status]).toEqual([each, 401]);
    expect((await profile(token)).status).toBe(200);
  });

  test("of many who become a developer at once, all get one pair, made once", async () => {
    const { token, username } = await register();
    const answers = new Set(
      (await Promise.all(Array.from({ length: 12 }, () => become(token)))).map(({ text }) => text),
    );
    expect([...answers]).toEqual([
      expect.stringMatching(/"secret_id":"[\w=]+","secret_value":"[0-9a-f]{64}"/),
    ]);
    const { id, developer: isDeveloper } = (await used.server.store.users.findByUsername(
      "default",
      username,
    ))!;
    expect(isDeveloper).toBe(true);
    const events = await used.server.store.audit.list({ userId: id }, { limit: 100 });
    expect(events.filter(({ type }) => type === "client.create")).toHaveLength(1);
  });

  test("of many who redeem a code at once, one does", async () => {
    const { id, secret, ...user } = await developer();
    const code = await codeOf(user, id);
    expect(await race(12, () => redeem(id, secret, code))).toEqual([
      200,
      ...Array<number>(11).fill(400),
    ]);
  });

  test("of many redirect URIs that come first at once, one is pinned", async () => {
    const { id } = await developer();
    const user = await register();
    expect(await race(6, (index) => signIn(user, id, `http://example.com/${index}`))).toEqual([
      200,
      ...Array<number>(5).fill(400),
    ]);
    expect((await used.server.store.clients.find(id))?.redirectUris).toHaveLength(1);
  });

  test("a code dies with its user's access", async () => {
    const { id, secret } = await developer();
    const gone = await register();
    const code = await codeOf(gone, id);
    const { id: userId } = (await used.server.store.users.findByUsername(
      "default",
      gone.username,
    ))!;
    await used.administrator.users.lockUser({ userId, reason: "it is only a test" });
    expect((await redeem(id, secret, code)).text).toBe(
      '{"code":400,"message":"授权码无效或已过期","data":null}',
    );
  });

  test("keeps no secret, logs none, and writes down who saw one", async () => {
    const { id, secret, ...user } = await developer();
    const code = await codeOf(user, id);
    expect(
      (await call(`${used.url}/oauth/?secret_value=${secret}&authorization_code=${code}`, "GET"))
        .status,
    ).toBe(400);
    await redeem(id, secret, "x");
    await redeem(id, secret, code);
    await profile(user.token);
    const { clients, users, audit } = used.server.store;
    const kept = JSON.stringify([await clients.find(id), await clients.secrets(id, 0)]);
    expect(kept).not.toContain(secret);
    const { id: userId } = (await users.findByUsername("default", user.username))!;
    const events = await audit.list({ userId }, { limit: 100 });
    expect(events.filter(({ type }) => type === "client.reveal_secret")).toHaveLength(2);
    const written = used.server.log.join("") + JSON.stringify(events);
    expect(written).toContain("SecretpairService");
    for (const text of [secret, code, user.token, user.password, user.email])
      expect(written).not.toContain(text);
  });
});
