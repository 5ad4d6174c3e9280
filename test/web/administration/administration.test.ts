import { beforeAll, describe, expect, test } from "vitest";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { agree, redeem, register } from "../../oauth/flow.ts";
import { aGroup, anEvent } from "../../store/samples.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";
import { administrationPages } from "./administration-pages.ts";

const clock = movableClock();

const used = useServer({ clock });

const { signedIn, stored, administrate, userPath } = administrationPages(used, clock);

let administrator: SignedIn;

let ada: SignedIn;

let admin: Agent;

beforeAll(async () => {
  [administrator, ada] = [await used.signUp(), await used.signUp()];
  await administrate(administrator);
  admin = await signedIn(administrator);
});

/** Does an act from the page that it stands on; answers where that leads. */
async function act(
  path: string,
  fields: Record<string, string>,
  from = userPath(ada),
): Promise<string | null> {
  await admin.get(from);
  return (await admin.post(path, fields)).headers.get("location");
}

describe("who gets in", () => {
  /** Every address of administration, as its caller would ask for it. */
  const routes = (): { method: string; path: string }[] =>
    [...used.server.pages]
      .filter(([path]) => path.startsWith("/administration"))
      .flatMap(([path, methods]) => methods.map((method) => ({ method, path })));

  /** What a visitor meets at each address, without what differs from visit to visit. */
  async function meets(agent: Agent): Promise<Set<string>> {
    const answers = new Set<string>();
    for (const { method, path } of routes()) {
      await agent.get("/sign-out");
      if (agent.hidden("form_token") === "") await agent.get("/sign-in");
      const fields = { id: ada.id, reason: "x", hours: "0", session: "x", grant: "x" };
      const response =
        method === "GET" ? await agent.get(`${path}?id=${ada.id}`) : await agent.post(path, fields);
      const shown =
        response.headers.get("location")?.replace(/\?.*/, "") ??
        agent.page.replaceAll(/name="form_token" value="[^"]*"/g, "");
      answers.add(`${response.status} ${shown}`);
    }
    return answers;
  }
  const nothingHere = async (agent: Agent): Promise<string> =>
    `${(await agent.get("/administration/nothing")).status} ` +
    `${agent.page.replaceAll(/name="form_token" value="[^"]*"/g, "")}`;

  test("there are such addresses", () => {
    expect(routes().length).toBeGreaterThan(12);
  });

  test("not users, developers or former administrators: 404", async () => {
    const [user, developer, former] = [
      await used.signUp(),
      await used.signUp(),
      await used.signUp(),
    ];
    await used.administrator.users.updateUser({ user: { id: developer.id, developer: true } });
    await administrate(former);
    const agent = await signedIn(former);
    expect((await agent.get("/administration")).status).toBe(200);
    await administrate(former, false);
    const before = await stored(ada);
    for (const visitor of [await signedIn(user), await signedIn(developer), agent]) {
      const nothing = await nothingHere(visitor);
      expect(nothing).toMatch(/^404 /);
      expect(await meets(visitor)).toEqual(new Set([nothing]));
      expect(visitor.page).not.toContain("/administration");
    }
    expect(await stored(ada)).toEqual(before);
  });

  test(
    "not guests, not a locked administrator, and no token of an administrator but the " +
      "browser's",
    async () => {
      const locked = await used.signUp();
      await administrate(locked);
      const lockedAgent = await signedIn(locked);
      await used.server.store.users.lock(locked.id, "by the operator", undefined, clock.now());
      const app = await register(used.administrator);
      const { json } = await redeem(used.url, app, await agree(administrator, app));
      const withCookie = [
        String(json["access_token"]),
        administrator.token,
        await used.server.administratorToken(),
      ].map((token) => {
        const agent = new Agent(used.url);
        agent.cookie = `latchkey=${token}`;
        return agent;
      });
      for (const visitor of [new Agent(used.url), lockedAgent, ...withCookie])
        expect(await meets(visitor)).toEqual(new Set(["303 /sign-in"]));
      for (const token of [String(json["access_token"]), administrator.token]) {
        expect(
          (await new Agent(used.url).get("/administration", { authorization: `Bearer ${token}` }))
            .status,
        ).toBe(303);
      }
      expect((await stored(ada)).state).toBe("active");
    },
  );

  test("an administrator, everywhere", async () => {
    for (const path of [
      "/administration",
      userPath(ada),
      `/administration/lock?id=${ada.id}`,
      "/administration/applications",
      "/administration/audit",
    ]) {
      expect((await admin.get(path)).status, path).toBe(200);
      expect(admin.page, path).toContain('href="/administration"');
    }
    for (const path of [
      "/administration/user?id=nobody",
      "/administration/lock?id=nobody",
      "/administration/application?id=nothing",
      "/administration/user",
      "/administration/users?page=x",
      "/administration/audit?page=x",
    ]) {
      expect((await admin.get(path)).status, path).toBe(404);
    }
    for (const path of [
      "/administration/audit?from=yesterday",
      "/administration/audit?until=2026-13-01T00:00",
    ])
      expect((await admin.get(path)).status, path).toBe(400);
  });
});

test("a forged form changes nothing: other site, other session, no token", async () => {
  const before = await stored(ada);
  const theirs = await signedIn(ada);
  await theirs.get("/sign-out");
  for (const [path, methods] of used.server.pages) {
    if (!path.startsWith("/administration") || !methods.includes("POST")) continue;
    const fields = { id: ada.id, reason: "x", hours: "0" };
    const tries: readonly (readonly [Record<string, string>, Record<string, string>])[] = [
      [{ form_token: "" }, {}],
      [{ form_token: theirs.hidden("form_token") }, {}],
      [{}, { "sec-fetch-site": "cross-site" }],
      [{}, { origin: "https://evil.example" }],
    ];
    for (const [more, headers] of tries) {
      await admin.get(userPath(ada));
      expect((await admin.post(path, { ...fields, ...more }, headers)).status, path).toBe(403);
    }
  }
  expect(await stored(ada)).toEqual(before);
});

test("an application is found, seen with its owner, and its tokens end", async () => {
  const user = await used.signUp();
  const name = unique("Teapot ");
  const client = await register(used.administrator);
  await used.administrator.oauth.updateClient({
    client: { id: client.id, name },
    updateMask: { paths: ["name"] },
  });
  const { json } = await redeem(used.url, client, await agree(user, client));
  const withToken = used.as(String(json["access_token"]));
  expect((await withToken.users.getUser({ userId: "me" })).user?.id).toBe(user.id);
  await admin.get("/administration/applications?contains=Teapot");
  expect(admin.page).toContain(`/administration/application?id=${client.id}`);
  await admin.get(`/administration/application?id=${client.id}`);
  for (const text of [client.id, name, "the administrator of this server"])
    expect(admin.page).toContain(text);
  expect(admin.page).not.toContain(client.secret);
  expect(await act("/administration/application/end-tokens", { id: client.id })).toBe(
    `/administration/application?id=${client.id}&notice=ended`,
  );
  await expect(withToken.users.getUser({ userId: "me" })).rejects.toThrow("unauthenticated");
});

test("the trail is read by its facts, and holds what administrators did", async () => {
  // More than the page of 50 that is shown at first.
  for (let count = 0; count < 51; count++) await used.server.store.audit.append(anEvent());
  const user = await used.signUp();
  await admin.get(`/administration/lock?id=${user.id}`);
  await admin.post("/administration/lock", { id: user.id, reason: "<b>a reason</b>", hours: "0" });
  const found = async (query: Record<string, string>): Promise<number> => {
    await admin.get(`/administration/audit?${new URLSearchParams(query)}`);
    return admin.page.match(/<strong>[a-z_]+\.[a-z_]+<\/strong>/g)?.length ?? 0;
  };
  expect(await found({ user: user.id, type: "user.lock" })).toBe(1);
  for (const text of [
    "&lt;b&gt;a reason&lt;/b&gt;",
    userPath(administrator),
    userPath(user),
    "127.0.0.1",
  ])
    expect(admin.page).toContain(text);
  expect(
    await found({ user: user.id, actor: `user:${administrator.id}`, outcome: "succeeded" }),
  ).toBe(1);
  expect(await found({ user: user.id, outcome: "failed" })).toBe(0);
  const minute = new Date(clock.now()).toISOString().slice(0, 16);
  expect(await found({ user: user.id, until: minute.replace(/^\d{4}/, "2020") })).toBe(0);
  expect(
    await found({
      user: user.id,
      from: minute.replace(/^\d{4}/, "2020"),
      until: minute.replace(/^\d{4}/, "2999"),
    }),
  ).toBeGreaterThan(1);
  expect(await found({})).toBe(50);
  const [, next = ""] = /href="([^"]*page=[^"]*)"/.exec(admin.page)!;
  expect((await admin.get(next.replaceAll("&amp;", "&"))).status).toBe(200);
});

test("the trail names who signed in, and the community of a consent", async () => {
  const user = await used.signUp();
  await new Agent(used.url).signIn(user);
  const group = aGroup({ name: "Tea & jam" });
  await used.server.store.groups.insert(group);
  const details = { api: "senler", group: group.id.toString() };
  await used.server.store.audit.append({
    ...anEvent({ type: "grant.agree", userId: user.id, details }),
    at: clock.now(),
  });
  await admin.get(`/administration/audit?user=${user.id}`);
  const events = admin.page.split("<tr>").slice(2);
  const signIn = events.find((each) => each.includes("user.sign_in"))!;
  // As the one who did it, and not again as the target.
  expect(signIn.split(`href="/administration/user?id=${user.id}"`)).toHaveLength(2);
  const agreed = events.find((each) => each.includes("grant.agree"));
  expect(agreed).toContain(`group: <bdi>Tea &amp; jam</bdi> (${group.id})`);
});

test("an act takes the password, when it was given long ago", async () => {
  const user = await used.signUp();
  const before = await stored(user);
  clock.pass(5 * MINUTE);
  const back = encodeURIComponent(userPath(user));
  expect((await admin.get(userPath(user))).status).toBe(200);
  expect((await admin.get(`/administration/lock?id=${user.id}`)).headers.get("location")).toBe(
    `/confirm?return=${encodeURIComponent(`/administration/lock?id=${user.id}`)}`,
  );
  for (const [path, methods] of used.server.pages) {
    if (!methods.includes("POST") || !/^\/administration\/(?:user|lock)/.test(path)) continue;
    expect(await act(path, { id: user.id, reason: "x", hours: "0" }, userPath(user)), path).toBe(
      `/confirm?return=${back}`,
    );
  }
  expect(await stored(user)).toEqual(before);
  await admin.get(`/confirm?return=${back}`);
  expect(
    (
      await admin.post("/confirm", { password: administrator.password, return: userPath(user) })
    ).headers.get("location"),
  ).toBe(userPath(user));
  expect(await act("/administration/user/end-access", { id: user.id }, userPath(user))).toContain(
    "notice=access-ended",
  );
});
