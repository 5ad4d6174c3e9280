// A client is for the users of one realm: that of the documented APIs that it names, or the default
// one. Users of another get nothing by it, whichever way they come, and nothing that was given
// before goes on.
import { describe, expect, test } from "vitest";
import { refusalOf } from "../clients/refusal.ts";
import { call } from "../legacy/call.ts";
import { unique } from "../use-server.ts";
import { Agent } from "../web/agent.ts";
import { APIS, apisOf, type RealmUser, useRealms } from "./use-realms.ts";
import { agree, clientToken, newPkce, redeem, REDIRECT_URI, refresh, register } from "./flow.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const { used, users, clients, newUser, introspect, reasonOf, asksFor, browserOf } =
    useRealms(engine);

  test("a user is authorised for clients of the same realm, by call and page", async () => {
    let [given, refused] = [0, 0];
    for (const [realm, user] of users) {
      const agent = await browserOf(user);
      for (const [of, client] of clients) {
        const isOwn = of === realm;
        expect([realm, of, await reasonOf(agree(user, client))]).toEqual([
          realm,
          of,
          isOwn ? "" : "PERMISSION_DENIED",
        ]);
        const response = await agent.get(asksFor(client));
        // Remembered from the call, or a question to a user of the other realm.
        if (isOwn)
          expect(new URL(response.headers.get("location")!).searchParams.get("code")).toBeTruthy();
        else
          expect([
            response.status,
            agent.hidden("decision"),
            agent.page.includes('name="password"'),
          ]).toEqual([200, "", true]);
        if (isOwn) given++;
        else refused++;
      }
    }
    expect([given, refused]).toEqual([5, 20]);
  });

  test("the same name and address in another realm is another user", async () => {
    const victim = users.get("default")!;
    const created = await call(`${used.url}/user/create`, "POST", {
      AccID: "a",
      Email: victim.email,
      UserID: victim.username,
      Password: "1",
      Bundle: "b",
      OSInt: "0",
      GAID: unique(),
    });
    expect(created.status).toBe(200);
    const session = await fetch(`${used.url}/v1/sessions`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ username: victim.username, password: "1", realm: "kids" }),
    });
    const { accessToken } = (await session.json()) as { accessToken: string };
    expect(await introspect(accessToken)).toMatchObject({
      active: true,
      username: victim.username,
      realm: "kids",
    });
    expect(await reasonOf(agree(used.as(accessToken), clients.get("default")!))).toBe(
      "PERMISSION_DENIED",
    );
    const response = await fetch(`${used.url}/v1/authorizations`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${accessToken}` },
      body: JSON.stringify({
        clientId: clients.get("default")!.id,
        codeChallenge: newPkce().challenge,
        codeChallengeMethod: "S256",
      }),
    });
    expect(response.status).toBe(403);
  });

  test("introspection names the realm of users, and none of a client", async () => {
    for (const [realm, user] of users) {
      const client = await register(used.administrator, { apis: apisOf(realm) });
      const { json } = await redeem(used.url, client, await agree(user, client));
      for (const token of [user.token, json["access_token"], json["refresh_token"]])
        expect(await introspect(token)).toMatchObject({ active: true, sub: user.id, realm });
    }
    const own = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["introspect"],
    });
    const told = await introspect(await clientToken(used.url, own));
    expect([told["active"], told["realm"]]).toEqual([true, undefined]);
    const { username, password } = users.get("center")!;
    const signedIn = JSON.parse(
      (await call(`${used.url}/login/`, "POST", { username, password })).text,
    ) as { data: { token: string } };
    expect(
      JSON.parse(Buffer.from(signedIn.data.token.split(".")[1]!, "base64url").toString()),
    ).toMatchObject({ username, realm: "center" });
    expect(await introspect(signedIn.data.token)).toMatchObject({
      active: true,
      aud: "secretpair",
      realm: "center",
    });
  });

  test("codes and tokens of users end for a client that becomes one of another realm", async () => {
    const user = users.get("default")!;
    const client = await register(used.administrator);
    const [first, second] = [await agree(user, client), await agree(user, client)];
    const { json } = await redeem(used.url, client, first);
    await used.administrator.oauth.updateClient({ client: { id: client.id, apis: ["kokids"] } });
    expect((await redeem(used.url, client, second)).json["error"]).toBe("invalid_grant");
    expect((await refresh(used.url, client, json["refresh_token"])).json["error"]).toBe(
      "invalid_grant",
    );
    for (const token of [json["access_token"], json["refresh_token"]])
      expect(await introspect(token)).toEqual({ active: false });
    expect(
      await reasonOf(used.as(String(json["access_token"])).users.getUser({ userId: "me" })),
    ).toBe("TOKEN_INVALID");
  });

  test("a key to a community is for users of the realm of senler", async () => {
    const client = await register(used.administrator, { apis: ["senler"] });
    const give = async (user: RealmUser, by = client) => {
      const { group } = await user.users.createGroup({ name: "x" });
      return {
        groupId: group!.id,
        code: (
          await user.oauth.authorize({
            clientId: by.id,
            redirectUri: REDIRECT_URI,
            groupId: group!.id,
          })
        ).code,
      };
    };
    const exchange = (code: string) =>
      call(`${used.url}/ajax/cabinet/OAuth2token`, "POST", {
        client_id: client.id,
        client_secret: client.secret,
        redirect_uri: REDIRECT_URI,
        code,
      });
    expect(await reasonOf(give(users.get("default")!))).toBe("PERMISSION_DENIED");
    const { code, groupId } = await give(users.get("clubs")!);
    const key = (JSON.parse((await exchange(code)).text) as { access_token: string }).access_token;
    expect(await introspect(key)).toMatchObject({
      active: true,
      realm: "clubs",
      group_id: groupId.toString(),
    });
    const { code: late } = await give(users.get("clubs")!);
    await used.server.store.clients.update(client.id, { apis: ["senler", "kokids"] }, 0);
    expect((await exchange(late)).status).toBe(400);
    expect(await introspect(key)).toEqual({ active: false });
  });

  test("a client for two realms is not registered, and a stored one serves no user", async () => {
    const { oauth } = used.administrator;
    for (const apis of [["kokids", "senler"], ["zimoxy", "secretpair"], APIS]) {
      expect(
        await oauth
          .createClient({ client: { name: "x", apis } })
          .catch((error: unknown) => refusalOf(error)),
      ).toMatchObject({
        reason: "FIELD_INVALID",
        fields: ["apis"],
        message: expect.stringContaining("more than one realm"),
      });
    }
    const client = await register(used.administrator, { apis: ["secretpair"] });
    expect(
      await reasonOf(
        oauth.updateClient({ client: { id: client.id, apis: ["secretpair", "zimoxy"] } }),
      ),
    ).toBe("FIELD_INVALID");
    await used.server.store.clients.update(
      client.id,
      { apis: ["secretpair", "zimoxy", "senler"] },
      0,
    );
    for (const user of users.values())
      expect(await reasonOf(agree(user, client))).toBe("CLIENT_UNAUTHORIZED");
    const page = await new Agent(used.url).get(asksFor(client));
    expect(new URL(page.headers.get("location")!).searchParams.get("error")).toBe(
      "unauthorized_client",
    );
    const { username, password, email } = users.get("center")!;
    const query = new URLSearchParams({ secret_id: client.id, redirect_uri: REDIRECT_URI });
    expect((await call(`${used.url}/login/?${query}`, "POST", { username, password })).status).toBe(
      404,
    );
    expect((await call(`${used.url}/oauth/?${query}`, "GET")).status).toBe(404);
    expect(
      (
        await call(
          `${used.url}/oauth2/login`,
          "POST",
          { login: username, password, email },
          { authorization: client.secret },
        )
      ).status,
    ).toBe(403);
    // All else about it can be changed, and the way out is to name fewer.
    await oauth.updateClient({ client: { id: client.id, name: "Another name" } });
    await oauth.updateClient({ client: { id: client.id, apis: ["secretpair"] } });
    expect(await reasonOf(agree(users.get("center")!, client))).toBe("");
  });

  test("a group has members of one realm", async () => {
    const [owner, fellow, stranger] = [
      users.get("default")!,
      await newUser("default"),
      users.get("kids")!,
    ];
    const { group } = await owner.users.createGroup({ name: "x" });
    for (const by of [owner, used.administrator])
      expect(
        await reasonOf(by.users.addGroupMember({ groupId: group!.id, userId: stranger.id })),
      ).toBe("USER_NOT_FOUND");
    for (const invitee of [
      { case: "userId", value: stranger.id },
      { case: "email", value: stranger.email },
    ] as const)
      expect(await reasonOf(owner.users.inviteGroupMember({ groupId: group!.id, invitee }))).toBe(
        "USER_NOT_FOUND",
      );
    await used.administrator.users.addGroupMember({ groupId: group!.id, userId: fellow.id });
    const members = await owner.users.listGroupMembers({ groupId: group!.id });
    expect(members.members.map(({ userId }) => userId).toSorted()).toEqual(
      [owner.id, fellow.id].toSorted(),
    );
  });

  test("a developer of another realm registers clients of that realm", async () => {
    const developer = await newUser("kids");
    await used.administrator.users.updateUser({ user: { id: developer.id, developer: true } });
    for (const apis of [[], ["senler"], ["secretpair"]])
      expect(await reasonOf(developer.oauth.createClient({ client: { name: "x", apis } }))).toBe(
        "PERMISSION_DENIED",
      );
    const { client } = await developer.oauth.createClient({
      client: { name: "x", apis: ["kokids"], redirectUris: [REDIRECT_URI], scopes: ["profile"] },
    });
    expect(
      await reasonOf(
        developer.oauth.updateClient({
          client: { id: client!.id, apis: [] },
          updateMask: { paths: ["apis"] },
        }),
      ),
    ).toBe("PERMISSION_DENIED");
    expect(await reasonOf(agree(users.get("kids")!, { id: client!.id, secret: "" }))).toBe("");
    const main = await newUser("default");
    await used.administrator.users.updateUser({ user: { id: main.id, developer: true } });
    for (const apis of [[], ["kokids"]])
      expect(await reasonOf(main.oauth.createClient({ client: { name: "x", apis } }))).toBe("");
  });

  test("the sign-in of the user centre is for users of its realm, and its pages too", async () => {
    const owner = users.get("center")!;
    const { data } = JSON.parse(
      (
        await call(`${used.url}/login/`, "POST", {
          username: owner.username,
          password: owner.password,
        })
      ).text,
    ) as { data: { token: string } };
    const pair = JSON.parse(
      (
        await call(
          `${used.url}/auth/`,
          "PATCH",
          { is_developer: "true" },
          { authorization: data.token },
        )
      ).text,
    ) as { data: { secret_id: string; secret_value: string } };
    const query = new URLSearchParams({
      secret_id: pair.data.secret_id,
      redirect_uri: REDIRECT_URI,
    });
    const other = users.get("default")!;
    expect(
      (
        await call(`${used.url}/login/?${query}`, "POST", {
          username: other.username,
          password: other.password,
        })
      ).status,
    ).toBe(401);
    const agent = await browserOf(other);
    await agent.get(`/login/?${query}`);
    expect([agent.hidden("decision"), agent.page.includes('name="password"')]).toEqual(["", true]);
    const answered = JSON.parse(
      (
        await call(`${used.url}/login/?${query}`, "POST", {
          username: owner.username,
          password: owner.password,
        })
      ).text,
    ) as { data: { authorization_code: string } };
    const redeemed = await call(`${used.url}/oauth/`, "POST", {
      secret_id: pair.data.secret_id,
      secret_value: pair.data.secret_value,
      authorization_code: answered.data.authorization_code,
    });
    expect(JSON.parse(redeemed.text)).toMatchObject({
      code: 200,
      data: { username: owner.username },
    });
  });
});
