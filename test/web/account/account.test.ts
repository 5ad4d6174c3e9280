// The account's pages as programs see them: what each act does elsewhere, what it leaves alone, and
// what is refused.
import { beforeAll, describe, expect, test } from "vitest";
import { agree, post, redeem, register, type Registered } from "../../oauth/flow.ts";
import { DAY, MINUTE, movableClock } from "../../identity/clock.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const clock = movableClock();
const used = useServer({ clock });

let user: SignedIn;
let agent: Agent;

const signedIn = async (who: SignedIn): Promise<Agent> => {
  const browser = new Agent(used.url);
  await browser.signIn(who);
  return browser;
};
const isIn = async (browser: Agent): Promise<boolean> =>
  (await browser.get("/account")).status === 200;
const audited = async (id: string, type: string): Promise<number> =>
  (await used.server.store.audit.list({ userId: id, type }, { limit: 100 })).length;
const sessionIds = async (who: SignedIn): Promise<string[]> =>
  (await used.administrator.users.listSessions({ userId: who.id })).sessions.map(({ id }) => id);

/** A client with a live access token of the user. */
async function connected(
  who: SignedIn,
): Promise<{ client: Registered; isActive: () => Promise<unknown> }> {
  const client = await register(used.administrator);
  const { json } = await redeem(used.url, client, await agree(who, client));
  return {
    client,
    isActive: async () =>
      (await post(used.url, "introspect", { token: String(json["access_token"]) }, client)).json[
        "active"
      ],
  };
}

beforeAll(async () => {
  user = await used.signUp();
  agent = await signedIn(user);
});

describe("the profile", () => {
  test("shows who one is, and takes another name", async () => {
    await agent.get("/account");
    for (const text of [user.username, user.email, user.id]) expect(agent.page).toContain(text);
    const name = unique("Zoë ");
    const response = await agent.post("/account", { username: ` ${name} ` });
    expect([response.status, response.headers.get("location")]).toEqual([
      303,
      "/account?notice=renamed",
    ]);
    expect((await user.users.getUser({ userId: user.id })).user?.username).toBe(name);
    expect(await audited(user.id, "user.update")).toBe(1);
  });

  test("refuses another user's name, and one that is none", async () => {
    const other = await used.signUp();
    for (const [username, text] of [
      [other.username, "This user name is already taken"],
      ["a@b", "can’t contain @"],
      [" ", "can’t contain @"],
      ["x".repeat(129), "Too long: 128 characters"],
    ] as const) {
      await agent.get("/account");
      expect((await agent.post("/account", { username })).status).toBe(422);
      expect(agent.page).toContain(text);
    }
  });
});

describe("a new password", () => {
  test(
    "needs the current one, ends every other session and token, and gives this browser a " +
      "new session",
    async () => {
      const who = await used.signUp();
      const [here, elsewhere, app] = [
        await signedIn(who),
        await signedIn(who),
        await connected(who),
      ];
      const old = new Agent(used.url);
      old.cookie = here.cookie;
      const next = unique("a new password ");
      await here.get("/account/password");
      expect(
        (await here.post("/account/password", { current_password: "wrong", new_password: next }))
          .status,
      ).toBe(422);
      expect(here.page).toContain("Wrong password.");
      expect([await isIn(elsewhere), await app.isActive()]).toEqual([true, true]);
      await here.get("/account/password");
      expect(
        (
          await here.post("/account/password", {
            current_password: who.password,
            new_password: next,
          })
        ).headers.get("location"),
      ).toBe("/account?notice=password");
      expect([
        await isIn(here),
        await isIn(elsewhere),
        await isIn(old),
        await app.isActive(),
      ]).toEqual([true, false, false, false]);
      expect((await here.signIn(who)).status).toBe(401);
      expect((await here.signIn({ ...who, password: next })).status).toBe(303);
      expect(await audited(who.id, "user.change_password")).toBe(1);
    },
  );

  test.each([
    ["1234567", "too short"],
    ["Password1", "too common"],
    ["x".repeat(1025), "Too long: 1,024 bytes"],
  ])("must be one that sign-up takes: %s", async (password, text) => {
    await agent.get("/account/password");
    expect(
      (
        await agent.post("/account/password", {
          current_password: user.password,
          new_password: password,
        })
      ).status,
    ).toBe(422);
    expect(agent.page).toContain(text);
  });
});

describe("sessions", () => {
  test("are shown by device, protocol and address, and end one by one at once", async () => {
    const who = await used.signUp();
    const [here, phone] = [await signedIn(who), new Agent(used.url)];
    await phone.get("/sign-in");
    await phone.post(
      "/sign-in",
      { identifier: who.email, password: who.password },
      {
        "user-agent":
          "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, " +
          "like Gecko) Version/18.0 Mobile/15E148 Safari/604.1",
      },
    );
    await here.get("/account/sessions");
    for (const text of [
      "Safari · iPhone",
      "This device",
      "This site",
      "API identity",
      "127.0.0.1",
      "last used",
    ])
      expect(here.page).toContain(text);
    const [id = ""] =
      /<li>(?:(?!<\/li>)[^])*iPhone(?:(?!<\/li>)[^])*name="session" value="([^"]+)"/
        .exec(here.page)
        ?.slice(1) ?? [];
    expect(
      (await here.post("/account/sessions/end", { session: id })).headers.get("location"),
    ).toBe("/account/sessions?notice=ended");
    expect([await isIn(phone), await isIn(here)]).toEqual([false, true]);
    await who.users.getUser({ userId: who.id });
  });

  test("end all but this one, or all, and leave those of others and of applications", async () => {
    const who = await used.signUp();
    const [here, elsewhere, app] = [await signedIn(who), await signedIn(who), await connected(who)];
    await here.get("/account/sessions");
    await here.post("/account/sessions/end-all", { which: "others" });
    expect([await isIn(here), await isIn(elsewhere), await app.isActive()]).toEqual([
      true,
      false,
      true,
    ]);
    await expect(who.users.getUser({ userId: who.id })).rejects.toThrow("unauthenticated");
    await here.get("/account/sessions");
    const response = await here.post("/account/sessions/end-all", { which: "all" });
    expect(response.headers.get("location")).toBe("/sign-in?notice=signed-out");
    expect([await isIn(here), await isIn(agent), await sessionIds(who)]).toEqual([false, true, []]);
    expect(await audited(who.id, "session.revoke")).toBe(2);
  });

  test("are shown in parts when there are many", async () => {
    const who = await used.signUp();
    const here = await signedIn(who);
    const { store } = used.server;
    const [sample] = await store.sessions.list(who.id, 0, clock.now(), { limit: 1 });
    for (let count = 0; count < 30; count++)
      await store.sessions.insert({ ...sample!, id: `0-${who.id}-${count}`, tokenHash: unique() });
    const ends = async (path: string): Promise<number> => (
      await here.get(path),
      here.page.split('name="session"').length - 1
    );
    const first = await ends("/account/sessions");
    const next = /href="(\/account\/sessions\?page=[^"]+)"/.exec(here.page)![1]!;
    expect([first, await ends(next)]).toEqual([19, 12]);
    expect((await agent.get(next)).status).toBe(404);
    expect((await here.get("/account/sessions?page=x")).status).toBe(404);
  });

  test("end by themselves after two weeks without a use, and after a month with it", async () => {
    const who = await used.signUp();
    const [idle, busy] = [await signedIn(who), await signedIn(who)];
    for (let day = 0; day < 29; day++) {
      clock.pass(DAY);
      expect(await isIn(busy)).toBe(true);
    }
    expect(await isIn(idle)).toBe(false);
    clock.pass(DAY + MINUTE);
    expect(await isIn(busy)).toBe(false);
    await used.renew();
    user = await used.signUp();
    agent = await signedIn(user);
  });
});

describe("applications", () => {
  test("are shown with what they may, and lose it at once", async () => {
    const who = await used.signUp();
    const [here, one, other] = [await signedIn(who), await connected(who), await connected(who)];
    await here.get("/account/apps");
    for (const text of [
      "A client",
      "client.example.com",
      "see your user name, e-mail address and profile and see the communities",
      "Registered by the administrator",
      "Access since",
      "last used",
    ])
      expect(here.page).toContain(text);
    const { grants } = await used.administrator.oauth.listGrants({ userId: who.id });
    const grant = grants.find(({ clientId }) => clientId === one.client.id)!.id;
    await here.post("/account/apps/revoke", { grant });
    expect([await one.isActive(), await other.isActive()]).toEqual([false, true]);
    expect(await audited(who.id, "grant.revoke")).toBe(1);
    await here.get("/account/apps");
    expect((await here.post("/account/apps/revoke", { grant })).status).toBe(404);
  });

  test("say who made them and for which community they act", async () => {
    const who = await used.signUp();
    const here = await signedIn(who);
    await used.administrator.users.updateUser({ user: { id: user.id, developer: true } });
    const client = await register(user, { scopes: ["profile"], apis: ["senler"] });
    const { group } = await who.users.createGroup({ name: "Tea <b>" });
    const { store } = used.server;
    await store.grants.agree({
      id: unique(),
      userId: who.id,
      clientId: client.id,
      groupId: group!.id,
      scopes: [],
      createdAt: clock.now(),
      lastUsedAt: clock.now(),
    });
    await here.get("/account/apps");
    expect(here.page).toContain(`Registered by ${user.username}. Unverified`);
    expect(here.page).toContain("act on behalf of the community “Tea &lt;b&gt;”");
  });
});

describe("what is another's", () => {
  test("can't be ended by its id, nor without the form of one's own session", async () => {
    const other = await used.signUp();
    const [theirs, app] = [await signedIn(other), await connected(other)];
    const [session = ""] = await sessionIds(other);
    const grant = (await used.administrator.oauth.listGrants({ userId: other.id })).grants[0]!.id;
    await theirs.get("/account");
    const foreign = theirs.hidden("form_token");
    const acts: readonly (readonly [string, Record<string, string>])[] = [
      ["/account/sessions/end", { session }],
      ["/account/sessions/end-all", { which: "all" }],
      ["/account/apps/revoke", { grant }],
      [
        "/account/password",
        { current_password: user.password, new_password: unique("long enough ") },
      ],
      ["/account", { username: unique() }],
    ];
    for (const [path, fields] of acts.filter(([each]) => /end$|revoke$/.test(each))) {
      await agent.get("/account");
      expect((await agent.post(path, fields)).status, path).toBe(404);
    }
    const before = await used.server.store.users.find(user.id);
    for (const [path, fields] of acts) {
      for (const [more, headers] of [
        [{ form_token: foreign }, {}],
        [{ form_token: "" }, {}],
        [{}, { "sec-fetch-site": "cross-site" }],
        [{}, { origin: "https://evil.example" }],
      ] as const) {
        await agent.get("/account");
        expect((await agent.post(path, { ...fields, ...more }, headers)).status, path).toBe(403);
      }
    }
    expect(await used.server.store.users.find(user.id)).toEqual(before);
    expect([await isIn(agent), await isIn(theirs), await app.isActive()]).toEqual([
      true,
      true,
      true,
    ]);
  });

  test("is only for signed-in users", async () => {
    const guest = new Agent(used.url);
    for (const path of [
      "/account",
      "/account/sessions",
      "/account/apps",
      "/account/communities",
      "/account/community?id=1",
      "/account/password",
    ]) {
      expect((await guest.get(path)).headers.get("location"), path).toBe(
        `/sign-in?return=${encodeURIComponent(path)}`,
      );
    }
  });
});
