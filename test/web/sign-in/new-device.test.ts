// A letter after a sign-in from a device that is new to the user.
import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { lettersIn, letterTo } from "../../email/mailbox.ts";
import { stores } from "../../mariadb.ts";
import { type SignedIn, useServer } from "../../use-server.ts";

const FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
const NEWER_FIREFOX = FIREFOX.replaceAll("140", "141");
const SAFARI = "Mozilla/5.0 (Macintosh) AppleWebKit/605.1.15 (KHTML, like Gecko) Safari/605.1.15";

const environment = { TRUSTED_PROXIES: "127.0.0.1", SIGN_IN_NETWORK_FAILURES: "1000" };

describe.each(stores)("on $engine", ({ engine }) => {
  const used = useServer({ engine, environment });

  const signIn = async (
    { email, password }: Pick<SignedIn, "email" | "password">,
    { from, agent }: { readonly from: string; readonly agent: string },
  ): Promise<number> => {
    const response = await fetch(`${used.url}/v1/sessions`, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        "x-forwarded-for": from,
        "user-agent": agent,
      },
      body: JSON.stringify({ email, password }),
    });
    return response.status;
  };

  /** A user who has signed in once, with a verified address or without. */
  const newUser = async (isVerified = true): Promise<SignedIn> => {
    const user = await used.signUp();
    const { store } = used.server;
    const { emailKey, epoch } = (await store.users.find(user.id))!;
    // Before the address is verified, so that it sends no letter.
    expect(await signIn(user, { from: "192.0.2.1", agent: FIREFOX })).toBe(200);
    if (isVerified) await store.users.verifyEmail(user.id, emailKey, epoch, Date.now());
    return user;
  };

  /** The letters to a user, when all that were caused have had time to arrive. */
  const lettersOf = async ({ email }: SignedIn): Promise<string[]> => {
    await delay(300);
    return (await lettersIn(used.server.mailFolder))
      .filter(({ to }) => to === email)
      .map(({ subject }) => subject);
  };

  test("is sent for another browser in another network, once an hour", async () => {
    const user = await newUser();
    const letters = (await lettersOf(user)).length;
    expect(await signIn(user, { from: "198.51.100.7", agent: SAFARI })).toBe(200);
    const { subject, text, link } = await letterTo(used.server.mailFolder, user.email, letters + 1);
    expect([subject, link]).toEqual([
      "New sign-in to your account",
      expect.stringMatching(/\/forgot-password$/),
    ]);
    for (const secret of [user.password, "198.51.100.7", "Safari"])
      expect(text).not.toContain(secret);
    expect(await signIn(user, { from: "203.0.113.9", agent: "curl/8" })).toBe(200);
    expect(await lettersOf(user)).toHaveLength(letters + 1);
  });

  test.each([
    ["a known browser, updated, in a new network", "198.51.100.8", NEWER_FIREFOX, true],
    ["a new browser in a known network", "192.0.2.1", SAFARI, true],
    ["a new device, and the address isn't verified", "198.51.100.9", SAFARI, false],
  ])("is not sent for %s", async (_, from, agent, isVerified) => {
    const user = await newUser(isVerified);
    const letters = await lettersOf(user);
    expect(await signIn(user, { from, agent })).toBe(200);
    expect(await lettersOf(user)).toEqual(letters);
  });

  test("is not sent for a wrong password, nor for the first sign-in", async () => {
    const user = await newUser();
    const letters = await lettersOf(user);
    const wrong = { email: user.email, password: "not the password" };
    expect(await signIn(wrong, { from: "198.51.100.10", agent: SAFARI })).toBe(401);
    expect(await lettersOf(user)).toEqual(letters);
    const email = `first-${user.email}`;
    const password = "correct horse battery";
    const { user: created } = await used.administrator.users.createUser({ email, password });
    const { store } = used.server;
    const { emailKey, epoch } = (await store.users.find(created!.id))!;
    await store.users.verifyEmail(created!.id, emailKey, epoch, Date.now());
    expect(await signIn({ email, password }, { from: "198.51.100.11", agent: SAFARI })).toBe(200);
    expect(await lettersOf({ ...user, email })).toEqual([]);
  });
});

describe("with NEW_DEVICE_LETTERS off", () => {
  const used = useServer({ environment: { ...environment, NEW_DEVICE_LETTERS: "off" } });

  test("none is sent", async () => {
    const user = await used.signUp();
    const { store } = used.server;
    const { emailKey, epoch } = (await store.users.find(user.id))!;
    await store.users.verifyEmail(user.id, emailKey, epoch, Date.now());
    const response = await fetch(`${used.url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-forwarded-for": "198.51.100.7" },
      body: JSON.stringify({ email: user.email, password: user.password }),
    });
    expect(response.status).toBe(200);
    await delay(300);
    const subjects = (await lettersIn(used.server.mailFolder)).map(({ subject }) => subject);
    expect(subjects).not.toContain("New sign-in to your account");
  });
});
