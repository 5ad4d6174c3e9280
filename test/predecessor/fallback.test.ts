// The stage `fallback`: Latchkey answers, and the predecessor is asked what only it knows.
import { describe, expect, test } from "vitest";
import { DJANGO_SECRET, PARTNER_KEY, personOf } from "../predecessors/people.ts";
import { unique } from "../use-server.ts";
import { Agent } from "../web/agent.ts";
import { useStages } from "./use-stages.ts";

const engines = ["sqlite", "mysql"] as const;

describe.each(engines)("kokids in fallback on %s", (engine) => {
  const used = useStages("kokids", engine, { SIGN_IN_ACCOUNT_FAILURES: "5" });
  const person = (index: number) => personOf("kokids", index, 20);
  const loginOf = ({ email, accId, password }: ReturnType<typeof person>) => ({
    AccID: accId,
    Email: email,
    Password: password,
  });
  const logins = async () => (await used.predecessor.calls())["POST /user/login"] ?? 0;
  const freshOne = () => ({
    AccID: unique("acc-"),
    Email: `${unique()}@kokids.example`,
    UserID: unique("new-"),
    Password: "пароль",
    Bundle: "com.example.hair",
    OSInt: "0",
    GAID: "g-1",
  });

  test("asks once about a user, also when many ask at once, and never again", async () => {
    await used.stage("fallback");
    const before = await logins();
    const ada = loginOf(person(0));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => used.send("POST /user/login", ada)),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200));
    expect(answers.map(({ wrong }) => wrong)).toEqual(Array(20).fill(undefined));
    const asked = await logins();
    expect(asked - before).toBeLessThanOrEqual(20);
    expect((await used.send("POST /user/login", ada)).status).toBe(200);
    expect((await used.send("POST /user/login", { ...ada, Password: "x" })).status).toBe(401);
    expect(await logins()).toBe(asked);
    const { items } = { items: await used.store.users.list({ realm: "default" }, { limit: 9 }, 0) };
    expect(items.filter(({ email }) => email === person(0).email)).toHaveLength(1);
  });

  test("asks within the limits of wrong passwords", async () => {
    await used.stage("fallback");
    const before = await logins();
    const wrong = { ...loginOf(person(1)), Password: "wrong" };
    const answers = await Promise.all(
      Array.from({ length: 30 }, () => used.send("POST /user/login", wrong)),
    );
    const count = (status: number) => answers.filter((each) => each.status === status).length;
    expect([count(401), count(429)]).toEqual([5, 25]);
    expect((await logins()) - before).toBe(5);
  });

  test("registers, signs out and deletes there too, so that going back loses nothing", async () => {
    await used.stage("fallback");
    const fresh = freshOne();
    expect((await used.send("POST /user/create", fresh)).status).toBe(200);
    expect((await used.send("POST /user/create", fresh)).status).toBe(409);
    const taken = { ...freshOne(), Email: person(2).email };
    expect((await used.send("POST /user/create", taken)).status).toBe(409);
    await used.stage("mirror");
    expect((await used.send("POST /user/login", fresh)).status).toBe(200);
    await used.stage("fallback");
    expect((await used.send("POST /user/login", fresh)).status).toBe(200);
    expect((await used.send("POST /user/logout", fresh)).status).toBe(200);
    expect((await used.send("POST /user/delete", fresh)).status).toBe(200);
    const calls = await used.predecessor.calls();
    expect(calls["POST /user/logout"]).toBe(1);
    expect(calls["POST /user/delete"]).toBe(1);
    await used.stage("mirror");
    expect((await used.send("POST /user/login", fresh)).status).toBe(401);
  });

  test("without the predecessor, knows whom it knows and registers no one", async () => {
    await used.stage("fallback");
    const known = loginOf(person(3));
    expect((await used.send("POST /user/login", known)).status).toBe(200);
    await used.predecessor.behave({ down: true });
    expect((await used.send("POST /user/login", known)).status).toBe(200);
    expect((await used.send("POST /user/login", loginOf(person(4)))).status).toBe(401);
    const fresh = freshOne();
    const refused = await used.send("POST /user/create", fresh);
    expect([refused.status, refused.wrong]).toEqual([500, undefined]);
    expect(await used.store.users.findByEmail("default", fresh.Email)).toBeUndefined();
    await used.predecessor.behave();
    await new Promise((resolve) => setTimeout(resolve, 5_200));
    expect((await used.send("POST /user/create", fresh)).status).toBe(200);
  });
});

describe.each(engines)("secretpair in fallback on %s", (engine) => {
  const used = useStages("secretpair", engine, { SECRETPAIR_LEGACY_JWT_SECRET: DJANGO_SECRET });
  const person = (index: number) => personOf("secretpair", index, 20);

  test("asks by name or address, also on the page, and learns both", async () => {
    await used.stage("fallback");
    const { username, email, password } = person(0);
    const answer = await used.send("POST /login/", { username, password });
    expect(answer.wrong).toBeUndefined();
    expect(answer.json.data).toMatchObject({ username, email });
    const other = person(1);
    const agent = new Agent(used.url);
    await agent.get("/sign-in");
    const signedIn = await agent.post("/sign-in", {
      identifier: other.email,
      password: other.password,
    });
    expect(signedIn.status).toBe(303);
    expect(await used.store.users.findByEmail("default", other.email)).toMatchObject({
      username: other.username,
    });
  });

  test("a new developer gets the pair that both know", async () => {
    await used.stage("fallback");
    const { email, password } = person(2);
    const { json } = await used.send("POST /login/", { email, password });
    const authorization = json.data!.token!;
    const made = await used.send("PATCH /auth/", { is_developer: "true" }, { authorization });
    expect([made.status, made.wrong]).toEqual([200, undefined]);
    expect((await used.predecessor.calls())["PATCH /auth/"]).toBe(1);
    const shown = await used.send("GET /auth/", undefined, { authorization });
    expect(shown.json).toEqual(made.json);
    await used.stage("own");
    expect((await used.send("GET /auth/", undefined, { authorization })).json).toEqual(made.json);
    await used.stage("mirror");
    const there = await used.send("POST /login/", { email, password });
    const token = there.json.data!.token!;
    const profile = await used.send("GET /auth/", undefined, { authorization: token });
    expect(profile.json.data).toEqual(made.json.data);
  });
});

describe.each(engines)("zimoxy in mirror and fallback on %s", (engine) => {
  const used = useStages("zimoxy", engine);
  const person = (index: number) => personOf("zimoxy", index, 20);
  const authorization = PARTNER_KEY;

  test("learns the key of the partner, and asks with it", async () => {
    await used.stage("mirror");
    const { username: login, password } = person(0);
    const first = await used.send("POST /oauth2/login", { login, password }, { authorization });
    expect(first.status).toBe(200);
    await expect.poll(() => used.store.users.findByUsername("default", login)).toBeDefined();
    await used.stage("fallback");
    const other = person(1);
    const asked = await used.send(
      "POST /oauth2/login",
      { login: other.username, password: other.password },
      { authorization },
    );
    expect([asked.status, asked.wrong]).toEqual([200, undefined]);
    const fresh = {
      login: unique("z"),
      password: "p",
      email: `${unique()}@z.example`,
      ip: "10.0.0.1",
    };
    const made = await used.send("POST /oauth2/register", fresh, { authorization });
    expect(made.status).toBe(200);
    const again = await used.send("POST /oauth2/register", fresh, { authorization });
    expect([again.status, again.wrong]).toEqual([302, undefined]);
    await used.stage("mirror");
    const back = await used.send("POST /oauth2/login", fresh, { authorization });
    expect(back.status).toBe(200);
  });

  test("doesn't bring back a user who was deleted here", async () => {
    await used.stage("fallback");
    const { username: login, password } = person(2);
    const signIn = () => used.send("POST /oauth2/login", { login, password }, { authorization });
    expect((await signIn()).status).toBe(200);
    const user = await used.store.users.findByUsername("default", login);
    expect(await used.store.users.delete(user!.id, Date.now())).toBe(true);
    const calls = async () => (await used.predecessor.calls())["POST /oauth2/login"];
    const before = await calls();
    expect((await signIn()).status).not.toBe(200);
    expect(await calls()).toBe(before);
    expect(await used.store.users.findByUsername("default", login)).toBeUndefined();
  });
});
