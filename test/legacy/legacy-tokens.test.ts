// Tokens of the server before secretpair: HS256 under a key that both know.
import { createHmac } from "node:crypto";
import { decodeJwt } from "jose";
import { describe, expect, it, test } from "vitest";
import type { Clock } from "../../src/domain/clock.ts";
import { systemClock } from "../../src/domain/clock.ts";
import { Agent } from "../web/agent.ts";
import { stores } from "../mariadb.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";
import { call } from "./call.ts";

const SECRET = "old-key-1";
const HOUR = 3_600_000;
const engines = stores.map(({ engine }) => engine);

const part = (value: object | string): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

/** Signs as PyJWT does. */
function sign(payload: object, header: object = {}, secret = SECRET): string {
  const content = `${part({ typ: "JWT", alg: "HS256", ...header })}.${part(payload)}`;
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}

describe.each(engines)("tokens of the server before on %s", (engine) => {
  let ahead = 0;
  const clock: Clock = { ...systemClock, now: () => systemClock.now() + ahead };
  const used = useServer({
    engine,
    clock,
    environment: {
      SECRETPAIR_LEGACY_JWT_SECRET: SECRET,
      SECRETPAIR_LEGACY_JWT_UNTIL: "2126-01-01",
    },
  });

  const inHours = (hours: number): number => Math.floor((clock.now() + hours * HOUR) / 1000);
  const tokenOf = (user: Pick<SignedIn, "username" | "email">, claims: object = {}): string =>
    sign({ username: user.username, email: user.email, exp: inHours(23), ...claims });
  const profile = async (token: string): Promise<number> =>
    (await call(`${used.url}/auth/`, "GET", undefined, { authorization: token })).status;
  const introspect = async (token: string): Promise<Record<string, unknown>> => {
    const { clientId, clientSecret } = used.server.administrator;
    const { text } = await call(
      `${used.url}/oauth2/introspect`,
      "POST",
      { token },
      { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    );
    return JSON.parse(text) as Record<string, unknown>;
  };

  it("open what ours open: the profile, a pair, introspection", async () => {
    const user = await used.signUp();
    const token = tokenOf(user);
    expect(await profile(token)).toBe(200);
    expect(await profile(`Bearer ${token}`)).toBe(200);
    const made = await call(
      `${used.url}/auth/`,
      "PATCH",
      { is_developer: "true" },
      { authorization: token },
    );
    expect(made.status).toBe(200);
    expect(made.text).toContain(`"email":"${user.email}"`);
    expect(await introspect(token)).toMatchObject({ active: true, sub: user.id });
    // It is no token of other APIs.
    expect(
      (
        await call(`${used.url}/v1/users/me`, "GET", undefined, {
          authorization: `Bearer ${token}`,
        })
      ).status,
    ).toBe(401);
    const { sessions } = await user.users.listSessions({});
    expect(sessions.filter(({ api }) => api === "secretpair")).toHaveLength(1);
  });

  it("are found by both claims, as the user has them now", async () => {
    const [user, other] = [await used.signUp(), await used.signUp()];
    expect(await profile(tokenOf({ ...user, email: user.email.toUpperCase() }))).toBe(200);
    const wrong = [
      { username: other.username },
      { email: other.email },
      { username: "" },
      { username: user.username.toUpperCase() },
      { email: "" },
      { email: 1 },
      { username: undefined },
      { email: undefined },
    ];
    for (const claims of wrong) expect(await profile(tokenOf(user, claims))).toBe(401);
    expect(wrong).toHaveLength(8);
  });

  it("are refused when forged, ended, too long, or of another kind", async () => {
    const user = await used.signUp();
    const right = { username: user.username, email: user.email, exp: inHours(1) };
    const token = sign(right);
    const [header = "", payload = "", signature = ""] = token.split(".");
    const wrong = [
      sign(right, {}, "old-key-2"),
      sign(right, { alg: "none" }),
      `${part({ typ: "JWT", alg: "none" })}.${payload}.`,
      sign(right, { alg: "HS512" }),
      sign(right, { alg: "ES256" }),
      sign(right, { crit: ["x"], x: 1 }),
      sign(right, { b64: false, crit: ["b64"] }),
      sign(right, { typ: "at+jwt" }),
      sign({ ...right, exp: undefined }),
      sign({ ...right, exp: inHours(-1) }),
      sign({ ...right, exp: inHours(25) }),
      sign({ ...right, exp: 1e300 }),
      sign({ ...right, exp: "soon" }),
      sign({ ...right, iat: inHours(1) }),
      sign({ ...right, nbf: inHours(1) }),
      sign({ ...right, more: "x".repeat(5_000) }),
      `${header}.${payload}.${signature.slice(0, -2)}`,
      `${header}.${payload}.${signature}x`,
      `${header}.${part(JSON.stringify(right))}x.${signature}`,
      `${token}.`,
      `${header}.${payload}`,
      "..",
    ];
    for (const each of wrong) expect(await profile(each), each.slice(0, 60)).toBe(401);
    expect(wrong).toHaveLength(22);
    expect(await profile(token)).toBe(200);
  });

  /** Each end of a user's sessions, and whether the user is there afterwards. */
  const ENDS: Readonly<Record<string, (user: SignedIn) => Promise<unknown>>> = {
    "a new password": (user) =>
      user.users.changePassword({ currentPassword: user.password, newPassword: unique("new ") }),
    "the end of all other sessions": async ({ email, password }) => {
      const agent = new Agent(used.url);
      await agent.get("/sign-in");
      await agent.post("/sign-in", { identifier: email, password });
      await agent.get("/account/sessions");
      return agent.post("/account/sessions/end-all", { which: "others" });
    },
    "a lock": ({ id }) => used.administrator.users.lockUser({ userId: id, reason: "test" }),
    "a deletion": ({ id }) => used.administrator.users.deleteUser({ userId: id }),
  };
  test.each(Object.keys(ENDS))("end with %s, used before or not", async (name) => {
    const user = await used.signUp();
    const [before, unused] = [tokenOf(user), tokenOf(user, { exp: inHours(22) })];
    expect(await profile(before)).toBe(200);
    await ENDS[name]!(user);
    expect(await profile(before)).not.toBe(200);
    expect(await profile(unused)).not.toBe(200);
    expect(await introspect(unused)).toEqual({ active: false });
  });

  it("stay ended one by one, and others stay valid", async () => {
    const user = await used.signUp();
    const [revoked, signedOut, other] = [20, 21, 22].map((hours) =>
      tokenOf(user, { exp: inHours(hours) }),
    ) as [string, string, string];
    const { clientId, clientSecret } = used.server.administrator;
    const { status } = await call(
      `${used.url}/oauth2/revoke`,
      "POST",
      { token: revoked },
      { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    );
    expect(status).toBe(200);
    expect(await profile(revoked)).toBe(401);
    expect(await profile(signedOut)).toBe(200);
    const { sessions } = await user.users.listSessions({});
    const theirs = sessions.filter(({ api }) => api === "secretpair");
    expect(theirs).toHaveLength(1);
    await user.users.revokeSession({ sessionId: theirs[0]!.id });
    expect(await profile(signedOut)).toBe(401);
    expect(await introspect(signedOut)).toEqual({ active: false });
    expect(await profile(other)).toBe(200);
  });

  it("get one session when one is used for the first time many times at once", async () => {
    const user = await used.signUp();
    const token = tokenOf(user);
    const statuses = await Promise.all(Array.from({ length: 20 }, () => profile(token)));
    expect(statuses).toEqual(Array(20).fill(200));
    const { sessions } = await user.users.listSessions({});
    expect(sessions.filter(({ api }) => api === "secretpair")).toHaveLength(1);
  });

  it("end at the date, used before or not", async () => {
    const user = await used.signUp();
    const [before, unused] = [tokenOf(user), tokenOf(user, { exp: inHours(22) })];
    expect(await profile(before)).toBe(200);
    ahead = 100 * 366 * 24 * HOUR;
    const late = tokenOf(user);
    for (const token of [before, unused, late]) expect(await profile(token)).toBe(401);
    ahead = 0;
  });
});

describe("tokens that are signed as the server before signed them", () => {
  const used = useServer({
    environment: { SECRETPAIR_LEGACY_JWT_SECRET: SECRET, SECRETPAIR_JWT_ALG: "HS256" },
  });

  it("verify with its key, say what its tokens say, and stay ended", async () => {
    const user = await used.signUp({ username: unique("小明 ") });
    const login = async (): Promise<string> => {
      const { text } = await call(`${used.url}/login/`, "POST", {
        email: user.email,
        password: user.password,
      });
      return (JSON.parse(text) as { data: { token: string } }).data.token;
    };
    const [one, two] = [await login(), await login()];
    expect(one).not.toBe(two);
    const [header = "", payload = "", signature] = one.split(".");
    const right = createHmac("sha256", SECRET).update(`${header}.${payload}`).digest("base64url");
    expect(signature).toBe(right);
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual({
      typ: "JWT",
      alg: "HS256",
    });
    const claims = decodeJwt(one);
    expect(claims).toMatchObject({ username: user.username, email: user.email });
    // PyJWT refuses an audience that it isn't asked for.
    expect(Object.keys(claims)).toEqual(["username", "email", "exp", "jti"]);
    const status = async (token: string): Promise<number> =>
      (await call(`${used.url}/auth/`, "GET", undefined, { authorization: token })).status;
    expect(await status(one)).toBe(200);
    const { clientId, clientSecret } = used.server.administrator;
    await call(
      `${used.url}/oauth2/revoke`,
      "POST",
      { token: one },
      { authorization: `Basic ${btoa(`${clientId}:${clientSecret}`)}` },
    );
    expect(await status(one)).toBe(401);
    expect(await status(two)).toBe(200);
  });
});
