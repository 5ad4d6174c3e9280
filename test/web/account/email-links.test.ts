import { describe, expect, test } from "vitest";
import { movableClock } from "../../identity/clock.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { emailPages } from "./email-pages.ts";

const clock = movableClock();

const used = useServer({ clock });

const { newest, tokenIn, shown, follow, signedIn, change } = emailPages(used);

describe("a link that its user doesn't follow signed in", () => {
  /** A letter that asks a user to confirm the address. */
  async function letterFor(user: SignedIn): Promise<string> {
    const agent = await signedIn(user);
    await agent.get("/account/email");
    await agent.post("/account/email/verification", {});
    return (await newest(user.email)).link;
  }

  test(
    "asks for the account's password, also in another user's session, and is good for " +
      "another try",
    async () => {
      const [user, stranger] = [await used.signUp(), await used.signUp()];
      const link = await letterFor(user);
      for (const agent of [new Agent(used.url), await signedIn(stranger)]) {
        for (const password of ["", "wrong password", stranger.password]) {
          expect((await follow(link, password, agent)).status).toBe(401);
          expect(agent.page).toContain("Wrong password.");
          expect(await shown(user)).toMatchObject({ emailVerified: false });
        }
        expect((await follow(link, "x".repeat(1025), agent)).status).toBe(422);
        expect(agent.page).toContain("Too long");
        // Left out altogether, it is wrong as well.
        expect((await agent.post("/verify-email", { token: tokenIn({ link }) })).status).toBe(401);
      }
      expect((await follow(link, user.password)).status).toBe(303);
      expect(await shown(user)).toMatchObject({ emailVerified: true });
      expect(await shown(stranger)).toMatchObject({ emailVerified: false });
    },
  );

  test("opens nothing: who has followed it is not signed in by that", async () => {
    const user = await used.signUp();
    const agent = new Agent(used.url);
    await follow(await letterFor(user), user.password, agent);
    expect((await agent.get("/account")).headers.get("location")).toContain("/sign-in");
  });

  test("counts wrong passwords as a sign-in does", async () => {
    const user = await used.signUp();
    const link = await letterFor(user);
    const statuses = [];
    for (let time = 0; time < 11; time++)
      statuses.push((await follow(link, `wrong ${time}`)).status);
    // This network is known to be the user's, whose own sign-in has just succeeded from it.
    expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
    expect((await new Agent(used.url).signIn(user)).status).toBe(429);
    const events = await used.server.store.audit.list(
      { userId: user.id, type: "user.sign_in", succeeded: false },
      { limit: 20 },
    );
    expect(events).toHaveLength(10);
  });

  test("takes one click in the user's own session", async () => {
    const user = await used.signUp();
    const [link, agent] = [await letterFor(user), await signedIn(user)];
    await agent.get(new URL(link).pathname + new URL(link).search);
    expect(agent.page).not.toContain('type="password"');
    expect((await follow(link, "", agent)).status).toBe(303);
    expect(await shown(user)).toMatchObject({ emailVerified: true });
  });

  test("to another address needs it too", async () => {
    const user = await used.signUp();
    const email = `${unique()}@example.com`;
    await change(await signedIn(user), email, user.password);
    const { link } = await newest(email);
    expect((await follow(link, "wrong password")).status).toBe(401);
    expect((await shown(user)).email).toBe(user.email);
    expect((await follow(link, user.password)).status).toBe(303);
    expect((await shown(user)).email).toBe(email);
  });
});

test(
  "an address that a client changes is not confirmed, and the old one gets an e-mail; " +
    "so it is with a password",
  async () => {
    const user = await used.signUp();
    const agent = await signedIn(user);
    await agent.get("/account/email");
    await agent.post("/account/email/verification", {});
    await follow((await newest(user.email)).link, user.password, agent);
    expect(await shown(user)).toMatchObject({ emailVerified: true });
    const email = `${unique()}@example.com`;
    const { user: changed } = await used.administrator.users.updateUser({
      user: { id: user.id, email },
      updateMask: { paths: ["email"] },
    });
    expect(changed).toMatchObject({ email, emailVerified: false });
    expect(await newest(user.email, 2)).toMatchObject({
      subject: "Your e-mail address was changed",
    });
    await used.administrator.users.changePassword({
      userId: user.id,
      newPassword: "a brand new password",
    });
    expect(await newest(email)).toMatchObject({ subject: "Your password was changed" });
  },
);

test("only the server says of an address that it is confirmed", async () => {
  const user = await used.signUp();
  await user.users.updateUser({ user: { id: "me", emailVerified: true, username: unique() } });
  expect(await shown(user)).toMatchObject({ emailVerified: false });
});
