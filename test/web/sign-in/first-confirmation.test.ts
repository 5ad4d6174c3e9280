// An account that a stranger made for another person's address, and its reader who sets a new
// password: nothing that the stranger gave before is left. An address that was confirmed before
// loses none of its agreements.
import { createHash } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { GroupRole } from "../../../gen/identity/v1/model_pb.ts";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { lettersTo, letterTo } from "../../email/mailbox.ts";
import { stores } from "../../mariadb.ts";
import {
  agree,
  isActive,
  newPkce,
  post,
  redeem,
  REDIRECT_URI,
  register,
} from "../../oauth/flow.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const NEW_PASSWORD = "a brand new password";
const hashOf = (token: string): string => createHash("sha256").update(token).digest("base64url");

describe.each(stores.map(({ engine }) => engine))("on %s", (engine) => {
  const used = useServer({ engine, environment: { TRUSTED_PROXIES: "127.0.0.1" } });
  const tokenIn = ({ link }: { link: string }): string => new URL(link).searchParams.get("token")!;

  /**
   * Sets a new password by the letter that is asked for; answers where that leads, and the page
   * before.
   */
  async function reset(
    email: string,
    count = 1,
  ): Promise<{ location: string | null; page: string }> {
    const agent = new Agent(used.url);
    await agent.get("/forgot-password");
    await agent.post("/forgot-password", { email });
    const token = tokenIn(await letterTo(used.server.mailFolder, email, count));
    await agent.get(`/reset-password?token=${token}`);
    const { page } = agent;
    return {
      location: (
        await agent.post("/reset-password", { token, password: NEW_PASSWORD })
      ).headers.get("location"),
      page,
    };
  }

  /**
   * Where a request of an application leads who is signed in: to its redirect URI only if nothing
   * is asked.
   */
  async function authorize(agent: Agent, clientId: string): Promise<string> {
    const query = new URLSearchParams({
      response_type: "code",
      client_id: clientId,
      redirect_uri: REDIRECT_URI,
      scope: "profile",
      code_challenge: newPkce().challenge,
      code_challenge_method: "S256",
    });
    return (await agent.get(`/oauth2/authorize?${query}`)).headers.get("location") ?? agent.page;
  }

  let stranger: SignedIn;
  beforeEach(async () => {
    stranger = await used.signUp();
  });

  test("agreements end, with their codes and tokens; the application asks again", async () => {
    const client = await register(used.administrator);
    const { json } = await redeem(
      used.url,
      client,
      await agree(stranger, client, { scope: "profile" }),
    );
    const unused = await agree(stranger, client, { scope: "profile" });
    // A key that never expires, as senler's.
    const [grant] = await used.server.store.grants.list(stranger.id, { limit: 2 });
    const key = unique("lka_");
    await used.server.store.tokens.insertAccess({
      hash: hashOf(key),
      clientId: client.id,
      userId: stranger.id,
      epoch: 0,
      grantId: grant!.id,
      familyId: unique(),
      api: "senler",
      scopes: ["profile"],
      groupId: 0n,
      createdAt: 0,
      lastUsedAt: 0,
    });
    expect(await isActive(used.url, client, json["access_token"])).toBe(true);
    expect(await isActive(used.url, client, key)).toBe(true);

    const { location, page } = await reset(stranger.email);
    expect(page).toContain("This address was not confirmed before.");
    expect(location).toBe("/sign-in?notice=first-password");

    for (const token of [json["access_token"], json["refresh_token"], key])
      expect(await isActive(used.url, client, token)).toBe(false);
    expect((await redeem(used.url, client, unused)).status).toBe(400);
    expect(await used.server.store.grants.list(stranger.id, { limit: 2 })).toEqual([]);
    expect(await used.server.store.tokens.findAccess(hashOf(key))).toBeUndefined();
    const agent = new Agent(used.url);
    expect((await agent.signIn({ email: stranger.email, password: NEW_PASSWORD })).status).toBe(
      303,
    );
    expect(await authorize(agent, client.id)).toContain("decision");
  });

  test("the account's own applications end with their secrets and grants", async () => {
    await used.administrator.users.updateUser({ user: { id: stranger.id, developer: true } });
    const own = await register(stranger);
    const other = await used.signUp();
    const { json } = await redeem(used.url, own, await agree(other, own, { scope: "profile" }));
    const headers = { "content-type": "application/json" };
    const login = await fetch(`${used.url}/login/`, {
      method: "POST",
      headers,
      body: JSON.stringify({
        username: "",
        email: stranger.email,
        password: stranger.password,
        secret_id: "",
        redirect_uri: "",
      }),
    });
    const { data } = (await login.json()) as { data: { token: string } };
    const pair = await fetch(`${used.url}/auth/`, {
      method: "PATCH",
      headers: { ...headers, authorization: data.token },
      body: JSON.stringify({ is_developer: true }),
    });
    const { secret_id: secretId } = ((await pair.json()) as { data: { secret_id: string } }).data;
    expect(await isActive(used.url, own, json["access_token"])).toBe(true);
    expect(
      (await used.administrator.oauth.listClients({ ownerId: stranger.id })).clients
        .map(({ id }) => id)
        .sort(),
    ).toEqual([own.id, secretId].sort());

    await reset(stranger.email);

    expect((await used.administrator.oauth.listClients({ ownerId: stranger.id })).clients).toEqual(
      [],
    );
    expect((await post(used.url, "introspect", { token: "x" }, own)).status).toBe(401);
    expect(
      await used.server.store.tokens.findAccess(hashOf(String(json["access_token"]))),
    ).toBeUndefined();
    expect(await used.server.store.grants.list(other.id, { limit: 2 })).toEqual([]);
    expect(await used.server.store.clients.find(secretId)).toBeUndefined();
  });

  test(
    "sessions, links and what is remembered of right passwords end; the audit trail and " +
      "a letter tell",
    async () => {
      const mallory = `${unique()}@example.org`;
      await stranger.users.updateUser({ user: { email: mallory } });
      const change = tokenIn(await letterTo(used.server.mailFolder, mallory));
      await used.server.store.passwordChecks.record(stranger.id, "203.0.113.9", Date.now());
      const client = await register(used.administrator);
      await agree(stranger, client);

      await reset(stranger.email);

      await expect(stranger.users.getUser({ userId: "me" })).rejects.toThrow();
      expect((await new Agent(used.url).get(`/verify-email?token=${change}`)).status).toBe(410);
      expect(await used.server.store.passwordChecks.networks(stranger.id)).toEqual(["127.0.0.1"]);
      const events = await used.server.store.audit.list({ userId: stranger.id }, { limit: 10 });
      expect(events.find(({ type }) => type === "user.reset_password")?.details).toEqual({
        first_confirmation: "true",
        ended_grants: "1",
        ended_clients: "0",
      });
      expect(events.find(({ type }) => type === "grant.revoke")).toMatchObject({
        clientId: client.id,
        actor: "anonymous",
      });
      const [, told] = await lettersTo(used.server.mailFolder, stranger.email, 2);
      expect(told).toMatchObject({
        subject: "Your password was set and your e-mail address was confirmed",
        link: `${used.url}/forgot-password`,
      });
      const agent = new Agent(used.url);
      await agent.get("/sign-in?notice=first-password");
      expect(agent.page).toContain("All earlier sessions, application access");
    },
  );

  test("a kokids account is not deleted by a password check from before", async () => {
    const kid = {
      AccID: unique("acc-"),
      Email: `${unique()}@kids.example`,
      UserID: unique("uid-"),
      Password: unique("pass-"),
    };
    const device = {
      Bundle: "com.YovoGames.hair",
      OSInt: "1",
      GAID: "Random-Device-ID000",
      SDKVerC: "1.0.0",
    };
    const fromStranger = (path: string, fields: Record<string, string>): Promise<Response> =>
      fetch(`${used.url}/user/${path}`, {
        method: "POST",
        headers: { "x-forwarded-for": "203.0.113.9" },
        body: new URLSearchParams(fields),
      });
    expect((await fromStranger("create", { ...kid, ...device })).status).toBe(200);
    await reset(kid.Email);
    expect((await fromStranger("delete", { AccID: kid.AccID, Email: kid.Email })).status).not.toBe(
      200,
    );
    expect(
      (await new Agent(used.url).signIn({ email: kid.Email, password: NEW_PASSWORD })).status,
    ).toBe(303);
  });

  test("what others have a part in stays: communities, with every member", async () => {
    const other = await used.signUp();
    const { group } = await stranger.users.createGroup({ name: "Tea and jam" });
    await used.administrator.users.addGroupMember({
      groupId: group!.id,
      userId: other.id,
      role: GroupRole.OWNER,
    });
    await reset(stranger.email);
    expect(
      (await used.server.store.groups.members(group!.id, { limit: 5 }))
        .map(({ userId }) => userId)
        .sort(),
    ).toEqual([stranger.id, other.id].sort());
  });

  test("as many as there are: more than one part of the list", async () => {
    const { grants, clients } = used.server.store;
    const client = {
      name: "n",
      public: true,
      grantTypes: ["authorization_code"],
      scopes: ["profile"],
      redirectUris: [],
      apis: [],
      allowedOrigins: [],
      pkceOptional: false,
      settings: {},
      secretVersion: 0,
      createdAt: 0,
      updatedAt: 0,
    };
    for (let count = 0; count < 101; count++) {
      await grants.agree({
        id: unique(),
        userId: stranger.id,
        clientId: unique(),
        groupId: 0n,
        scopes: ["profile"],
        createdAt: 0,
        lastUsedAt: 0,
      });
      await clients.insert({ ...client, id: unique(), ownerId: stranger.id }, undefined);
    }
    await reset(stranger.email);
    expect(await grants.list(stranger.id, { limit: 1 })).toEqual([]);
    expect(await clients.list(stranger.id, { limit: 1 })).toEqual([]);
    const events = await used.server.store.audit.list(
      { userId: stranger.id, type: "user.reset_password" },
      { limit: 1 },
    );
    expect(events[0]?.details).toMatchObject({ ended_grants: "101", ended_clients: "101" });
  });

  test("an address that was confirmed before keeps agreements and applications", async () => {
    await used.administrator.users.updateUser({ user: { id: stranger.id, developer: true } });
    const agent = new Agent(used.url);
    await agent.signIn(stranger);
    await agent.get("/account/email");
    await agent.post("/account/email/verification", {});
    await agent.get(
      `/verify-email?token=${tokenIn(await letterTo(used.server.mailFolder, stranger.email))}`,
    );
    expect((await agent.post("/verify-email", { token: agent.hidden("token") })).status).toBe(303);
    const client = await register(used.administrator);
    await agree(stranger, client, { scope: "profile" });
    const { client: own } = await stranger.oauth.createClient({
      client: { name: "Own", type: ClientType.PUBLIC, redirectUris: [REDIRECT_URI] },
    });

    const { location, page } = await reset(stranger.email, 2);

    expect(page).not.toContain("This address was not confirmed before.");
    expect(location).toBe("/sign-in?notice=new-password");
    expect(
      (await used.server.store.grants.list(stranger.id, { limit: 2 })).map(
        ({ clientId }) => clientId,
      ),
    ).toEqual([client.id]);
    expect(await used.server.store.clients.find(own!.id)).toBeDefined();
    expect((await lettersTo(used.server.mailFolder, stranger.email, 3)).at(-1)?.subject).toBe(
      "Your password was changed",
    );
    const returning = new Agent(used.url);
    await returning.signIn({ email: stranger.email, password: NEW_PASSWORD });
    expect(await authorize(returning, client.id)).toContain(`${REDIRECT_URI}?code=`);
    // A second one is no first one either.
    expect((await reset(stranger.email, 4)).location).toBe("/sign-in?notice=new-password");
  });
});
