// A form whose act needs the password once more: it is asked for, and the form goes on as it was
// sent.
import { expect, test } from "vitest";
import { GroupRole } from "../../../gen/identity/v1/model_pb.ts";
import { IdentityError } from "../../../src/domain/errors.ts";
import type { BrowserSessions } from "../../../src/web/request/browser-sessions.ts";
import { confirming } from "../../../src/web/sign-in/confirm.ts";
import type { WebDependencies } from "../../../src/web/request/dependencies.ts";
import type { PageContext } from "../../../src/web/request/page-context.ts";
import { MINUTE, movableClock } from "../../identity/clock.ts";
import { register } from "../../oauth/flow.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const clock = movableClock();
const used = useServer({ clock });

const unescaped = (text: string): string =>
  text
    .replaceAll("&quot;", '"')
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&#39;", "'")
    .replaceAll("&amp;", "&");

/** The hidden values of the form on the page that goes to this address. */
function hiddenOf(page: string, action: string): Record<string, string> {
  const [, content = ""] =
    new RegExp(`<form method="post" action="${action}"[^>]*>([^]*?)</form>`).exec(page) ?? [];
  return Object.fromEntries(
    [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)" \/>/g)].map(
      ([, name, value]) => [name!, unescaped(value!)],
    ),
  );
}

/** A user with everything that the forms are about, who has signed in to a browser long ago. */
async function visitor() {
  const [user, other] = [await used.signUp(), await used.signUp()];
  await used.administrator.users.updateUser({ user: { id: user.id, developer: true } });
  const { group } = await user.users.createGroup({ name: "x" });
  await used.administrator.users.addGroupMember({
    groupId: group!.id,
    userId: other.id,
    role: GroupRole.OWNER,
  });
  const client = await register(user);
  const agent = new Agent(used.url);
  await agent.signIn(user);
  clock.pass(5 * MINUTE);
  await used.renew();
  return { user, other, agent, id: client.id, group: group!.id.toString() };
}
type Visitor = Awaited<ReturnType<typeof visitor>>;

interface Form {
  /** Where it stands, and where it goes. */
  readonly from: (visitor: Visitor) => string;
  readonly to: string;
  readonly fields: (visitor: Visitor) => Record<string, string>;
  /** Whether it has been done. */
  readonly isDone: (visitor: Visitor) => Promise<unknown>;
}

const community = ({ group }: Visitor): string => `/account/community?id=${group}`;
const memberOf = ({ group }: Visitor, { id }: SignedIn) =>
  used.server.store.groups.member(BigInt(group), id);
const URIS = 'https://quiz.example/a?x="1"&y=<2>\r\nhttps://quiz.example/b';

const FORMS: Readonly<Record<string, Form>> = {
  "the settings of an application": {
    from: ({ id }) => `/developer/application/settings?id=${id}`,
    to: "/developer/application/settings",
    fields: ({ id }) => ({
      id,
      name: 'Quiz & "friends"',
      redirect_uris: URIS.replaceAll('"', "%22").replaceAll("<", "%3C").replaceAll(">", "%3E"),
      scope_profile: "on",
    }),
    isDone: async ({ id }) =>
      (await used.server.store.clients.find(id))!.name === 'Quiz & "friends"' &&
      (await used.server.store.clients.find(id))!.redirectUris.length === 2,
  },
  "a registration": {
    from: () => "/developer/register?kind=native",
    to: "/developer/register",
    fields: ({ agent }) => ({
      registration: agent.hidden("registration"),
      name: "Second",
      kind: "native",
      redirect_uris: "https://quiz.example/a",
      scope_profile: "on",
    }),
    isDone: async ({ user }) =>
      (await used.server.store.clients.list(user.id, { limit: 9 })).some(
        ({ name }) => name === "Second",
      ),
  },
  "the end of all access of an application": {
    from: ({ id }) => `/developer/application?id=${id}`,
    to: "/developer/application/end-access",
    fields: ({ id }) => ({ id }),
    isDone: async ({ id }) =>
      (await used.server.store.audit.list({ clientId: id, type: "token.revoke" }, { limit: 1 }))
        .length === 1,
  },
  "a new owner of a community": {
    from: community,
    to: "/account/community/role",
    fields: ({ group, other }) => ({ id: group, user: other.id, role: "administrator" }),
    isDone: async (visitor) => (await memberOf(visitor, visitor.other))?.role === "administrator",
  },
  "the removal of an owner": {
    from: community,
    to: "/account/community/remove",
    fields: ({ group, other }) => ({ id: group, user: other.id }),
    isDone: async (visitor) => (await memberOf(visitor, visitor.other)) === undefined,
  },
  "an owner who leaves": {
    from: community,
    to: "/account/community/leave",
    fields: ({ group }) => ({ id: group }),
    isDone: async (visitor) => (await memberOf(visitor, visitor.user)) === undefined,
  },
  "the deletion of a community": {
    from: community,
    to: "/account/community/delete",
    fields: ({ group }) => ({ id: group }),
    isDone: async ({ group }) => (await used.server.store.groups.find(BigInt(group))) === undefined,
  },
};

test.each(Object.keys(FORMS))(
  "%s: the password is asked for, and what was typed is done",
  async (name) => {
    const { from, to, fields, isDone } = FORMS[name]!;
    const given = await visitor();
    const { agent, user } = given;
    const shown = await agent.get(from(given));
    expect(shown.status).toBe(200);
    const before = agent.cookie;
    const sent = { form_token: agent.hidden("form_token"), ...fields(given) };
    expect((await agent.post(to, sent)).status).toBe(401);
    expect([await isDone(given), agent.cookie]).toEqual([false, before]);
    expect(agent.page).toContain('name="confirm_password"');
    // Once more with a wrong password, then with the right one: nothing has to be typed again.
    expect(
      (await agent.post(to, { ...hiddenOf(agent.page, to), confirm_password: "wrong" })).status,
    ).toBe(401);
    expect([await isDone(given), agent.cookie]).toEqual([false, before]);
    const { form_token: _token, ...typed } = hiddenOf(agent.page, to);
    const { form_token: _sent, ...expected } = sent;
    expect(typed).toEqual(expected);
    const done = await agent.post(to, {
      ...hiddenOf(agent.page, to),
      confirm_password: user.password,
    });
    expect([done.status < 400, await isDone(given)]).toEqual([true, true]);
    // As at /confirm, the session is a new one, and the old cookie opens nothing.
    expect(agent.cookie).not.toBe(before);
    const old = new Agent(used.url);
    old.cookie = before;
    expect((await old.get("/account")).headers.get("location")).toMatch(/^\/sign-in/);
    expect((await agent.get("/account")).status).toBe(200);
  },
);

test("becoming a developer asks too, and a recent password is not asked for again", async () => {
  const [user, agent] = [await used.signUp(), new Agent(used.url)];
  await agent.signIn(user);
  clock.pass(5 * MINUTE);
  await agent.get("/developer");
  expect((await agent.post("/developer/become", {})).status).toBe(401);
  expect((await used.server.store.users.find(user.id))?.developer).toBe(false);
  const done = await agent.post("/developer/become", {
    ...hiddenOf(agent.page, "/developer/become"),
    confirm_password: user.password,
  });
  expect([done.status, done.headers.get("location")]).toEqual([303, "/developer"]);
  expect((await used.server.store.users.find(user.id))?.developer).toBe(true);
  await agent.get("/account/communities");
  expect((await agent.post("/account/communities", { name: "x" })).status).toBe(303);
});

test("what is wrong with the form is said after the password, on its own page", async () => {
  const given = await visitor();
  const { agent, user, id } = given;
  const path = "/developer/application/settings";
  await agent.get(`${path}?id=${id}`);
  await agent.post(path, { id, name: "Quiz", redirect_uris: "nonsense", scope_profile: "on" });
  // What the form says is looked at first: the password is asked for what can be done only.
  const asked = agent.page.includes('name="confirm_password"');
  if (asked)
    await agent.post(path, { ...hiddenOf(agent.page, path), confirm_password: user.password });
  expect(agent.page).toContain("nonsense");
  expect(agent.page).toContain('id="redirect_uris-error"');
  // The form that is shown belongs to the session that the browser has now.
  const saved = await agent.post(path, {
    id,
    name: "Quiz",
    redirect_uris: "https://quiz.example/",
    scope_profile: "on",
    ...(asked ? {} : { confirm_password: user.password }),
  });
  expect(saved.headers.get("location")).toContain("notice=saved");
});

test("a developer who adds an address on the way to an application signs in first", async () => {
  const call = async (method: string, path: string, body: object, authorization = "") => {
    const response = await fetch(`${used.url}${path}`, {
      method,
      headers: { "content-type": "application/json", authorization },
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { data: Record<string, string> }).data;
  };
  const person = { username: unique(), email: `${unique()}@example.com`, password: unique() };
  const { token } = await call("POST", "/register/", person);
  const { secret_id: secretId = "" } = await call("PATCH", "/auth/", { is_developer: true }, token);
  const [agent, stranger] = [new Agent(used.url), new Agent(used.url)];
  const ask = (who: Agent, uri: string) =>
    who.get(`/login/?${new URLSearchParams({ secret_id: secretId, redirect_uri: uri })}`);
  const allow = async (who: Agent) =>
    who.post("/consent", { decision: who.hidden("decision"), answer: "allow" });
  await stranger.signIn(await used.signUp());
  await ask(stranger, "https://first.example/");
  expect((await allow(stranger)).headers.get("location")).toContain(
    "https://first.example/?authorization_code=",
  );
  await agent.signIn(person);
  clock.pass(5 * MINUTE);
  await ask(agent, "https://second.example/");
  const asked = await allow(agent);
  expect([asked.status, asked.headers.get("location")]).toEqual([200, null]);
  const uris = async () => (await used.server.store.clients.find(secretId))!.redirectUris;
  expect(await uris()).toEqual(["https://first.example/"]);
  const signedIn = await agent.post("/sign-in", {
    identifier: person.email,
    password: person.password,
    request: agent.hidden("request"),
  });
  await agent.get(signedIn.headers.get("location")!);
  expect((await allow(agent)).headers.get("location")).toContain(
    "https://second.example/?authorization_code=",
  );
  expect(await uris()).toEqual(["https://first.example/", "https://second.example/"]);
  await used.renew();
});

test("a visit whose session has ended meanwhile leads to the sign-in", async () => {
  const ended = new IdentityError("TOKEN_INVALID", "The session or token has ended.");
  const answer = confirming({} as unknown as WebDependencies, {} as unknown as BrowserSessions);
  const visit = {
    path: "/account",
    fields: new Map(),
    tooLong: new Set(),
    signedIn: { user: {}, session: {} },
  } as unknown as PageContext;
  expect((await answer(visit, () => Promise.reject(ended))).headers.get("location")).toBe(
    "/sign-in",
  );
  await expect(answer({ ...visit, signedIn: undefined }, () => Promise.reject(ended))).rejects.toBe(
    ended,
  );
});

test("the password in a form counts like any other try", async () => {
  const { agent, id } = await visitor();
  const path = "/developer/application/end-access";
  await agent.get(`/developer/application?id=${id}`);
  const statuses = [];
  for (let time = 0; time < 11; time++) {
    if (time > 0) await agent.get(`/developer/application?id=${id}`);
    statuses.push((await agent.post(path, { id, confirm_password: `wrong ${time}` })).status);
  }
  expect(statuses).toEqual([...Array<number>(10).fill(401), 429]);
});
