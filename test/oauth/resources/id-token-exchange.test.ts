// ID tokens as subject tokens (RFC 8693 section 3): whose they are, and what ends them.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { post, type Registered } from "../flow.ts";
import { relyingParty } from "../openid/relying-party.ts";
import { addResource, scopesOf } from "./use-resources.ts";

const TYPE = "urn:ietf:params:oauth:token-type:";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const HOUR = 3_600_000;

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  let late = 0;
  const clock = { ...systemClock, now: () => systemClock.now() + late };
  const used = useServer({ engine, clock });

  const exchange = (
    client: Registered,
    subject: unknown,
    more: Readonly<Record<string, string>> = {},
  ) =>
    post(
      used.url,
      "token",
      {
        grant_type: EXCHANGE,
        subject_token: String(subject),
        subject_token_type: `${TYPE}id_token`,
        ...more,
      },
      client,
    );
  const introspect = async (client: Registered, text: unknown) =>
    (await post(used.url, "introspect", { token: String(text) }, client)).json;

  /** A user who has signed in at a client that may exchange, and a resource open for it. */
  async function given(settings = {}, more: Readonly<Record<string, string>> = {}) {
    const rp = await relyingParty(used, {
      settings,
      grantTypes: ["authorization_code", "refresh_token", EXCHANGE],
    });
    const back = await addResource(used, {
      machineClients: [rp.client.id],
      introspectors: [rp.client.id],
      scopes: scopesOf("theirs"),
    });
    const [user, agent] = [await used.signUp(), new Agent(used.url)];
    const { idToken, tokens } = await rp.signIn(agent, user, { scope: "openid profile", ...more });
    return { rp, client: rp.client, back, user, agent, idToken, json: tokens.json };
  }
  type Given = Awaited<ReturnType<typeof given>>;

  test("gives what the access token that came with it allows", async () => {
    const { client, back, user, idToken } = await given();
    const { status, json } = await exchange(client, idToken, { resource: back.uri });
    expect([status, json]).toEqual([
      200,
      {
        access_token: expect.stringMatching(/^lka_/),
        issued_token_type: `${TYPE}access_token`,
        token_type: "Bearer",
        expires_in: expect.any(Number),
        scope: "openid profile",
      },
    ]);
    const seen = await introspect(client, json["access_token"]);
    expect(seen).toMatchObject({ active: true, sub: user.id, aud: back.uri });
    expect(seen).not.toHaveProperty("act");
    const [event] = await used.server.store.audit.list({ type: "token.exchange" }, { limit: 1 });
    expect(event).toMatchObject({ userId: user.id, clientId: client.id });
    const fewer = await exchange(client, idToken, { scope: "openid" });
    expect(fewer.json).toMatchObject({ scope: "openid" });
    // As everywhere, a scope of OpenID Connect that wasn't granted is left out.
    expect((await exchange(client, idToken, { scope: "email" })).json["scope"]).toBe("profile");
    for (const scope of ["theirs", "users.read"])
      expect((await exchange(client, idToken, { scope })).json["error"]).toBe("invalid_scope");
  });

  test("of a client with pairwise subjects is one too, and so is that of a refresh", async () => {
    const { client, back, json, idToken } = await given({ subjectType: "pairwise" });
    expect((await exchange(client, idToken, { resource: back.uri })).status).toBe(200);
    const form = { grant_type: "refresh_token", refresh_token: String(json["refresh_token"]) };
    const refreshed = (await post(used.url, "token", form, client)).json;
    expect((await exchange(client, refreshed["id_token"], { resource: back.uri })).status).toBe(
      200,
    );
  });

  test("is refused to other clients, and if it is something else", async () => {
    const [mine, other] = [await given(), await given()];
    const [head, body, signature] = mine.idToken.split(".") as [string, string, string];
    const none = Buffer.from(JSON.stringify({ alg: "none", typ: "JWT" })).toString("base64url");
    const claims = JSON.parse(Buffer.from(body, "base64url").toString()) as object;
    const forged = (change: object): string =>
      Buffer.from(JSON.stringify({ ...claims, ...change })).toString("base64url");
    const wrong: readonly unknown[] = [
      other.idToken,
      mine.json["access_token"],
      mine.json["refresh_token"],
      `${none}.${body}.`,
      `${head}.${forged({ aud: other.client.id })}.${signature}`,
      `${head}.${forged({ sub: other.user.id })}.${signature}`,
      `${head}.${body}.${signature.slice(0, -4)}AAAA`,
      `${mine.idToken}=`,
      "a.b.c",
      randomUUID(),
    ];
    let count = 0;
    for (const subject of wrong) {
      const { status, json } = await exchange(mine.client, subject);
      expect([subject, status, json["error"]]).toEqual([subject, 400, "invalid_request"]);
      count++;
    }
    expect(count).toBe(10);
    const asAccess = { subject_token_type: `${TYPE}access_token` };
    expect((await exchange(mine.client, mine.idToken, asAccess)).json["error"]).toBe(
      "invalid_request",
    );
    expect((await exchange(mine.client, mine.idToken)).status).toBe(200);
  });

  test.each([
    [
      "a sign-out",
      async ({ agent }) => {
        await agent.get("/sign-out");
        await agent.post("/sign-out", {});
      },
    ],
    [
      "the end of the session by its user elsewhere",
      async ({ user: { users } }) => {
        const { sessions } = await users.listSessions({});
        await users.revokeSession({ sessionId: sessions.find(({ api }) => api === "browser")!.id });
      },
    ],
    [
      "a revocation of the access token",
      async ({ client, json }) => {
        await post(used.url, "revoke", { token: String(json["access_token"]) }, client);
      },
    ],
    [
      "the end of the consent",
      async ({ user: { oauth } }) => {
        const { grants } = await oauth.listGrants({ userId: "me" });
        await oauth.revokeGrant({ grantId: grants[0]!.id });
      },
    ],
    [
      "the end of the user's access",
      async ({ user }) => {
        await used.administrator.users.endUserAccess({ userId: user.id });
      },
    ],
    [
      "a lock",
      async ({ user }) => {
        await used.administrator.users.lockUser({ userId: user.id, reason: "x" });
      },
    ],
    [
      "a new password",
      async ({ user: { users, password } }) => {
        await users.changePassword({ currentPassword: password, newPassword: `${password} anew` });
      },
    ],
    [
      "a change of the subjects of the client",
      async ({ client }) => {
        await used.administrator.oauth.updateClient({
          client: { id: client.id, settings: { subjectType: "pairwise" } },
        });
      },
    ],
  ] as readonly (readonly [string, (parties: Given) => Promise<void>])[])(
    "ends with %s",
    async (_, end) => {
      const parties = await given();
      const ask = () => exchange(parties.client, parties.idToken, { resource: parties.back.uri });
      expect((await ask()).status).toBe(200);
      await end(parties);
      expect((await ask()).json).toMatchObject({ error: "invalid_request" });
    },
  );

  test("is refused after its hour, and the new token never lasts longer", async () => {
    const front = await addResource(used, { tokenLifetimeMs: 2 * HOUR });
    const { client, idToken, json } = await given({}, { resource: front.uri });
    expect(json["expires_in"]).toBe(7_200);
    const self = { subject_token_type: `${TYPE}access_token` };
    expect((await exchange(client, json["access_token"], self)).json["expires_in"]).toBeGreaterThan(
      7_000,
    );
    const { expires_in: lifetime } = (await exchange(client, idToken)).json;
    expect(lifetime).toBeGreaterThan(3_500);
    expect(lifetime).toBeLessThanOrEqual(3_600);
    late = HOUR + 1_000;
    expect((await exchange(client, idToken)).json["error"]).toBe("invalid_request");
    expect((await exchange(client, json["access_token"], self)).status).toBe(200);
    late = 0;
  });
});
