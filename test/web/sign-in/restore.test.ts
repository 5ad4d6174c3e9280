import { beforeEach, describe, expect, test } from "vitest";
import { lettersTo } from "../../email/mailbox.ts";
import { agree, post, redeem, register } from "../../oauth/flow.ts";
import { DAY, MINUTE, movableClock } from "../../identity/clock.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const clock = movableClock();
const used = useServer({ clock });

let user: SignedIn;
let agent: Agent;

/** Deletes the account by its page; answers where that leads. */
async function leave(
  who: SignedIn,
  browser: Agent,
  password = who.password,
): Promise<{ status: number; location: string | null }> {
  await browser.signIn(who);
  await browser.get("/account/delete");
  const { status, headers } = await browser.post("/account/delete", { password });
  return { status, location: headers.get("location") };
}
/** Signs in and, when the page offers it, comes back. */
const offered = async (browser: Agent, identifier: string, password: string): Promise<boolean> => {
  await browser.get("/sign-in");
  await browser.post("/sign-in", { identifier, password });
  return browser.hidden("offer") !== "";
};
const restore = async (
  browser: Agent,
  fields: Record<string, string> = {},
): Promise<{ status: number; location: string | null }> => {
  const { status, headers } = await browser.post("/restore", {
    offer: browser.hidden("offer"),
    ...fields,
  });
  return { status, location: headers.get("location") };
};
const stateOf = async (id: string): Promise<string> =>
  (await used.server.store.users.find(id))!.state;

beforeEach(async () => {
  await used.renew();
  [user, agent] = [await used.signUp(), new Agent(used.url)];
});

test("an account is deleted with the password only, and all access ends", async () => {
  const client = await register(used.administrator);
  const { json } = await redeem(used.url, client, await agree(user, client));
  expect(await leave(user, agent, "wrong")).toEqual({ status: 422, location: null });
  expect(agent.page).toContain("Wrong password.");
  expect(await stateOf(user.id)).toBe("active");
  expect(await leave(user, agent)).toEqual({ status: 303, location: "/sign-in?notice=deleted" });
  expect(await stateOf(user.id)).toBe("deleted");
  expect(
    (await post(used.url, "introspect", { token: String(json["access_token"]) }, client)).json,
  ).toEqual({ active: false });
  await expect(user.users.getUser({ userId: user.id })).rejects.toThrow("unauthenticated");
  expect((await agent.get("/account")).headers.get("location")).toContain("/sign-in");
  await expect(
    used.as().users.signIn({
      identifier: { case: "email", value: user.email },
      password: user.password,
    }),
  ).rejects.toThrow("the password is wrong");
});

test(
  "a user who has deleted the account restores it with the old password, by address or " +
    "by name",
  async () => {
    for (const identifier of [user.email.toUpperCase(), user.username]) {
      await leave(user, agent);
      expect(await offered(agent, identifier, user.password)).toBe(true);
      expect(agent.page).toContain(`You deleted the account ${user.username}.`);
      const cookie = agent.cookie;
      expect(await restore(agent)).toEqual({ status: 303, location: "/account?notice=restored" });
      expect(agent.cookie).not.toBe(cookie);
      await agent.get("/account?notice=restored");
      expect(agent.page).toContain("Welcome back");
      expect(await stateOf(user.id)).toBe("active");
    }
    const types = (await used.server.store.audit.list({ userId: user.id }, { limit: 100 })).map(
      ({ type }) => type,
    );
    expect([
      types.filter((type) => type === "user.delete").length,
      types.filter((type) => type === "user.restore").length,
    ]).toEqual([2, 2]);
  },
);

test("the way back is there for 30 days", async () => {
  await leave(user, agent);
  clock.pass(30 * DAY - MINUTE);
  expect(await offered(agent, user.email, user.password)).toBe(true);
  clock.pass(2 * MINUTE);
  expect((await restore(agent)).status).toBe(403);
  expect(await offered(agent, user.email, user.password)).toBe(false);
  expect(await stateOf(user.id)).toBe("deleted");
});

test(
  "an offer is worth nothing in another browser, after ten minutes, changed, or of an " +
    "earlier deletion",
  async () => {
    await leave(user, agent);
    await offered(agent, user.email, user.password);
    const offer = agent.hidden("offer");
    const thief = new Agent(used.url);
    await thief.get("/sign-in");
    expect((await restore(thief, { offer })).status).toBe(403);
    for (const changed of ["", "x", offer.slice(0, -2), agent.hidden("form_token")]) {
      await agent.get("/sign-in");
      expect((await restore(agent, { offer: changed })).status).toBe(403);
    }
    clock.pass(11 * MINUTE);
    await agent.get("/sign-in");
    expect((await restore(agent, { offer })).status).toBe(403);
    expect(await stateOf(user.id)).toBe("deleted");
    await offered(agent, user.email, user.password);
    const earlier = agent.hidden("offer");
    await used.administrator.users.restoreUser({ userId: user.id });
    await agent.get("/sign-in");
    expect((await restore(agent, { offer: earlier })).status).toBe(403);
  },
);

describe("no other user restores it", () => {
  test("with a wrong password, which answers as for an unknown user, and counts", async () => {
    await leave(user, agent);
    const answer = async (identifier: string): Promise<string> => {
      const guest = new Agent(used.url);
      await guest.get("/sign-in", { "x-forwarded-for": "192.0.2.1" });
      const { status } = await guest.post("/sign-in", { identifier, password: "wrong" });
      const page = guest.page.replaceAll(identifier, "…");
      return `${status} ${page.replaceAll(/name="form_token" value="[^"]*"/g, "")}`;
    };
    expect(await answer(user.email)).toBe(await answer(`${unique()}@example.com`));
    expect(await answer(user.username)).toBe(await answer(unique()));
    const statuses = [];
    for (let time = 0; time < 9; time++) statuses.push((await answer(user.email)).slice(0, 3));
    expect(statuses).toEqual([...Array<string>(8).fill("401"), "429"]);
    expect(await offered(agent, user.email, user.password)).toBe(false);
  });

  test("whom an administrator has deleted", async () => {
    await used.administrator.users.deleteUser({ userId: user.id });
    expect(await offered(agent, user.email, user.password)).toBe(false);
    expect(agent.page).toContain("Wrong e-mail, user name or password.");
  });
});

describe("what others have taken in the meantime", () => {
  test("a name: another one is asked for", async () => {
    await leave(user, agent);
    await used.signUp({ username: user.username });
    expect(await offered(agent, user.email, user.password)).toBe(true);
    expect((await restore(agent)).status).toBe(422);
    expect(agent.page).toContain("This user name is already taken.");
    expect((await restore(agent, { username: "a@b" })).status).toBe(422);
    const name = unique();
    expect(await restore(agent, { username: name })).toMatchObject({ status: 303 });
    expect(await used.server.store.users.find(user.id)).toMatchObject({
      state: "active",
      username: name,
      email: user.email,
    });
  });

  test("an address: the page says what to do, and that helps", async () => {
    await leave(user, agent);
    const heir = await used.signUp({ email: user.email });
    expect(await offered(agent, user.email, user.password)).toBe(false);
    expect(await offered(agent, user.username, user.password)).toBe(true);
    expect((await restore(agent)).status).toBe(422);
    expect(agent.page).toContain(`Another account now uses the address ${user.email}.`);
    await heir.users.deleteUser({ userId: heir.id });
    await offered(agent, user.username, user.password);
    expect(await restore(agent)).toMatchObject({ status: 303 });
    expect([await stateOf(user.id), await stateOf(heir.id)]).toEqual(["active", "deleted"]);
  });
});

test("an administrator's account stays, and the page says why", async () => {
  await used.server.store.users.setAdministrator(user.id, true, clock.now());
  await agent.signIn(user);
  await agent.get("/account/delete");
  expect(agent.page).not.toContain('method="post" action="/account/delete"');
  expect((await agent.post("/account/delete", { password: user.password })).status).toBe(409);
  expect(agent.page).toContain("You are an administrator of this server.");
  expect(await stateOf(user.id)).toBe("active");
});

test("a deletion needs the form of this session", async () => {
  await agent.signIn(user);
  await agent.get("/account/delete");
  for (const [fields, headers] of [
    [{ form_token: "" }, {}],
    [{}, { "sec-fetch-site": "cross-site" }],
  ] as const) {
    expect(
      (await agent.post("/account/delete", { password: user.password, ...fields }, headers)).status,
    ).toBe(403);
    await agent.get("/account/delete");
  }
  expect(await stateOf(user.id)).toBe("active");
});

test("the user is written to when the account is deleted, and when it is restored", async () => {
  const { mailFolder } = used.server;
  await leave(user, agent);
  const [deleted] = (await lettersTo(mailFolder, user.email, 1)).slice(-1);
  expect(deleted).toMatchObject({
    subject: "Your account was deleted",
    link: `${used.url}/sign-in`,
  });
  expect(await offered(agent, user.email, user.password)).toBe(true);
  expect((await restore(agent)).status).toBe(303);
  const [restored] = (await lettersTo(mailFolder, user.email, 2)).slice(-1);
  expect(restored?.subject).toBe("Your account was restored");
});
