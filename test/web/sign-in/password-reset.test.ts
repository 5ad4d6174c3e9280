import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { lettersIn, lettersTo, letterTo } from "../../email/mailbox.ts";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { passwordResetPages } from "./password-reset-pages.ts";

const clock = movableClock();

const used = useServer({ clock });

const { ask, tokenFor, reset, signsIn } = passwordResetPages(used);

test(
  "the answer is the same for an address that is known, unknown, locked or deleted, " +
    "and only the first gets a letter",
  async () => {
    const [known, locked, deleted] = [
      await used.signUp(),
      await used.signUp(),
      await used.signUp(),
    ];
    await used.administrator.users.lockUser({ userId: locked.id, reason: "spam" });
    await used.administrator.users.deleteUser({ userId: deleted.id });
    const answers = [];
    for (const email of [known.email, `${unique()}@example.com`, locked.email, deleted.email]) {
      const agent = new Agent(used.url);
      const response = await ask(email, {}, agent);
      const headers = [...response.headers].filter(
        ([name]) => !["date", "x-request-id", "set-cookie"].includes(name),
      );
      answers.push(
        JSON.stringify([
          response.status,
          headers,
          (await agent.get(response.headers.get("location")!)).status,
          agent.page,
        ]),
      );
    }
    expect(new Set(answers).size).toBe(1);
    expect(answers[0]).toContain(
      "If an account has this address, we sent an e-mail with a link to it.",
    );
    expect(answers[0]).toContain("E-mails are saved as files in DATA_DIR/mail");
    const letter = await letterTo(used.server.mailFolder, known.email);
    expect(letter.subject).toBe("Reset your password");
    const letters = await lettersIn(used.server.mailFolder);
    // The deletion was reported, before any of this.
    const resets = letters.filter(({ subject }) => subject !== "Your account was deleted");
    expect(resets.map(({ to }) => to)).toEqual([known.email]);
  },
);

test(
  "the letter goes to the address as it was registered, not as it is typed, in the " +
    "language of the page",
  async () => {
    const user = await used.signUp({ email: `Ада-${unique()}@example.com` });
    await ask(` ${user.email.toUpperCase()} `, { "accept-language": "zh-CN" });
    expect((await letterTo(used.server.mailFolder, user.email)).subject).toBe("重置密码");
  },
);

test("the link sets a new password, ends all access, and proves the address", async () => {
  const [user, agent, browser] = [await used.signUp(), new Agent(used.url), new Agent(used.url)];
  await browser.signIn(user);
  expect(user.token).not.toBe("");
  await ask(user.email);
  const token = await tokenFor(user.email);
  expect(token).toMatch(/^lkm_[\w-]{43}$/);
  // A look at the page does not use the link.
  for (let look = 0; look < 3; look++)
    expect((await new Agent(used.url).get(`/reset-password?token=${token}`)).status).toBe(200);
  const response = await reset(token, "a brand new password", agent);
  expect([response.status, response.headers.get("location")]).toEqual([
    303,
    "/sign-in?notice=first-password",
  ]);
  await agent.get("/sign-in?notice=first-password");
  expect(agent.page).toContain("Your password was changed");
  expect(await signsIn(user.email, user.password)).toBe(false);
  expect(await signsIn(user.email, "a brand new password")).toBe(true);
  await expect(user.users.getUser({ userId: "me" })).rejects.toThrow();
  expect((await browser.get("/confirm")).headers.get("location")).toBe("/sign-in");
  expect((await used.administrator.users.getUser({ userId: user.id })).user).toMatchObject({
    emailVerified: true,
  });
  const [, notice] = await lettersTo(used.server.mailFolder, user.email, 2);
  expect(notice).toMatchObject({
    subject: "Your password was set and your e-mail address was confirmed",
    link: `${used.url}/forgot-password`,
  });
  const events = await used.server.store.audit.list({ userId: user.id }, { limit: 10 });
  expect(events.map(({ type, actor }) => `${type} ${actor}`)).toEqual(
    expect.arrayContaining(["mail_link.create anonymous", "user.reset_password anonymous"]),
  );
  expect(JSON.stringify(events)).not.toContain(token);
});

test("the new password works at once also after too many wrong ones", async () => {
  const user = await used.signUp();
  for (let time = 0; time < 11; time++)
    await new Agent(used.url).signIn({ email: user.email, password: `wrong ${time}` });
  await ask(user.email);
  await reset(await tokenFor(user.email), "a brand new password");
  expect(await signsIn(user.email, "a brand new password")).toBe(true);
});

test("a token of a letter opens nothing else, and nothing else opens what it opens", async () => {
  const user = await used.signUp();
  await ask(user.email);
  const token = await tokenFor(user.email);
  expect(
    (await fetch(`${used.url}/v1/users/me`, { headers: { authorization: `Bearer ${token}` } }))
      .status,
  ).toBe(401);
  const { clientId, clientSecret } = used.server.administrator;
  const basic = {
    authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
  };
  const introspected = await fetch(`${used.url}/oauth2/introspect`, {
    method: "POST",
    headers: basic,
    body: new URLSearchParams({ token }),
  });
  expect(await introspected.json()).toEqual({ active: false });
  for (const [grant_type, name] of [
    ["authorization_code", "code"],
    ["refresh_token", "refresh_token"],
  ] as const) {
    const response = await fetch(`${used.url}/oauth2/token`, {
      method: "POST",
      headers: basic,
      body: new URLSearchParams({ grant_type, [name]: token }),
    });
    expect(response.status).toBe(400);
  }
  const agent = new Agent(used.url);
  agent.cookie = `latchkey=${token}`;
  expect((await agent.get("/confirm")).headers.get("location")).toBe("/sign-in");
  expect((await agent.get(`/verify-email?token=${token}`)).status).toBe(410);
  await agent.get("/forgot-password");
  expect((await agent.post("/verify-email", { token })).status).toBe(410);
  expect(
    (
      await agent.get(
        `/reset-password?token=${createHash("sha256").update(token).digest("base64url")}`,
      )
    ).status,
  ).toBe(410);
  expect((await reset(token, "a brand new password")).status).toBe(303);
});

test("no header changes where a link leads", async () => {
  const user = await used.signUp();
  const hosts = [
    "evil.example",
    "evil.example:443",
    `evil.example@127.0.0.1`,
    "127.0.0.1.evil.example",
    "[::1]",
    "localhost",
  ];
  const payloads = hosts.flatMap((host): Record<string, string>[] => [
    { "x-forwarded-host": host },
    { forwarded: `host=${host};proto=https` },
    { "x-forwarded-proto": "https", "x-forwarded-server": host },
    { "x-original-host": host, "x-host": host },
  ]);
  for (const headers of payloads) {
    await ask(user.email, headers);
    clock.pass(15 * MINUTE);
  }
  const letters = await lettersTo(used.server.mailFolder, user.email, payloads.length);
  for (const { text, html } of letters) {
    expect(
      new Set([...`${text}${html}`.matchAll(/https?:\/\/[^/\s"<]+/g)].map(([origin]) => origin)),
    ).toEqual(new Set([used.url]));
    expect(`${text}${html}`).not.toContain("evil");
  }
  await used.renew();
});

test("another site's form asks for nothing and sets nothing", async () => {
  const user = await used.signUp();
  const agent = new Agent(used.url);
  await agent.get("/forgot-password");
  expect(
    (await agent.post("/forgot-password", { email: user.email, form_token: "x" })).status,
  ).toBe(403);
  expect(
    (
      await agent.post(
        "/forgot-password",
        { email: user.email },
        { "sec-fetch-site": "cross-site" },
      )
    ).status,
  ).toBe(403);
  await ask(user.email);
  const token = await tokenFor(user.email);
  await agent.get(`/reset-password?token=${token}`);
  const foreign: readonly Record<string, string>[] = [
    { origin: "https://evil.example" },
    { "sec-fetch-site": "same-site" },
  ];
  for (const headers of foreign)
    expect(
      (await agent.post("/reset-password", { token, password: "a brand new password" }, headers))
        .status,
    ).toBe(403);
  expect(await signsIn(user.email, user.password)).toBe(true);
  expect(
    (await lettersIn(used.server.mailFolder)).filter(({ to }) => to === user.email),
  ).toHaveLength(1);
});

test("one address gets five letters in 15 minutes, known or not", async () => {
  const user = await used.signUp();
  for (const email of [user.email, `${unique()}@example.com`]) {
    const statuses = [];
    for (let time = 0; time < 6; time++) statuses.push((await ask(email)).status);
    expect(statuses).toEqual([...Array<number>(5).fill(303), 429]);
  }
  expect((await ask("no address")).status).toBe(422);
});

test("no token and no address is in the log", () => {
  const log = used.server.log.join("");
  expect(log).toContain('"kind":"reset-password"');
  expect(log).not.toMatch(/lkm_|token=|@example/i);
});
