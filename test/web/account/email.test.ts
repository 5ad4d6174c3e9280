import { describe, expect, test } from "vitest";
import { DAY, MINUTE, movableClock } from "../../identity/clock.ts";
import { lettersIn, lettersTo } from "../../email/mailbox.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { emailPages } from "./email-pages.ts";

const clock = movableClock();

const used = useServer({ clock });

const { newest, tokenIn, shown, follow, signedIn, change } = emailPages(used);

/** Registers by the page. */
async function register(email: string, headers: Record<string, string> = {}): Promise<void> {
  const agent = new Agent(used.url);
  await agent.get("/sign-up");
  expect(
    (
      await agent.post(
        "/sign-up",
        { email, username: unique(), password: "correct horse battery" },
        headers,
      )
    ).status,
  ).toBe(303);
}

describe("after registration", () => {
  test(
    "a letter in the visitor's language asks to confirm the address; sign-in doesn't " +
      "wait for it",
    async () => {
      const email = `${unique()}@example.com`;
      await register(email, { "accept-language": "ru" });
      const agent = new Agent(used.url);
      expect((await agent.signIn({ email, password: "correct horse battery" })).status).toBe(303);
      const letter = await newest(email);
      expect(letter.subject).toBe("Подтвердите адрес электронной почты");
      await agent.get("/account/email");
      expect(agent.page).toContain("not confirmed");
      // Looking changes nothing.
      expect((await agent.get(`/verify-email?token=${tokenIn(letter)}`)).status).toBe(200);
      await agent.get("/account/email");
      expect(agent.page).toContain("not confirmed");
      expect((await follow(letter.link, "correct horse battery")).headers.get("location")).toBe(
        "/verify-email?notice=done",
      );
      await agent.get("/account/email");
      expect(agent.page).not.toContain("not confirmed");
      expect((await follow(letter.link, "correct horse battery")).status).toBe(410);
    },
  );

  test(
    "the owner of a taken address gets an e-mail, three times a day at most; the user " +
      "who asked does not learn it",
    async () => {
      const owner = await used.signUp();
      for (let time = 0; time < 4; time++) await register(owner.email.toUpperCase());
      const letters = await lettersTo(used.server.mailFolder, owner.email, 3);
      expect(letters.map(({ subject }) => subject)).toEqual(
        Array(3).fill("You already have an account"),
      );
      expect(letters[0]!.link).toBe(`${used.url}/sign-in`);
      expect(
        (await lettersIn(used.server.mailFolder)).filter(
          ({ to }) => to.toLowerCase() === owner.email,
        ),
      ).toHaveLength(3);
    },
  );
});

describe("the letter once more", () => {
  test("is for users, works for a day, and the newest counts", async () => {
    const user = await used.signUp();
    const agent = await signedIn(user);
    for (let time = 0; time < 2; time++) {
      await agent.get("/account/email");
      expect((await agent.post("/account/email/verification", {})).headers.get("location")).toBe(
        "/account/email?notice=sent",
      );
      await lettersTo(used.server.mailFolder, user.email, time + 1);
    }
    await agent.get("/account/email?notice=sent");
    expect(agent.page).toContain("E-mails are saved as files in DATA_DIR/mail");
    const [older, newer] = await lettersTo(used.server.mailFolder, user.email, 2);
    expect((await follow(older!.link, user.password)).status).toBe(410);
    clock.pass(DAY - MINUTE);
    expect((await follow(newer!.link, user.password)).status).toBe(303);
    await used.renew();
    expect(await shown(user)).toMatchObject({ emailVerified: true });
    const guest = new Agent(used.url);
    await guest.get("/sign-in");
    expect((await guest.post("/account/email/verification", {})).headers.get("location")).toContain(
      "/sign-in?return=",
    );
  });

  test("expires, and is sent five times in 15 minutes", async () => {
    const user = await used.signUp();
    const agent = await signedIn(user);
    const statuses = [];
    for (let time = 0; time < 6; time++) {
      await agent.get("/account/email");
      statuses.push((await agent.post("/account/email/verification", {})).status);
    }
    expect(statuses).toEqual([...Array<number>(5).fill(303), 429]);
    const letter = await newest(user.email, 5);
    // Nor does the address get more by accounts that come and go.
    const later = `${unique()}@example.com`;
    await used.server.store.users.delete(user.id, clock.now(), true);
    for (const email of [user.email, later]) await register(email);
    await newest(later);
    expect(
      (await lettersIn(used.server.mailFolder)).filter(({ to }) => to === user.email),
    ).toHaveLength(5);
    clock.pass(DAY);
    expect((await follow(letter.link, user.password)).status).toBe(410);
    await used.renew();
  });
});

describe("another address", () => {
  test(
    "is the user's when the link that was sent to it is followed; this session stays, " +
      "all others end, the old address gets an e-mail",
    async () => {
      const user = await used.signUp();
      const [agent, other] = [await signedIn(user), await signedIn(user)];
      const email = `${unique()}@example.com`;
      expect(await change(agent, email, user.password)).toBe(303);
      const letter = await newest(email);
      expect(letter.subject).toBe("Confirm your new e-mail address");
      expect(await shown(user)).toMatchObject({ email: user.email, emailVerified: false });
      expect((await follow(letter.link, user.password, agent)).status).toBe(303);
      expect(await shown(user)).toMatchObject({ email, emailVerified: true });
      expect((await agent.get("/account/email")).status).toBe(200);
      expect(agent.page).toContain(email);
      expect((await other.get("/account/email")).status).toBe(303);
      await expect(user.users.getUser({ userId: "me" })).rejects.toThrow();
      expect(await newest(user.email)).toMatchObject({
        subject: "Your e-mail address was changed",
      });
      expect((await new Agent(used.url).signIn({ email, password: user.password })).status).toBe(
        303,
      );
      const events = await used.server.store.audit.list({ userId: user.id }, { limit: 20 });
      expect(events.map(({ type }) => type)).toEqual(
        expect.arrayContaining(["mail_link.create", "user.change_email"]),
      );
    },
  );

  test("needs the current password, and an address that is one and not the same", async () => {
    const user = await used.signUp();
    const agent = await signedIn(user);
    for (const [email, password, text] of [
      [`${unique()}@example.com`, "wrong password", "Wrong password."],
      [`${unique()}@example.com`, "", "Wrong password."],
      ["no address", user.password, "Enter a valid e-mail address."],
      [user.email.toUpperCase(), user.password, "This is already your e-mail address."],
    ] as const) {
      expect(await change(agent, email, password)).toBe(422);
      expect(agent.page).toContain(text);
    }
    expect(
      (
        await agent.post("/account/email", {
          email: "a@example.com",
          password: user.password,
          form_token: "x",
        })
      ).status,
    ).toBe(403);
    expect(
      (await lettersIn(used.server.mailFolder)).filter(({ to }) => to === "a@example.com"),
    ).toEqual([]);
  });

  test("of another user gets an answer like any other, and an e-mail to its owner", async () => {
    const [user, owner] = [await used.signUp(), await used.signUp()];
    const agent = await signedIn(user);
    expect(await change(agent, owner.email, user.password)).toBe(303);
    expect(await newest(owner.email)).toMatchObject({ subject: "You already have an account" });
    expect(await shown(user)).toMatchObject({ email: user.email });
  });

  test("that another user takes before the link is followed stays theirs", async () => {
    const user = await used.signUp();
    const [agent, email] = [await signedIn(user), `${unique()}@example.com`];
    await change(agent, email, user.password);
    const letter = await newest(email);
    const taker = await used.signUp({ email });
    expect((await follow(letter.link, user.password)).status).toBe(410);
    expect([await shown(user), await shown(taker)].map((each) => each.email)).toEqual([
      user.email,
      email,
    ]);
  });

  test("followed in a stranger's browser doesn't touch the stranger's session", async () => {
    const [user, stranger] = [await used.signUp(), await used.signUp()];
    const email = `${unique()}@example.com`;
    await change(await signedIn(user), email, user.password);
    const agent = await signedIn(stranger);
    expect((await follow((await newest(email)).link, user.password, agent)).status).toBe(303);
    await agent.get("/account/email");
    expect(agent.page).toContain(stranger.email);
  });

  test.each<readonly [string, (user: SignedIn) => Promise<unknown>]>([
    ["15 minutes have passed", () => Promise.resolve(clock.pass(15 * MINUTE))],
    [
      "the password was changed",
      ({ id }) =>
        used.administrator.users.changePassword({ userId: id, newPassword: "another password" }),
    ],
    [
      "the user was locked",
      ({ id }) => used.administrator.users.lockUser({ userId: id, reason: "spam" }),
    ],
    [
      "the address was changed",
      ({ id }) =>
        used.administrator.users.updateUser({
          user: { id, email: `${unique()}@example.com` },
          updateMask: { paths: ["email"] },
        }),
    ],
  ])("is not taken once %s", async (_, act) => {
    const user = await used.signUp();
    const email = `${unique()}@example.com`;
    await change(await signedIn(user), email, user.password);
    const letter = await newest(email);
    await act(user);
    expect((await follow(letter.link, user.password)).status).toBe(410);
    await used.renew();
    expect((await shown(user)).email).not.toBe(email);
  });
});
