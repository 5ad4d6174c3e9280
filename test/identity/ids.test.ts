// A UUID may come in upper case (RFC 9562 section 4), wherever an id is read.
import { createClient } from "@connectrpc/connect";
import { createConnectTransport } from "@connectrpc/connect-node";
import { describe, expect, test } from "vitest";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { stores } from "../mariadb.ts";
import { basic, newPkce, register } from "../oauth/flow.ts";
import { refusal } from "../clients/refusal.ts";
import { unique, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";

describe.each(stores.map(({ engine }) => engine))("on %s", (engine) => {
  const used = useServer({ engine });
  const rest = async (method: string, path: string, token: string, body?: object) => {
    const response = await fetch(used.url + path, {
      method,
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: body === undefined ? null : JSON.stringify(body),
    });
    return response.status;
  };

  test("an RPC reads it in every field", async () => {
    const user = await used.signUp();
    const other = await used.signUp();
    const id = user.id.toUpperCase();
    expect((await used.administrator.users.getUser({ userId: id })).user?.id).toBe(user.id);
    // Also where a user may only name itself.
    expect((await user.users.getUser({ userId: id })).user?.id).toBe(user.id);
    expect((await refusal(user.users.getUser({ userId: other.id.toUpperCase() }))).code).toBe(
      "PermissionDenied",
    );
    const { sessions } = await user.users.listSessions({ userId: id });
    expect(sessions).toHaveLength(1);
    const changed = await used.administrator.users.updateUser({
      user: { id, username: unique() },
      updateMask: { paths: ["username"] },
    });
    expect(changed.user?.id).toBe(user.id);
    const { group } = await used.administrator.users.createGroup({ name: "Tea", ownerId: id });
    const added = { groupId: group!.id, userId: other.id.toUpperCase() };
    expect((await used.administrator.users.addGroupMember(added)).member?.userId).toBe(other.id);
    expect((await other.users.listGroups({})).groups).toHaveLength(1);
    await user.users.revokeSession({ sessionId: sessions[0]!.id.toUpperCase() });
    expect((await refusal(user.users.getUser({}))).reason).toBe("TOKEN_INVALID");
  });

  test("REST and Connect read it in path, query and body", async () => {
    const user = await used.signUp();
    const id = user.id.toUpperCase();
    expect(await rest("GET", `/v1/users/${id}`, user.token)).toBe(200);
    expect(await rest("GET", `/v1/sessions?user_id=${id}`, user.token)).toBe(200);
    expect(await rest("POST", "/v1/groups", user.token, { name: "a", ownerId: id })).toBe(200);
    const transport = createConnectTransport({
      baseUrl: used.url,
      httpVersion: "1.1",
      interceptors: [
        (next) => (request) => {
          request.header.set("authorization", `Bearer ${user.token}`);
          return next(request);
        },
      ],
    });
    const connected = createClient(UserService, transport);
    expect((await connected.getUser({ userId: id })).user?.id).toBe(user.id);
  });

  test("OAuth reads a client's id", async () => {
    const client = await register(used.administrator);
    const id = client.id.toUpperCase();
    const got = await used.administrator.oauth.getClient({ clientId: id });
    expect(got.client?.id).toBe(client.id);
    const user = await used.signUp();
    const { challenge, verifier } = newPkce();
    const { code } = await user.oauth.authorize({
      clientId: id,
      codeChallenge: challenge,
      codeChallengeMethod: "S256",
    });
    const response = await fetch(`${used.url}/oauth2/token`, {
      method: "POST",
      headers: { authorization: basic({ ...client, id }) },
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code,
        code_verifier: verifier,
      }),
    });
    expect(response.status).toBe(200);
    const { grants } = await user.oauth.listGrants({});
    await user.oauth.revokeGrant({ grantId: grants[0]!.id.toUpperCase() });
    expect((await user.oauth.listGrants({})).grants).toEqual([]);
  });

  test("pages read it in their addresses", async () => {
    const user = await used.signUp();
    await used.server.store.users.setAdministrator(user.id, true, Date.now());
    await used.server.store.users.update(user.id, { developer: true }, Date.now());
    const agent = new Agent(used.url);
    await agent.signIn(user);
    const client = await register(used.administrator);
    for (const path of [
      `/administration/user?id=${user.id.toUpperCase()}`,
      `/administration/application?id=${client.id.toUpperCase()}`,
    ])
      expect([path, (await agent.get(path)).status]).toEqual([path, 200]);
  });

  test("what a documented API calls an id stays as it is", async () => {
    const id = unique("AbC");
    const AccID = "0197F0AA-0000-7000-8000-00000000ABCD";
    const create = (userId: string) => ({
      AccID,
      Email: `${unique()}@kids.example`,
      UserID: userId,
      Password: "secret 1",
      Bundle: "b",
      OSInt: "1",
      GAID: "g",
    });
    const post = async (path: string, fields: Record<string, string>) =>
      (await fetch(used.url + path, { method: "POST", body: new URLSearchParams(fields) })).status;
    const user = create(id);
    expect(await post("/user/create", user)).toBe(200);
    const { Email, Password } = user;
    const login = { AccID: AccID.toLowerCase(), Email, Password };
    expect(await post("/user/login", login)).toBe(401);
    expect(await post("/user/login", { ...login, AccID })).toBe(200);
  });
});
