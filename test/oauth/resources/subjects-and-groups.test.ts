// What an access token says of its user: the subject (RFC 9068 sections 2.2 and 6) and the groups
// (section 2.2.3.1), and that introspection says the same.
import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { aGroup } from "../../store/samples.ts";
import { type SignedIn, useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { post, register, type Registered } from "../flow.ts";
import { relyingParty } from "../openid/relying-party.ts";
import { addResource, scopesOf } from "./use-resources.ts";

const ACCESS = "urn:ietf:params:oauth:token-type:access_token";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const introspect = async (client: Registered, text: unknown) =>
    (await post(used.url, "introspect", { token: String(text) }, client)).json;

  /** A resource with signed tokens, and the client that serves it. */
  async function protectedBy(scopes: string[] = []) {
    const server = await register(used.administrator, {
      grantTypes: [EXCHANGE, "client_credentials"],
      ...(scopes.length > 0 && { scopes }),
    });
    const resource = await addResource(used, {
      tokenFormat: "jwt",
      introspectors: [server.id],
      scopes: scopesOf("shared"),
    });
    return { server, resource };
  }

  /** What a client gets for a resource when a user signs in at it. */
  async function signedIn(
    resource: string,
    {
      settings = {},
      scope = "openid shared",
      user: known,
    }: { readonly settings?: object; readonly scope?: string; readonly user?: SignedIn } = {},
  ) {
    const rp = await relyingParty(used, {
      settings,
      grantTypes: ["authorization_code", "refresh_token", EXCHANGE],
    });
    const [user, agent] = [known ?? (await used.signUp()), new Agent(used.url)];
    const { claims, tokens } = await rp.signIn(agent, user, { scope, resource });
    const text = String(tokens.json["access_token"]);
    return {
      client: rp.client,
      user,
      idToken: claims,
      text,
      refresh: tokens.json["refresh_token"],
    };
  }
  const PAIRWISE = { subjectType: "pairwise" };

  test("a client with pairwise subjects gets tokens with its own subject", async () => {
    const { server, resource } = await protectedBy();
    const first = await signedIn(resource.uri, { settings: PAIRWISE });
    const { client, user, idToken, text } = first;
    expect(idToken.sub).not.toBe(user.id);
    expect(decodeJwt(text).sub).toBe(idToken.sub);
    for (const caller of [server, client]) {
      const seen = await introspect(caller, text);
      expect(seen).toMatchObject({ active: true, sub: idToken.sub, client_id: client.id });
      expect(seen).not.toHaveProperty("username");
      expect(JSON.stringify(seen)).not.toContain(user.id);
    }
    // The refresh token too, and the tokens that it gives.
    expect(await introspect(client, first.refresh)).toMatchObject({ sub: idToken.sub });
    const form = { grant_type: "refresh_token", refresh_token: String(first.refresh) };
    const { json } = await post(used.url, "token", form, client);
    expect(decodeJwt(String(json["access_token"])).sub).toBe(idToken.sub);
    expect(JSON.stringify(decodeJwt(text))).not.toContain(user.id);
  });

  test("another client of another sector has another subject for the same user", async () => {
    const { resource } = await protectedBy();
    const one = await signedIn(resource.uri, { settings: PAIRWISE });
    const rp = await relyingParty(used, {
      settings: PAIRWISE,
      redirectUris: ["https://other.example.com/callback"],
    });
    const scope = { scope: "openid shared", resource: resource.uri };
    const { tokens } = await rp.signIn(new Agent(used.url), one.user, scope);
    const two = decodeJwt(String(tokens.json["access_token"])).sub;
    const three = await signedIn(resource.uri, { user: one.user });
    expect(new Set([decodeJwt(one.text).sub, two, decodeJwt(three.text).sub]).size).toBe(3);
    expect(decodeJwt(three.text).sub).toBe(one.user.id);
  });

  test("a caller with the scope introspect sees the same subject, and the name", async () => {
    const { server, resource } = await protectedBy(["introspect"]);
    const { idToken, text, user } = await signedIn(resource.uri, { settings: PAIRWISE });
    expect(await introspect(server, text)).toMatchObject({
      sub: idToken.sub,
      username: user.username,
    });
  });

  test("exchanged tokens keep the subject, also for other clients", async () => {
    const { server, resource } = await protectedBy();
    const back = await addResource(used, {
      tokenFormat: "jwt",
      machineClients: [server.id],
      introspectors: [server.id],
      scopes: scopesOf("shared"),
    });
    const { idToken, text, user } = await signedIn(resource.uri, { settings: PAIRWISE });
    const form = {
      grant_type: EXCHANGE,
      subject_token: text,
      subject_token_type: ACCESS,
      resource: back.uri,
    };
    const { json } = await post(used.url, "token", form, server);
    const claims = decodeJwt(String(json["access_token"]));
    expect(claims).toMatchObject({ sub: idToken.sub, act: { sub: server.id } });
    expect(JSON.stringify(claims)).not.toContain(user.id);
    expect(await introspect(server, json["access_token"])).toMatchObject({ sub: idToken.sub });
  });

  test("other clients get the user's id and name, as before", async () => {
    const { server, resource } = await protectedBy();
    const { text, user } = await signedIn(resource.uri);
    expect(decodeJwt(text).sub).toBe(user.id);
    expect(await introspect(server, text)).toMatchObject({
      sub: user.id,
      username: user.username,
    });
  });

  test("a token with the scope groups names the user's groups, and no other one does", async () => {
    const { resource } = await protectedBy();
    const user = await used.signUp();
    const ids: string[] = [];
    for (const name of ["one", "two"]) {
      const { group } = await user.users.createGroup({ name });
      ids.push(String(group!.id));
    }
    const scope = "openid groups shared";
    const { text } = await signedIn(resource.uri, { user, scope });
    const claims = decodeJwt(text);
    expect((claims["groups"] as string[]).toSorted()).toEqual(ids.toSorted());
    const without = await signedIn(resource.uri, { user });
    expect(decodeJwt(without.text)).not.toHaveProperty("groups");
    const none = await signedIn(resource.uri, { scope });
    expect(decodeJwt(none.text)["groups"]).toEqual([]);
  });

  test("groups that don't fit into a header are left out", async () => {
    const { resource } = await protectedBy();
    const user = await used.signUp();
    const { store } = used.server;
    const lengths: number[] = [];
    for (const count of [200, 800]) {
      for (let index = 0; index < count; index++) {
        const group = aGroup({ id: 9_000_000_000_000_000n + BigInt(count + index) });
        const member = { groupId: group.id, userId: user.id, role: "owner" } as const;
        expect(await store.groups.insert(group)).toBe(true);
        expect(await store.groups.addMember({ ...member, createdAt: group.createdAt })).toBe(true);
      }
      const { text } = await signedIn(resource.uri, { user, scope: "openid groups shared" });
      const { groups } = decodeJwt(text) as { readonly groups?: readonly string[] };
      lengths.push(groups?.length ?? -1);
      expect(text.length).toBeLessThan(8_000);
    }
    expect(lengths).toEqual([200, -1]);
  });
});
