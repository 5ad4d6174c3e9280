// Every page that a visitor can be shown, with names of the caller's choice on it.
import { createHash } from "node:crypto";
import type { Page } from "playwright-core";
import { systemClock } from "../../src/domain/clock.ts";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import { letterTo } from "../email/mailbox.ts";
import { unique, type UsedServer } from "../use-server.ts";
import { Agent } from "./agent.ts";
import { administeredApplicationPages, developerPages } from "./application-pages.ts";

/** What is shown of others. */
export interface Names {
  readonly client: string;
  readonly group: string;
  readonly user: string;
  readonly state: string;
  readonly loginHint: string;
  readonly locale: string;
}

export const plainNames = (): Names => ({
  client: "Reading room",
  group: "Tea and jam",
  user: unique(),
  state: "s",
  loginHint: "",
  locale: "",
});

const REDIRECT_URI = "https://app.example/cb";

/** Invites the user to a group with this name, and another user to the user's group. */
async function inviteBoth(
  used: UsedServer,
  given: { readonly groupId: bigint; readonly groupName: string; readonly userId: string },
): Promise<void> {
  const { users } = used.administrator;
  const [host, guest] = [await used.signUp({ username: `${unique()} ' &` }), await used.signUp()];
  const { group } = await host.users.createGroup({ name: given.groupName });
  await host.users.inviteGroupMember({
    groupId: group!.id,
    invitee: { case: "userId", value: given.userId },
  });
  await users.inviteGroupMember({
    groupId: given.groupId,
    invitee: { case: "userId", value: guest.id },
  });
}

/**
 * The pages by name; each is led to by a function that takes the window. Signs the window in on the
 * way.
 */
export async function everyPage(
  used: UsedServer,
  names: Names,
): Promise<readonly { readonly name: string; readonly lead: (page: Page) => Promise<unknown> }[]> {
  const user = await used.signUp({ username: names.user });
  const { group } = await used.administrator.users.createGroup({
    name: names.group,
    ownerId: user.id,
  });
  const member = await used.signUp();
  await used.administrator.users.addGroupMember({ groupId: group!.id, userId: member.id });
  await inviteBoth(used, { groupId: group!.id, groupName: names.group, userId: user.id });
  const client = {
    name: names.client,
    type: ClientType.CONFIDENTIAL,
    redirectUris: [REDIRECT_URI],
    scopes: ["profile", "groups"],
  };
  const { client: standard } = await used.administrator.oauth.createClient({ client });
  const { client: forGroups } = await used.administrator.oauth.createClient({
    client: { ...client, apis: ["senler"], ownerId: user.id },
  });
  await used.server.store.grants.agree({
    id: unique(),
    userId: user.id,
    clientId: forGroups!.id,
    groupId: group!.id,
    scopes: ["profile"],
    createdAt: 0,
    lastUsedAt: 0,
  });
  await used.administrator.users.updateUser({ user: { id: user.id, developer: true } });
  await used.server.store.apiRequests.insert({
    clientId: forGroups!.id,
    api: "zimoxy",
    createdAt: 0,
  });
  const day = Math.floor(systemClock.now() / 86_400_000) * 86_400_000;
  const call = { api: "kokids", day, stage: "mirror", route: "POST /user/login" } as const;
  await used.server.store.transaction((tx) =>
    tx.observations.add({
      asks: [],
      calls: [
        { ...call, outcome: "volatile", calls: 70 },
        { ...call, outcome: "different", calls: 3 },
      ],
      latencies: [{ api: "kokids", day, side: "predecessor", mostMs: 25, calls: 70 }],
      differences: [],
    }),
  );
  const learnt = { source: "learned:kokids", at: day, mark: "" } as const;
  await used.server.store.origins.insert([
    { ...learnt, kind: "user", ref: user.id },
    { ...learnt, kind: "client", ref: forGroups!.id },
    { ...learnt, kind: "group", ref: String(group!.id), source: "import:batch" },
  ]);
  // What an administrator sees of others.
  await used.server.store.users.setAdministrator(user.id, true, 0);
  await used.administrator.users.lockUser({ userId: member.id, reason: names.state.slice(0, 500) });
  const now = systemClock.now();
  await used.server.store.sessions.insert({
    id: unique(),
    userId: user.id,
    epoch: 0,
    api: "identity",
    tokenHash: unique(),
    userAgent: names.state.slice(0, 1000),
    address: "192.0.2.1",
    createdAt: now,
    lastUsedAt: now,
    expiresAt: now + 60_000,
  });
  const authorize = (more: Record<string, string> = {}): string =>
    `${used.url}/oauth2/authorize?${new URLSearchParams({
      response_type: "code",
      client_id: standard!.id,
      state: names.state,
      login_hint: names.loginHint,
      ui_locales: names.locale,
      code_challenge: "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWBuGJSstw_cM",
      code_challenge_method: "S256",
      ...more,
    })}`;
  const community = (more: Record<string, string> = {}): string =>
    `${used.url}/cabinet/OAuth2authorize?${new URLSearchParams({
      client_id: forGroups!.id,
      state: names.state,
      redirect_uri: REDIRECT_URI,
      ...more,
    })}`;
  const submit = async (page: Page, fields: Record<string, string>): Promise<void> => {
    for (const [id, value] of Object.entries(fields)) await page.locator(`#${id}`).fill(value);
    await page.locator("main form .button").first().click();
    await page.waitForLoadState();
  };
  /** The link of the letter that an act causes. */
  const linkAfter = async (act: Promise<unknown>, count: number): Promise<string> => (
    await act,
    (await letterTo(used.server.mailFolder, user.email, count)).link
  );
  const agent = new Agent(used.url);
  await agent.get("/forgot-password");
  const resetLink = await linkAfter(agent.post("/forgot-password", { email: user.email }), 1);
  await agent.signIn(user);
  await agent.get("/account/email");
  const verifyLink = await linkAfter(agent.post("/account/email/verification", {}), 2);
  const signUpToken = unique("lkm_");
  const pending = {
    hash: createHash("sha256").update(signUpToken).digest("base64url"),
    realm: "default",
    username: `${names.user},`,
    email: `${unique()}@example.com`,
    emailKey: unique(),
    passwordHash: "no hash",
    request: "",
  };
  await used.server.store.signUps.insert({
    ...pending,
    createdAt: now,
    expiresAt: now + 3_600_000,
  });
  // An administrator's account can't be deleted.
  const leaver = await used.signUp({ username: `${names.user}.` });
  const goto = (target: string) => (page: Page) => page.goto(target);
  const shown = { url: used.url, id: forGroups!.id, names, submit };
  return [
    { name: "home", lead: goto(used.url) },
    { name: "sign-up", lead: goto(`${used.url}/sign-up`) },
    {
      name: "sign-up, wrong",
      lead: async (page) => (
        await page.goto(`${used.url}/sign-up`),
        submit(page, { email: user.email, username: names.user, password: "password1" })
      ),
    },
    { name: "letter to a new address", lead: goto(`${used.url}/sign-up?notice=sent`) },
    {
      name: "address of a new user",
      lead: goto(`${used.url}/confirm-sign-up?token=${signUpToken}`),
    },
    { name: "address of a new user, wrong", lead: (page) => submit(page, { password: "wrong" }) },
    { name: "sign-in after sign-up", lead: goto(`${used.url}/sign-in?notice=registered`) },
    {
      name: "sign-in, wrong",
      lead: async (page) => (
        await page.goto(`${used.url}/sign-in`),
        submit(page, { identifier: names.user, password: "wrong" })
      ),
    },
    {
      name: "forgotten password, wrong",
      lead: async (page) => (
        await page.goto(`${used.url}/forgot-password`),
        submit(page, { email: "ada@example..com" })
      ),
    },
    { name: "letter sent", lead: (page) => submit(page, { email: user.email }) },
    { name: "new password", lead: goto(resetLink) },
    { name: "address from a letter", lead: goto(verifyLink) },
    { name: "address from a letter, wrong", lead: (page) => submit(page, { password: "wrong" }) },
    {
      name: "nothing here",
      lead: goto(`${used.url}/nothing?x=${encodeURIComponent(names.state)}`),
    },
    { name: "refusal", lead: goto(authorize({ redirect_uri: `${REDIRECT_URI}?${names.state}` })) },
    { name: "application's error", lead: goto(community({ response_type: "token" })) },
    { name: "sign-in for an application", lead: goto(authorize()) },
    {
      name: "consent",
      lead: (page) => submit(page, { identifier: user.email, password: user.password }),
    },
    { name: "choice of a community", lead: goto(community({ group_id: "17" })) },
    { name: "new community", lead: goto(community({ vk_group_id: "17" })) },
    {
      name: "consent for a community",
      lead: async (page) => (
        await page.goto(community()),
        page.locator(".choices button").first().click()
      ),
    },
    { name: "home, signed in", lead: goto(used.url) },
    { name: "account", lead: goto(`${used.url}/account`) },
    { name: "account, wrong name", lead: (page) => submit(page, { username: "a@b" }) },
    { name: "personal details", lead: goto(`${used.url}/account/details`) },
    { name: "password", lead: goto(`${used.url}/account/password`) },
    {
      name: "e-mail address, wrong",
      lead: async (page) => (
        await page.goto(`${used.url}/account/email`),
        await page.locator("#email").fill(user.email),
        await page.locator("#password").fill("wrong"),
        page.locator("#password").press("Enter")
      ),
    },
    { name: "sessions", lead: goto(`${used.url}/account/sessions`) },
    { name: "applications", lead: goto(`${used.url}/account/apps`) },
    { name: "communities", lead: goto(`${used.url}/account/communities`) },
    { name: "community", lead: (page) => page.locator(".rows a").first().click() },
    { name: "overview", lead: goto(`${used.url}/administration?days=7`) },
    { name: "users", lead: goto(`${used.url}/administration/users?by=id&text=${user.id}`) },
    { name: "user", lead: (page) => page.locator(".list tbody a").first().click() },
    {
      name: "new user, wrong",
      lead: async (page) => (
        await page.goto(`${used.url}/administration/new-user`),
        submit(page, { email: user.email, username: names.user })
      ),
    },
    {
      name: "edited user, wrong",
      lead: async (page) => (
        await page.goto(`${used.url}/administration/edit-user?id=${member.id}`),
        submit(page, { email: user.email })
      ),
    },
    { name: "locked user", lead: goto(`${used.url}/administration/user?id=${member.id}`) },
    {
      name: "lock, without a reason",
      lead: async (page) => (
        await page.goto(`${used.url}/administration/lock?id=${member.id}`),
        submit(page, { reason: " " })
      ),
    },
    ...administeredApplicationPages(shown),
    { name: "appearance", lead: goto(`${used.url}/administration/appearance`) },
    {
      name: "text of a letter",
      lead: goto(
        `${used.url}/administration/appearance/letter` +
          "?realm=default&kind=reset-password&letter_language=ru",
      ),
    },
    { name: "take-overs", lead: goto(`${used.url}/administration/predecessors`) },
    { name: "take-over", lead: goto(`${used.url}/administration/predecessor?api=kokids`) },
    {
      name: "discard what was learnt",
      lead: goto(`${used.url}/administration/predecessor/discard?api=kokids`),
    },
    { name: "learnt", lead: goto(`${used.url}/administration/origins?source=learned:kokids`) },
    { name: "imported", lead: goto(`${used.url}/administration/origins?source=import:batch`) },
    { name: "audit trail", lead: goto(`${used.url}/administration/audit?user=${member.id}`) },
    { name: "password once more", lead: goto(`${used.url}/confirm`) },
    { name: "password once more, wrong", lead: (page) => submit(page, { password: "wrong" }) },
    ...developerPages(shown),
    { name: "sign-out", lead: goto(`${used.url}/sign-out`) },
    {
      name: "deletion of the account",
      lead: async (page) => (
        await page.context().clearCookies(),
        await page.goto(`${used.url}/sign-in?return=/account/delete`),
        submit(page, { identifier: leaver.email, password: leaver.password })
      ),
    },
    {
      name: "sign-in after the deletion",
      lead: (page) => submit(page, { password: leaver.password }),
    },
    {
      name: "way back",
      lead: (page) => submit(page, { identifier: leaver.email, password: leaver.password }),
    },
  ];
}
