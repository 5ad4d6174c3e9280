// A caller can grant only what it holds, and what is taken away is gone at once.
import { expect, test } from "vitest";
import { refusal } from "../clients/refusal.ts";
import { type Api, unique, useServer } from "../use-server.ts";

const used = useServer();

/** A client for itself with these scopes, and calls with its token. */
async function clientWith(
  ...scopes: string[]
): Promise<{ id: string; api: Api; basic: string; token: string }> {
  const { client, clientSecret } = await used.administrator.oauth.createClient({
    client: { name: unique(), grantTypes: ["client_credentials"], scopes },
  });
  const { accessToken } = await used
    .as()
    .oauth.token({ grantType: "client_credentials", clientId: client!.id, clientSecret });
  return {
    id: client!.id,
    api: used.as(accessToken),
    basic: `${client!.id}:${clientSecret}`,
    token: accessToken,
  };
}

test("a client that registers clients gives only scopes that it has", async () => {
  const { api, id } = await clientWith("clients.write");
  const denied = { code: "InvalidArgument", reason: "SCOPE_INVALID" };
  expect(
    await refusal(
      api.oauth.createClient({
        client: { name: "x", grantTypes: ["client_credentials"], scopes: ["admin"] },
      }),
    ),
  ).toMatchObject(denied);
  expect(
    await refusal(api.oauth.updateClient({ client: { id, scopes: ["admin"] } })),
  ).toMatchObject(denied);
  expect(
    (
      await api.oauth.createClient({
        client: { name: "x", grantTypes: ["client_credentials"], scopes: ["clients.write"] },
      })
    ).clientSecret,
  ).toMatch(/^lkcs_/);
});

test("and touches no client that may do more", async () => {
  const { api } = await clientWith("clients.write");
  const clientId = used.server.administrator.clientId;
  const denied = { code: "PermissionDenied", reason: "PERMISSION_DENIED" };
  expect(await refusal(api.oauth.rotateClientSecret({ clientId }))).toMatchObject(denied);
  expect(await refusal(api.oauth.deleteClient({ clientId }))).toMatchObject(denied);
  expect(
    await refusal(api.oauth.updateClient({ client: { id: clientId, name: "mine" } })),
  ).toMatchObject(denied);
});

test("a scope that is taken away is gone from the tokens that have it", async () => {
  const { api, id } = await clientWith("users.read", "groups.read");
  await api.users.listUsers({});
  await used.administrator.oauth.updateClient({ client: { id, scopes: ["groups.read"] } });
  expect(await refusal(api.users.listUsers({}))).toMatchObject({ reason: "PERMISSION_DENIED" });
});

test("a client that is deleted leaves no token that works", async () => {
  const { api, id } = await clientWith("users.read");
  await used.administrator.oauth.deleteClient({ clientId: id });
  expect(await refusal(api.users.listUsers({}))).toMatchObject({ reason: "TOKEN_INVALID" });
});

test("a lock while a password is being changed ends the change and the session", async () => {
  for (let round = 0; round < 5; round++) {
    const user = await used.signUp();
    const changing = refusal(
      user.users.changePassword({
        userId: "me",
        currentPassword: user.password,
        newPassword: "another good password",
      }),
    ).catch(() => undefined);
    await used.administrator.users.lockUser({ userId: user.id, reason: "stolen" });
    await changing;
    await used.administrator.users.unlockUser({ userId: user.id });
    expect(await refusal(user.users.getUser({ userId: "me" }))).toMatchObject({
      reason: "TOKEN_INVALID",
    });
  }
});

test("a new e-mail address ends every session; one that is only asked for ends none", async () => {
  const user = await used.signUp();
  const { accessToken } = await used
    .as()
    .users.signIn({ identifier: { case: "email", value: user.email }, password: user.password });
  await user.users.updateUser({ user: { id: "me", email: `${unique()}@example.com` } });
  expect((await used.as(accessToken).users.getUser({ userId: "me" })).user?.id).toBe(user.id);
  await used.administrator.users.updateUser({
    user: { id: user.id, email: `${unique()}@example.com` },
  });
  expect(await refusal(user.users.getUser({ userId: "me" }))).toMatchObject({
    reason: "TOKEN_INVALID",
  });
  expect(await refusal(used.as(accessToken).users.getUser({ userId: "me" }))).toMatchObject({
    reason: "TOKEN_INVALID",
  });
});

test("an owner who is deleted is no owner that lets the last one leave", async () => {
  const [one, other] = [await used.signUp(), await used.signUp()];
  const { group } = await one.users.createGroup({ name: "two owners" });
  await used.administrator.users.addGroupMember({
    groupId: group!.id,
    userId: other.id,
    role: 3,
  });
  await other.users.deleteUser({ userId: "me" });
  expect(
    await refusal(one.users.removeGroupMember({ groupId: group!.id, userId: one.id })),
  ).toMatchObject({ reason: "GROUP_LAST_OWNER" });
});
