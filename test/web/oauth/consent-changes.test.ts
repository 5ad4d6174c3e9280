// What a user agrees to is what was shown: an application that becomes another one between the page
// and the click, or between the click and the code, is asked about once more or gets no more than
// was shown.
import { timestampFromMs } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import type { Client } from "../../../src/domain/model.ts";
import { refusalOf } from "../../clients/refusal.ts";
import { newPkce, post } from "../../oauth/flow.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const HOST = "https://quiz.example";
const OTHER = "https://somewhere-else.example/cb";
const CHANGED = {
  en: "or its request has changed",
  ru: "или его запрос изменились",
  zh: "已发生变化",
} as const;

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const developer = async (): Promise<SignedIn> => {
    const made = await used.signUp();
    await used.administrator.users.updateUser({ user: { id: made.id, developer: true } });
    return made;
  };
  const register = async (
    by: SignedIn,
    more: Partial<{
      apis: string[];
      grantTypes: string[];
      scopes: string[];
      redirectUris: string[];
    }> = {},
  ) => {
    const { client, clientSecret } = await by.oauth.createClient({
      client: { name: "Quiz", redirectUris: [`${HOST}/cb`], scopes: ["profile"], ...more },
    });
    return { id: client!.id, secret: clientSecret };
  };
  const visitor = async (language = "en") => {
    const user = await used.signUp();
    const agent = new Agent(used.url);
    await agent.signIn(user);
    await agent.get(`/account?lang=${language}`);
    return { user, agent };
  };
  /** Asks for everything by leaving it out, as the report does. */
  const ask = (clientId: string, more: Record<string, string> = {}): string =>
    `/oauth2/authorize?${new URLSearchParams({
      response_type: "code",
      client_id: clientId,
      code_challenge: newPkce("v".repeat(43)).challenge,
      code_challenge_method: "S256",
      state: "s",
      ...more,
    })}`;
  const redeem = async (client: { id: string; secret: string }, location: URL, more = {}) =>
    (
      await post(
        used.url,
        "token",
        {
          grant_type: "authorization_code",
          code: location.searchParams.get("code")!,
          code_verifier: "v".repeat(43),
          ...more,
        },
        client,
      )
    ).json;
  const answer = (agent: Agent, said: "allow" | "refuse") =>
    agent.post("/consent", { decision: agent.hidden("decision"), answer: said });
  const locationOf = (response: Response): URL => new URL(response.headers.get("location")!);

  const CHANGES: Readonly<
    Record<string, Parameters<SignedIn["oauth"]["updateClient"]>[0]["client"]>
  > = {
    "its name": { name: "Your bank" },
    "where it is": { redirectUris: [OTHER] },
    "another path of the same host": { redirectUris: [`${HOST}/other`] },
    "what it asks for": { scopes: ["profile", "groups"] },
    "less than it asked for": { scopes: [] },
    "how long it has access": { grantTypes: ["authorization_code", "refresh_token"] },
  };

  test.each(Object.keys(CHANGES))(
    "a change of %s is shown before anything is given, and a refusal leads nowhere",
    async (what) => {
      const owner = await developer();
      const update = (id: string) =>
        owner.oauth.updateClient({
          client: { id, ...CHANGES[what] },
          updateMask: {
            paths: Object.keys(CHANGES[what]!).map((name) =>
              name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
            ),
          },
        });
      for (const language of ["en", "ru", "zh"] as const) {
        const client = await register(owner, { grantTypes: ["authorization_code"] });
        const { user, agent } = await visitor(language);
        expect((await agent.get(ask(client.id))).status).toBe(200);
        expect(agent.page).toContain("quiz.example");
        expect(agent.page).not.toContain(CHANGED[language]);
        const first = agent.hidden("decision");
        await update(client.id);
        const again = await answer(agent, "allow");
        expect([again.status, again.headers.get("location")]).toEqual([200, null]);
        expect(agent.page).toContain(CHANGED[language]);
        expect((await user.oauth.listGrants({})).grants).toEqual([]);
        // The old answer has been given; the new one is for what the page shows now.
        expect(agent.hidden("decision")).not.toBe(first);
        const now = (await owner.oauth.getClient({ clientId: client.id })).client!;
        if (now.redirectUris[0] === OTHER)
          expect([agent.page, again.headers.get("content-security-policy")]).toEqual([
            expect.stringContaining("somewhere-else.example"),
            expect.stringContaining(" https://somewhere-else.example;"),
          ]);
        const agreed = await answer(agent, "allow");
        expect(locationOf(agreed).href.startsWith(`${now.redirectUris[0]}?`)).toBe(true);
        const tokens = await redeem(client, locationOf(agreed));
        expect([tokens["scope"] ?? "", tokens["refresh_token"] !== undefined]).toEqual([
          now.scopes.join(" "),
          now.grantTypes.includes("refresh_token"),
        ]);
      }
      const client = await register(owner, { grantTypes: ["authorization_code"] });
      const { agent } = await visitor();
      await agent.get(ask(client.id));
      await update(client.id);
      const refused = await answer(agent, "refuse");
      expect([refused.status, refused.headers.get("location")]).toEqual([200, null]);
      expect(agent.page).toContain("You denied access");
    },
  );

  test(
    "what was not shown changes nothing: another secret, another address than the one " +
      "that was named",
    async () => {
      const owner = await developer();
      const client = await register(owner);
      const { agent } = await visitor();
      await agent.get(ask(client.id, { redirect_uri: `${HOST}/cb`, scope: "profile" }));
      const { clientSecret } = await owner.oauth.rotateClientSecret({ clientId: client.id });
      await owner.oauth.updateClient({
        client: {
          id: client.id,
          redirectUris: [`${HOST}/cb`, OTHER],
          scopes: ["profile", "groups"],
        },
      });
      const agreed = locationOf(await answer(agent, "allow"));
      expect(agreed.href.startsWith(`${HOST}/cb?`)).toBe(true);
      expect(
        (
          await redeem({ id: client.id, secret: clientSecret }, agreed, {
            redirect_uri: `${HOST}/cb`,
          })
        )["scope"],
      ).toBe("profile");
    },
  );

  test("the user's own name, too", async () => {
    const client = await register(await developer());
    const { user, agent } = await visitor();
    await agent.get(ask(client.id));
    await user.users.updateUser({ user: { id: "me", username: unique() } });
    const again = await answer(agent, "allow");
    expect([again.headers.get("location"), agent.page.includes(CHANGED.en)]).toEqual([null, true]);
  });

  test("what changes between the click and the code is not read again", async () => {
    const owner = await developer();
    const { store } = used.server;
    for (const way of ["oauth2", "senler"] as const) {
      const client = await register(owner, { apis: way === "senler" ? ["senler"] : [] });
      const { user, agent } = await visitor();
      const { group } = await user.users.createGroup({ name: "Tea" });
      await agent.get(
        way === "oauth2"
          ? ask(client.id)
          : `/cabinet/OAuth2authorize?${new URLSearchParams({
              client_id: client.id,
              redirect_uri: `${HOST}/cb`,
              group_id: group!.id.toString(),
            })}`,
      );
      const find = store.clients.find;
      let reads = 0;
      const changed = (kept: Client): Client => ({
        ...kept,
        name: "Your bank",
        scopes: ["profile", "groups"],
        redirectUris: [`${HOST}/cb`, OTHER],
      });
      store.clients.find = async (id) => {
        const kept = await find(id);
        return kept?.id === client.id && ++reads > 1 ? changed(kept) : kept;
      };
      try {
        const agreed = await answer(agent, "allow");
        expect(agreed.headers.get("location")?.startsWith(`${HOST}/cb?`), way).toBe(true);
      } finally {
        store.clients.find = find;
      }
      expect(reads).toBeGreaterThan(0);
      const [grant] = (await user.oauth.listGrants({})).grants;
      expect([way, grant!.scopes]).toEqual([way, ["profile"]]);
    }
  });

  test("an application that can refresh only since the click gets no refresh token", async () => {
    const owner = await developer();
    const client = await register(owner, { grantTypes: ["authorization_code"] });
    const { user, agent } = await visitor();
    await agent.get(ask(client.id));
    expect(agent.page).toContain("1 hour");
    const agreed = locationOf(await answer(agent, "allow"));
    await owner.oauth.updateClient({
      client: { id: client.id, grantTypes: ["authorization_code", "refresh_token"] },
    });
    expect(await redeem(client, agreed)).toEqual({
      access_token: expect.any(String),
      token_type: "Bearer",
      expires_in: 3600,
      scope: "profile",
    });
    // And is not remembered for the longer time.
    expect((await agent.get(ask(client.id))).status).toBe(200);
    expect(agent.page).toContain("30 days");
    expect(await redeem(client, locationOf(await answer(agent, "allow")))).toMatchObject({
      refresh_token: expect.any(String),
    });
    expect((await agent.get(ask(client.id))).status).toBe(303);
    expect((await user.oauth.listGrants({})).grants).toHaveLength(1);
  });

  test("what was agreed to is remembered for as much and no more", async () => {
    const owner = await developer();
    const client = await register(owner, { scopes: ["profile", "groups"] });
    const { agent } = await visitor();
    await agent.get(ask(client.id, { scope: "profile" }));
    await answer(agent, "allow");
    expect((await agent.get(ask(client.id, { scope: "profile" }))).status).toBe(303);
    expect((await agent.get(ask(client.id))).status).toBe(200);
    await owner.oauth.updateClient({ client: { id: client.id, scopes: ["profile"] } });
    expect((await agent.get(ask(client.id))).status).toBe(303);
    await owner.oauth.updateClient({ client: { id: client.id, scopes: ["profile", "groups"] } });
    expect((await agent.get(ask(client.id))).status).toBe(200);
  });

  test(
    "a key to a community is asked for once more when the application or the community " +
      "has another name",
    async () => {
      const owner = await developer();
      for (const change of ["application", "scopes", "community", "role"] as const) {
        const client = await register(owner, { apis: ["senler"] });
        const { user, agent } = await visitor();
        const { group } = await user.users.createGroup({ name: "Tea" });
        await agent.get(
          `/cabinet/OAuth2authorize?${new URLSearchParams({
            client_id: client.id,
            redirect_uri: `${HOST}/cb`,
          })}`,
        );
        const chosen = await agent.post("/choose-community", {
          request: agent.hidden("request"),
          group_id: group!.id.toString(),
        });
        await agent.get(chosen.headers.get("location")!);
        const decision = agent.hidden("decision");
        expect(decision).not.toBe("");
        const find = used.server.store.groups.listOf;
        if (change === "application")
          await owner.oauth.updateClient({ client: { id: client.id, name: "Your bank" } });
        if (change === "scopes")
          await owner.oauth.updateClient({
            client: { id: client.id, scopes: ["profile", "groups"] },
          });
        if (change === "community")
          used.server.store.groups.listOf = async (...of) =>
            (await find(...of)).map((each) => ({ ...each, name: "Jam" }));
        if (change === "role") await used.administrator.users.deleteGroup({ groupId: group!.id });
        try {
          const again = await answer(agent, "allow");
          expect([change, again.headers.get("location")]).toEqual([change, null]);
          if (change === "role") expect(agent.page).toContain("Choose a community");
          else expect(agent.page).toContain(CHANGED.en);
        } finally {
          used.server.store.groups.listOf = find;
        }
        expect((await user.oauth.listGrants({})).grants).toEqual([]);
      }
    },
  );

  test("the user centre asks once more too, and remembers no more than that", async () => {
    const owner = await developer();
    const client = await register(owner, { apis: ["secretpair"] });
    const { agent } = await visitor();
    const link = `/login/?${new URLSearchParams({
      secret_id: client.id,
      redirect_uri: `${HOST}/cb`,
    })}`;
    await agent.get(link);
    await owner.oauth.updateClient({ client: { id: client.id, name: "Your bank" } });
    const again = await answer(agent, "allow");
    expect([
      again.headers.get("location"),
      agent.page.includes(CHANGED.en),
      agent.page.includes("Your bank"),
    ]).toEqual([null, true, true]);
    expect(
      locationOf(await answer(agent, "allow")).searchParams.get("authorization_code"),
    ).toBeTruthy();
    expect((await agent.get(link)).status).toBe(303);
    expect((await agent.get(ask(client.id))).status).toBe(200);
  });

  test("a caller that has shown the client itself can say which it was", async () => {
    const owner = await developer();
    const client = await register(owner);
    const { user } = await visitor();
    const shown = (await owner.oauth.getClient({ clientId: client.id })).client!.updateTime!;
    const authorize = (clientUpdateTime: typeof shown) =>
      user.oauth
        .authorize({
          clientId: client.id,
          clientUpdateTime,
          codeChallenge: newPkce().challenge,
          codeChallengeMethod: "S256",
        })
        .then(
          () => "",
          (error: unknown) => refusalOf(error).reason,
        );
    expect(await authorize(shown)).toBe("");
    await owner.oauth.updateClient({ client: { id: client.id, scopes: ["profile", "groups"] } });
    expect(await authorize(shown)).toBe("OAUTH_REQUEST_INVALID");
    expect(await authorize(timestampFromMs(0))).toBe("OAUTH_REQUEST_INVALID");
    expect((await user.oauth.listGrants({})).grants[0]!.scopes).toEqual(["profile"]);
  });
});
