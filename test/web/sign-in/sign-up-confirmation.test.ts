import { describe, expect, test } from "vitest";
import { DAY, MINUTE, movableClock } from "../../identity/clock.ts";
import { refusal } from "../../clients/refusal.ts";
import { lettersIn, lettersTo, letterTo } from "../../email/mailbox.ts";
import { stores } from "../../mariadb.ts";
import { newPkce, REDIRECT_URI, register } from "../../oauth/flow.ts";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const PASSWORD = "correct horse battery";

describe.each(stores.map(({ engine }) => engine))("on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({
    engine,
    clock,
    environment: { SIGN_UP_CONFIRMATION: "on", TRUSTED_PROXIES: "127.0.0.1" },
  });
  const newPerson = () => ({
    email: `${unique()}@example.com`,
    username: unique(),
    password: PASSWORD,
  });
  const tokenIn = ({ link }: { link: string }): string => new URL(link).searchParams.get("token")!;

  /** A network that no other visitor comes from. */
  let networks = 0;
  const elsewhere = () => ({ "x-forwarded-for": `2001:db8:${(networks++).toString(16)}::1` });

  /** Registers by the page; answers all that a visitor sees. */
  async function signUp(
    person: { email: string; username: string; password: string },
    more: { request?: string; headers?: Record<string, string> } = {},
  ): Promise<string> {
    const { request = "", headers = elsewhere() } = more;
    const agent = new Agent(used.url);
    await agent.get("/sign-up");
    const response = await agent.post("/sign-up", { ...person, request }, headers);
    const told = [...response.headers].filter(
      ([name]) => !["date", "x-request-id", "set-cookie"].includes(name),
    );
    const location = response.headers.get("location");
    if (location !== null) await agent.get(location);
    return JSON.stringify([
      response.status,
      told,
      agent.page.replaceAll(/name="form_token" value="[^"]*"/g, ""),
    ]);
  }

  /** Follows a link with a password; answers where that leads. */
  async function follow(
    token: string,
    password: string,
    agent = new Agent(used.url),
    more: Record<string, string> = {},
  ): Promise<Response> {
    await agent.get(`/confirm-sign-up?token=${token}`);
    if (agent.hidden("form_token") === "") await agent.get("/sign-in");
    return agent.post("/confirm-sign-up", { token, password, ...more }, elsewhere());
  }

  const signsIn = async (email: string, password = PASSWORD): Promise<boolean> =>
    (await new Agent(used.url).signIn({ email, password })).status === 303;

  test("link and password create the account and sign its user in", async () => {
    const person = newPerson();
    expect(await signUp(person)).toContain("Check your inbox");
    const letter = await letterTo(used.server.mailFolder, person.email);
    expect(letter.subject).toBe("Confirm your e-mail address");
    expect(await used.server.store.users.findByEmail("default", person.email)).toBeUndefined();
    expect(await signsIn(person.email)).toBe(false);
    const agent = new Agent(used.url);
    // A look changes nothing.
    for (let look = 0; look < 3; look++)
      expect((await agent.get(`/confirm-sign-up?token=${tokenIn(letter)}`)).status).toBe(200);
    expect(agent.page).toContain(person.username);
    expect((await follow(tokenIn(letter), PASSWORD, agent)).headers.get("location")).toBe("/");
    await agent.get("/account/email");
    expect(agent.page).toContain(person.email);
    expect(agent.page).not.toContain("not confirmed");
    expect(await signsIn(person.email)).toBe(true);
    expect(await used.server.store.users.findByEmail("default", person.email)).toMatchObject({
      username: person.username,
      emailVerifiedAt: expect.any(Number),
    });
    expect((await follow(tokenIn(letter), PASSWORD)).status).toBe(410);
    const { id } = (await used.server.store.users.findByEmail("default", person.email))!;
    const events = await used.server.store.audit.list({ userId: id }, { limit: 10 });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(["user.create", "user.verify_email"]),
    );
  });

  test("sign-up and sign-in answer alike for a new and a taken address", async () => {
    const owner = await used.signUp();
    const told = [];
    for (const email of [`${unique()}@example.com`, owner.email.toUpperCase()]) {
      const username = unique();
      const answers = [await signUp({ email, username, password: PASSWORD })];
      // Again: neither the address nor the name is taken by a sign-up.
      answers.push(await signUp({ email, username, password: PASSWORD }));
      for (const identifier of [email, username]) {
        const agent = new Agent(used.url);
        await agent.get("/sign-in");
        const response = await agent.post(
          "/sign-in",
          { identifier, password: PASSWORD },
          elsewhere(),
        );
        answers.push(
          `${response.status} ${agent.page
            .replaceAll(/name="form_token" value="[^"]*"/g, "")
            .replaceAll(identifier, "IT")
            .replaceAll(email, "IT")}`,
        );
        const by =
          identifier === email
            ? ({ case: "email", value: email } as const)
            : ({ case: "username", value: username } as const);
        answers.push(
          JSON.stringify(
            await refusal(used.as().users.signIn({ identifier: by, password: PASSWORD })),
          ),
        );
      }
      told.push(answers);
    }
    expect(told[0]).toEqual(told[1]);
    expect(told[0]).toHaveLength(6);
    expect(told[0]!.join()).toContain("Wrong e-mail, user name or password.");
    expect(
      (await lettersTo(used.server.mailFolder, owner.email, 2)).map(({ subject }) => subject),
    ).toEqual(Array(2).fill("You already have an account"));
  });

  test("a stranger's sign-up takes no address or name, and opens nothing", async () => {
    const person = newPerson();
    await signUp({ ...person, password: "a stranger's password" });
    const [strange] = await lettersTo(used.server.mailFolder, person.email, 1);
    await signUp(person);
    const [, own] = await lettersTo(used.server.mailFolder, person.email, 2);
    // Each link takes the password of its own sign-up, whichever is the newer.
    expect((await follow(tokenIn(own!), "a stranger's password")).status).toBe(401);
    expect((await follow(tokenIn(strange!), PASSWORD)).status).toBe(401);
    await signUp({ ...person, password: "a stranger's password" });
    expect((await follow(tokenIn(own!), PASSWORD)).status).toBe(303);
    expect([
      await signsIn(person.email),
      await signsIn(person.email, "a stranger's password"),
    ]).toEqual([true, false]);
    // Nor does the stranger's link do anything now, with the right password.
    expect((await follow(tokenIn(strange!), "a stranger's password")).status).toBe(410);
    expect([
      await signsIn(person.email),
      await signsIn(person.email, "a stranger's password"),
    ]).toEqual([true, false]);
  });

  test("of many clicks, and of two sign-ups for an address, one makes the account", async () => {
    const person = newPerson();
    await signUp(person);
    await signUp({ ...person, username: unique() });
    const letters = await lettersTo(used.server.mailFolder, person.email, 2);
    const statuses = await Promise.all(
      [...letters, ...letters, ...letters].map(
        async (letter) => (await follow(tokenIn(letter), PASSWORD)).status,
      ),
    );
    expect(statuses.filter((status) => status === 303)).toHaveLength(1);
    expect(statuses.filter((status) => status === 410)).toHaveLength(5);
  });

  test("a name taken meanwhile is asked for anew; the link still works", async () => {
    const person = newPerson();
    await signUp(person);
    const token = tokenIn(await letterTo(used.server.mailFolder, person.email));
    await used.signUp({ username: person.username });
    const agent = new Agent(used.url);
    expect((await follow(token, PASSWORD, agent)).status).toBe(422);
    expect(agent.page).toContain("This user name is already taken.");
    expect((await follow(token, "wrong", agent, { username: "a@b" })).status).toBe(422);
    expect((await follow(token, "wrong", agent, { username: unique() })).status).toBe(401);
    const username = unique();
    expect((await follow(token, PASSWORD, agent, { username })).status).toBe(303);
    expect(await used.server.store.users.findByEmail("default", person.email)).toMatchObject({
      username,
    });
  });

  test("wrong passwords for a link are counted as for an account", async () => {
    const person = newPerson();
    await signUp(person);
    const token = tokenIn(await letterTo(used.server.mailFolder, person.email));
    const statuses = [];
    for (let time = 0; time < 11; time++)
      statuses.push((await follow(token, time === 0 ? "" : `wrong ${time}`)).status);
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    expect((await follow(token, PASSWORD)).status).toBe(429);
    clock.pass(5 * MINUTE);
    expect((await follow(token, PASSWORD)).status).toBe(303);
    await used.renew();
  });

  test("a link works for 24 hours, and then nothing of it is left", async () => {
    const person = newPerson();
    await signUp(person);
    const token = tokenIn(await letterTo(used.server.mailFolder, person.email));
    clock.pass(DAY);
    const agent = new Agent(used.url);
    expect((await agent.get(`/confirm-sign-up?token=${token}`)).status).toBe(410);
    expect((await follow(token, PASSWORD)).status).toBe(410);
    expect(await used.server.store.purgeExpired(clock.now(), 100)).toBeGreaterThan(0);
    expect(await used.server.store.signUps.newest("default", person.email, 0)).toBeUndefined();
    await used.renew();
  });

  test("an address that gets an account otherwise leaves the link dead", async () => {
    const person = newPerson();
    await signUp(person);
    const token = tokenIn(await letterTo(used.server.mailFolder, person.email));
    const { id } = await used.signUp({ email: person.email });
    expect((await follow(token, PASSWORD)).status).toBe(410);
    expect((await used.server.store.users.findByEmail("default", person.email))?.id).toBe(id);
  });

  test("an address gets five e-mails in 15 minutes, three from one network", async () => {
    const owner = await used.signUp();
    let compared = 0;
    for (const email of [owner.email, `${unique()}@example.com`]) {
      const [one, statuses]: [Record<string, string>, string[]] = [elsewhere(), []];
      for (let time = 0; time < 4; time++)
        statuses.push((await signUp({ ...newPerson(), email }, { headers: one })).slice(0, 4));
      for (let time = 0; time < 3; time++)
        statuses.push((await signUp({ ...newPerson(), email })).slice(0, 4));
      expect(statuses).toEqual(["[303", "[303", "[303", "[429", "[303", "[303", "[429"]);
      compared++;
    }
    expect(compared).toBe(2);
    clock.pass(DAY);
    await used.renew();
  });

  test("what is wrong with a form is shown before anything is sent", async () => {
    const owner = await used.signUp();
    for (const [fields, text] of [
      [{ email: "no address" }, "Enter a valid e-mail address."],
      [{ username: owner.username }, "This user name is already taken."],
      [
        { username: "a@b" },
        "Use visible characters, with single spaces between words. The name can’t contain @.",
      ],
      [{ password: "short" }, "This password is too short"],
      [{ email: owner.email, password: "short" }, "This password is too short"],
      [{ email: owner.email, username: owner.username }, "This user name is already taken."],
    ] as const) {
      const person = { ...newPerson(), ...fields };
      expect(await signUp(person)).toContain(text);
      expect(
        (await lettersIn(used.server.mailFolder)).filter(({ to }) => to === person.email),
      ).toEqual([]);
    }
  });

  test("a password reset before the confirmation confirms the address", async () => {
    const person = newPerson();
    await signUp({ ...person, password: "a password that is lost" });
    const agent = new Agent(used.url);
    await lettersTo(used.server.mailFolder, person.email, 1);
    await agent.get("/forgot-password");
    await agent.post("/forgot-password", { email: person.email });
    const [confirming, letter] = await lettersTo(used.server.mailFolder, person.email, 2);
    expect(letter!.subject).toBe("Reset your password");
    const token = tokenIn(letter!);
    // Each kind of link is good for its own page only.
    expect((await agent.get(`/confirm-sign-up?token=${token}`)).status).toBe(410);
    expect((await agent.get(`/reset-password?token=${tokenIn(confirming!)}`)).status).toBe(410);
    await used.signUp({ username: person.username });
    expect((await agent.get(`/reset-password?token=${token}`)).status).toBe(200);
    expect((await agent.post("/reset-password", { token, password: "short" })).status).toBe(422);
    expect(
      (await agent.post("/reset-password", { token, password: PASSWORD })).headers.get("location"),
    ).toBe("/sign-in?notice=new-password");
    expect(await signsIn(person.email)).toBe(true);
    // Its name is another user's by now.
    expect(await used.server.store.users.findByEmail("default", person.email)).toMatchObject({
      username: "",
      emailVerifiedAt: expect.any(Number),
    });
    await agent.get("/forgot-password");
    expect((await agent.post("/reset-password", { token, password: PASSWORD })).status).toBe(410);
    expect((await follow(tokenIn(confirming!), "a password that is lost")).status).toBe(410);
  });

  test("leads on to the application that the visitor came from", async () => {
    const client = await register(used.administrator);
    const query = new URLSearchParams({
      response_type: "code",
      client_id: client.id,
      redirect_uri: REDIRECT_URI,
      scope: "profile",
      code_challenge: newPkce().challenge,
      code_challenge_method: "S256",
    });
    const visitor = new Agent(used.url);
    await visitor.get(`/oauth2/authorize?${query}`);
    const request = visitor.hidden("request");
    expect(request).not.toBe("");
    const person = newPerson();
    await signUp(person, { request });
    const agent = new Agent(used.url);
    const token = tokenIn(await letterTo(used.server.mailFolder, person.email));
    const page = await agent.get(`/confirm-sign-up?token=${token}`);
    expect(page.headers.get("content-security-policy")).toContain(new URL(REDIRECT_URI).origin);
    const location = (await follow(token, PASSWORD, agent)).headers.get("location")!;
    expect(location).toBe(`/continue?request=${request}`);
    await agent.get(location);
    expect(agent.page).toContain("decision");
  });

  test("accounts of clients and of documented APIs are there at once", async () => {
    const person = newPerson();
    await used.administrator.users.createUser(person);
    expect(await signsIn(person.email)).toBe(true);
    const other = newPerson();
    const response = await fetch(`${used.url}/register/`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(other),
    });
    expect(response.status).toBe(200);
    expect(await signsIn(other.email)).toBe(true);
  });
});
