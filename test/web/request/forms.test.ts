// Cookies, sessions and forms: what one browser can do, and another site can't.
import { describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const used = useServer();
const CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw_cM";

const signedIn = async (user?: SignedIn): Promise<Agent> => {
  const agent = new Agent(used.url);
  await agent.signIn(user ?? (await used.signUp()));
  return agent;
};
const isSignedIn = async (cookie: string): Promise<boolean> => {
  const agent = new Agent(used.url);
  agent.cookie = cookie;
  return (await agent.get("/account")).status === 200;
};
const authorizePath = async (): Promise<string> => {
  const { client } = await used.administrator.oauth.createClient({
    client: {
      name: unique(),
      type: ClientType.CONFIDENTIAL,
      redirectUris: ["https://app.example/cb"],
      scopes: ["profile"],
    },
  });
  return `/oauth2/authorize?${new URLSearchParams({
    response_type: "code",
    client_id: client!.id,
    code_challenge: CHALLENGE,
    code_challenge_method: "S256",
  })}`;
};

describe("the cookie", () => {
  test("is another after signing in, and an old or a planted one opens nothing", async () => {
    const [agent, user] = [new Agent(used.url), await used.signUp()];
    await agent.get("/sign-in");
    const before = agent.cookie;
    const response = await agent.signIn(user);
    const [header = ""] = response.headers.getSetCookie();
    expect(header).toMatch(
      /^latchkey=lks_[\w-]{43}; Max-Age=2592000; Path=\/; HttpOnly; SameSite=Lax$/,
    );
    expect(agent.cookie).not.toBe(before);
    expect([await isSignedIn(before), await isSignedIn(agent.cookie)]).toEqual([false, true]);
    const again = agent.cookie;
    await agent.signIn(user);
    expect([await isSignedIn(again), await isSignedIn(agent.cookie)]).toEqual([false, true]);
  });

  test("stands in no page, and is no bearer token; a bearer token is no cookie", async () => {
    const user = await used.signUp();
    const agent = await signedIn(user);
    const token = agent.cookie.replace("latchkey=", "");
    for (const path of ["/", "/sign-in", "/sign-out", await authorizePath()]) {
      await agent.get(path);
      expect(agent.page).not.toContain(token);
    }
    await expect(used.as(token).users.getUser({ userId: "me" })).rejects.toThrow("unauthenticated");
    expect(await isSignedIn(`latchkey=${user.token}`)).toBe(false);
  });

  test("is useless after signing out, which a link alone doesn't do", async () => {
    const agent = await signedIn();
    const cookie = agent.cookie;
    await agent.get("/sign-out");
    expect(await isSignedIn(cookie)).toBe(true);
    expect((await agent.post("/sign-out", {})).status).toBe(303);
    expect(await isSignedIn(cookie)).toBe(false);
  });

  test("ends with a lock, which its user is shown", async () => {
    const user = await used.signUp();
    const agent = await signedIn(user);
    await used.administrator.users.lockUser({ userId: user.id, reason: "test" });
    expect(await isSignedIn(agent.cookie)).toBe(false);
    const response = await agent.signIn(user);
    expect(response.status).toBe(403);
    expect(agent.page).toContain("This account is locked");
  });
});

describe("a form", () => {
  const tries: readonly (readonly [string, Record<string, string>, Record<string, string>])[] = [
    ["without the token", { form_token: "" }, {}],
    ["with a made-up token", { form_token: "x".repeat(43) }, {}],
    ["from another site", {}, { "sec-fetch-site": "cross-site" }],
    ["from a sibling of this host", {}, { "sec-fetch-site": "same-site" }],
    ["from another origin", {}, { origin: "https://evil.example" }],
    ["as plain text", {}, { "content-type": "text/plain" }],
  ];
  test.each(tries)("%s changes nothing", async (_how, fields, headers) => {
    const user = await used.signUp();
    const agent = new Agent(used.url);
    await agent.get("/sign-in");
    const response = await agent.post(
      "/sign-in",
      { identifier: user.email, password: user.password, ...fields },
      headers,
    );
    expect([response.status, await isSignedIn(agent.cookie)]).toEqual([403, false]);
    const in_ = await signedIn(user);
    await in_.get("/sign-out");
    expect((await in_.post("/sign-out", fields, headers)).status).toBe(403);
    expect(await isSignedIn(in_.cookie)).toBe(true);
  });

  test("without the cookie gets none that would take its place", async () => {
    const agent = await signedIn();
    await agent.get("/sign-out");
    // What a browser sends of its own, for a form of another site, where it says nothing of sites:
    // on plain http.
    const body = new URLSearchParams({ form_token: agent.hidden("form_token") });
    const response = await fetch(`${used.url}/sign-out`, {
      method: "POST",
      headers: { origin: "null" },
      body,
    });
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
  });

  test("with the token of another session changes nothing", async () => {
    const [mine, theirs] = [await signedIn(), await signedIn()];
    await theirs.get("/sign-out");
    await mine.get("/sign-out");
    expect((await mine.post("/sign-out", { form_token: theirs.hidden("form_token") })).status).toBe(
      403,
    );
    await mine.get("/sign-out");
    expect(
      (await mine.post("/sign-out", {}, { origin: used.url, "sec-fetch-site": "same-origin" }))
        .status,
    ).toBe(303);
  });

  test("with a field twice, or too large, is refused", async () => {
    const agent = new Agent(used.url);
    await agent.get("/sign-in");
    const twice = await fetch(`${used.url}/sign-in`, {
      method: "POST",
      headers: { cookie: agent.cookie, "content-type": "application/x-www-form-urlencoded" },
      body: `form_token=${agent.hidden("form_token")}&identifier=a&identifier=b&password=c`,
    });
    expect(twice.status).toBe(403);
    expect(
      (await agent.post("/sign-in", { identifier: "a", password: "x".repeat(70_000) })).status,
    ).toBe(413);
    expect(agent.page).toContain("<h1>The form is too large</h1>");
  });
});

describe("a decision", () => {
  test("is good for one answer, of one session, as it was asked", async () => {
    const path = await authorizePath();
    const [mine, theirs] = [await signedIn(), await signedIn()];
    await theirs.get(path);
    const foreign = theirs.hidden("decision");
    await mine.get(path);
    const decision = mine.hidden("decision");
    expect((await mine.post("/consent", { decision: foreign, answer: "allow" })).status).toBe(403);
    await mine.get(path);
    const bytes = Buffer.from(decision, "base64url");
    const edited = Buffer.concat([
      bytes.subarray(0, 32),
      Buffer.from(bytes.subarray(32).toString().replace("client_id", "client_ix")),
    ]).toString("base64url");
    expect((await mine.post("/consent", { decision: edited, answer: "allow" })).status).toBe(400);
    await mine.get(path);
    expect(
      (await mine.post("/consent", { decision: mine.hidden("request"), answer: "allow" })).status,
    ).toBe(400);
    await mine.get(path);
    const answer = await mine.post("/consent", { decision, answer: "allow" });
    expect([answer.status, new URL(answer.headers.get("location")!).origin]).toEqual([
      303,
      "https://app.example",
    ]);
    await mine.get("/sign-out");
    expect((await mine.post("/consent", { decision, answer: "allow" })).status).toBe(409);
    expect(mine.page).toContain("/continue?request=");
  });

  test("is none while signed out, and not by a link", async () => {
    const path = await authorizePath();
    const agent = await signedIn();
    await agent.get(path);
    const decision = agent.hidden("decision");
    expect((await agent.get(`/consent?decision=${decision}&answer=allow`)).status).toBe(405);
    await agent.get("/sign-out");
    await agent.post("/sign-out", {});
    await agent.get("/sign-in");
    expect((await agent.post("/consent", { decision, answer: "allow" })).status).toBe(403);
  });
});

describe("registration", () => {
  const register = async (
    fields: Record<string, string>,
  ): Promise<{ status: number; location: string | null; page: string }> => {
    const agent = new Agent(used.url);
    await agent.get("/sign-up");
    const response = await agent.post("/sign-up", {
      email: `${unique()}@example.com`,
      username: unique(),
      password: unique("long enough "),
      ...fields,
    });
    return {
      status: response.status,
      location: response.headers.get("location"),
      page: agent.page,
    };
  };

  test("answers alike whether the address is taken or not", async () => {
    const owner = await used.signUp();
    const fresh = await register({});
    expect(await register({ email: owner.email })).toEqual(fresh);
    expect(await register({ email: owner.email.toUpperCase() })).toEqual(fresh);
    expect(fresh).toMatchObject({ status: 303, location: "/sign-in?notice=registered" });
    expect(await isSignedIn((await signedIn(owner)).cookie)).toBe(true);
    // A name that is taken is said, whether the address is taken or not.
    for (const email of [owner.email, `${unique()}@example.com`])
      expect((await register({ email, username: owner.username })).page).toContain(
        "This user name is already taken",
      );
  });

  test("tells no more when the same is sent again", async () => {
    const owner = await used.signUp();
    for (const email of [owner.email, `${unique()}@example.com`]) {
      const username = unique();
      expect(
        [
          (await register({ email, username })).status,
          (await register({ email, username })).status,
        ],
        email,
      ).toEqual([303, 422]);
    }
  });

  const wrong: readonly (readonly [Record<string, string>, string])[] = [
    [{ email: "nobody" }, "valid e-mail address"],
    [{ username: "a@b" }, "can’t contain @"],
    [{ username: "  " }, "can’t contain @"],
    [{ password: "1234567" }, "too short"],
    [{ password: "Password1" }, "too common"],
  ];
  test.each(wrong)("says what is wrong: %j", async (fields, text) => {
    const { status, page } = await register(fields);
    expect(status).toBe(422);
    expect(page).toContain(text);
    expect(page).toContain('aria-invalid="true"');
  });
});

test.each([
  "//evil.example",
  "/\\evil.example",
  "https:evil.example",
  "https://evil.example",
  "/account/../..//evil.example",
  "/account%0d%0ax",
  "\\\\evil",
  "javascript:alert(1)",
  "/account@evil.example",
  "/account//evil.example",
  "account",
  "/account?x=//e",
  "/account?x=1#//e",
  "/account\u0000",
  "/account?\n",
  "///evil.example",
  "/%2f/evil.example",
])("sign-in never leads to another site: %s", async (target) => {
  const [agent, user] = [new Agent(used.url), await used.signUp()];
  await agent.get(`/sign-in?${new URLSearchParams({ return: target })}`);
  const response = await agent.post("/sign-in", {
    identifier: user.email,
    password: user.password,
    return: target,
  });
  expect(response.headers.get("location")).toBe("/");
});

test("too many wrong passwords are said to be too many", async () => {
  const [agent, user] = [new Agent(used.url), await used.signUp()];
  const statuses = [];
  for (let time = 0; time < 11; time++) {
    await agent.get("/sign-in");
    statuses.push(
      (await agent.post("/sign-in", { identifier: user.email, password: "wrong" })).status,
    );
  }
  expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
  // The page says for how long, and leads back to what the user was doing.
  expect(agent.page).toMatch(/You can try again in \d+ minutes\./);
});
