import { create, type DescMethod, getOption } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel, TimestampSchema } from "@bufbuild/protobuf/wkt";
import { describe, expect, test } from "vitest";
import { access } from "../../gen/wire/v1/wire_pb.ts";
import type { User } from "../../src/domain/model.ts";
import { fullName, methods } from "../contract/descriptors.ts";
import { refusal } from "../clients/refusal.ts";
import { clientToken, delegate, post, register } from "../oauth/flow.ts";
import { type Api, unique, useServer } from "../use-server.ts";
import { record, type State, type Target, target } from "./administrator-target.ts";

const used = useServer();

/** What a call does to a user, and the state that the user must be in for it. */
interface Attack {
  readonly state?: State;
  call(api: Api, target: Target): Promise<unknown>;
}

/** Every method that changes a user; some can be called in ways that change different things. */
const ATTACKS: Readonly<Record<string, readonly Attack[]>> = {
  UpdateUser: [
    { call: (api, { id }) => api.users.updateUser({ user: { id, username: unique() } }) },
    {
      call: (api, { id }) =>
        api.users.updateUser({ user: { id, email: `${unique()}@example.com` } }),
    },
    { call: (api, { id }) => api.users.updateUser({ user: { id, developer: true } }) },
    {
      call: (api, { id }) =>
        api.users.updateUser({
          user: { id, developer: false },
          updateMask: { paths: ["developer"] },
        }),
    },
  ],
  DeleteUser: [{ call: (api, { id }) => api.users.deleteUser({ userId: id }) }],
  RestoreUser: [{ state: "deleted", call: (api, { id }) => api.users.restoreUser({ userId: id }) }],
  LockUser: [
    { call: (api, { id }) => api.users.lockUser({ userId: id, reason: "x" }) },
    {
      state: "locked",
      call: (api, { id }) =>
        api.users.lockUser({
          userId: id,
          reason: "x",
          until: create(TimestampSchema, { seconds: BigInt(Math.floor(Date.now() / 1000) + 2) }),
        }),
    },
  ],
  UnlockUser: [{ state: "locked", call: (api, { id }) => api.users.unlockUser({ userId: id }) }],
  ChangePassword: [
    {
      call: (api, { id }) =>
        api.users.changePassword({ userId: id, newPassword: unique("another password ") }),
    },
  ],
  VerifyUserEmail: [{ call: (api, { id }) => api.users.verifyUserEmail({ userId: id }) }],
  EndUserAccess: [{ call: (api, { id }) => api.users.endUserAccess({ userId: id }) }],
  RevokeUserTokens: [
    { call: ({ oauth }, { id }) => oauth.revokeUserTokens({ subId: { format: "opaque", id } }) },
  ],
  RevokeSession: [{ call: (api, { sessionId }) => api.users.revokeSession({ sessionId }) }],
  RevokeGrant: [{ call: (api, { grantId }) => api.oauth.revokeGrant({ grantId }) }],
};

/**
 * Every other method that changes something, and why none of it is the user. The documented ones
 * that are named here have tests below.
 */
const OTHERS: Readonly<Record<string, string>> = {
  "identity.v1.UserService.CreateUser": "makes a new user",
  "identity.v1.UserService.SignIn": "needs the password",
  "identity.v1.UserService.SignOut": "ends the caller's own session",
  "identity.v1.UserService.CreateGroup": "changes a group",
  "identity.v1.UserService.DeleteGroup": "changes a group",
  "identity.v1.UserService.AddGroupMember": "changes a group",
  "identity.v1.UserService.RemoveGroupMember": "changes a group",
  "identity.v1.UserService.InviteGroupMember": "changes a group",
  "identity.v1.UserService.WithdrawGroupInvitation": "changes a group",
  "identity.v1.UserService.AcceptGroupInvitation": "is for the calling user only",
  "identity.v1.UserService.DeclineGroupInvitation": "is for the calling user only",
  "identity.v1.UserService.ForgetSignInFailures": "is refused in administration/parity.test.ts",
  "identity.v1.UserService.SendPasswordReset": "is refused in administration/parity.test.ts",
  "identity.v1.BrandingService.UpdateBrand": "changes an appearance",
  "identity.v1.BrandingService.DeleteBrand": "changes an appearance",
  "identity.v1.ResourceService.CreateResource": "changes a resource",
  "identity.v1.ResourceService.UpdateResource": "changes a resource",
  "identity.v1.ResourceService.DeleteResource": "changes a resource",
  "identity.v1.PredecessorService.DiscardLearnt": "leaves users that have changed since",
  "identity.v1.OAuthService.CreateClient": "changes an application",
  "identity.v1.OAuthService.RegisterClient": "makes an application",
  "identity.v1.OAuthService.UpdateClientRegistration": "changes the calling application",
  "identity.v1.OAuthService.DeleteClientRegistration": "deletes the calling application",
  "identity.v1.OAuthService.CreateRegistrationToken": "changes nothing",
  "identity.v1.OAuthService.UpdateClient": "changes an application",
  "identity.v1.OAuthService.DeleteClient": "changes an application",
  "identity.v1.OAuthService.RotateClientSecret": "changes an application",
  "identity.v1.OAuthService.VerifyClient": "changes an application",
  "identity.v1.OAuthService.UnverifyClient": "changes an application",
  "identity.v1.OAuthService.DisableClient": "changes an application",
  "identity.v1.OAuthService.EnableClient": "changes an application",
  "identity.v1.OAuthService.EndClientTokens": "changes an application",
  "identity.v1.OAuthService.Authorize": "is for the calling user only",
  "identity.v1.OAuthService.PushAuthorizationRequest": "gives nothing until a user agrees",
  "identity.v1.OAuthService.Token": "needs a code or a refresh token",
  "identity.v1.OAuthService.StartDeviceAuthorization": "waits for a user who agrees",
  "identity.v1.OAuthService.ExchangeToken": "needs a token of the user",
  "identity.v1.OAuthService.Revoke": "see below",
  "identity.v1.OAuthService.Introspect": "changes nothing",
  "identity.v1.OAuthService.GetUserInfo": "changes nothing",
  "legacy.kokids.v1.KokidsService.Create": "makes a new user",
  "legacy.kokids.v1.KokidsService.Login": "needs the password",
  "legacy.kokids.v1.KokidsService.Logout": "see below",
  "legacy.kokids.v1.KokidsService.Delete": "see below",
  "legacy.secretpair.v1.SecretpairService.Register": "makes a new user",
  "legacy.secretpair.v1.SecretpairService.Login": "needs the password",
  "legacy.secretpair.v1.SecretpairService.BecomeDeveloper": "is for the calling user only",
  "legacy.secretpair.v1.SecretpairService.RedeemCode": "needs a code",
  "legacy.senler.v1.SenlerService.Token": "needs a code",
  "legacy.zimoxy.v1.ZimoxyService.Register": "makes a new user",
  "legacy.zimoxy.v1.ZimoxyService.Login": "needs the password",
};

const isWriting = (method: DescMethod): boolean =>
  method.idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS &&
  method.methodKind === "unary";

const writing = methods.filter(
  (method) => /^(identity|legacy)\./.test(method.parent.typeName) && isWriting(method),
);

test("every method that changes something is looked at", () => {
  const attacked = writing
    .filter(
      ({ name, parent }) => parent.typeName.startsWith("identity.") && Object.hasOwn(ATTACKS, name),
    )
    .map(fullName);
  expect([...attacked, ...Object.keys(OTHERS)].toSorted()).toEqual(
    writing.map(fullName).toSorted(),
  );
  expect(attacked).toHaveLength(Object.keys(ATTACKS).length);
});

const attacks = Object.entries(ATTACKS).flatMap(([name, ways]) =>
  ways.map((attack, index) => ({ name: `${name} ${index}`, method: name, ...attack })),
);

describe.each(attacks)("$name", ({ method, state = "active", call }) => {
  test("by every caller leaves an administrator as is", async () => {
    const { user, application, before, ...aim } = await target(used, state, true);
    const [other, another] = [await used.signUp(), await used.signUp()];
    await used.server.store.users.setAdministrator(another.id, true, Date.now());
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["users.read", "users.write", "users.revoke"],
    });
    const callers: Record<string, Api> = {
      nobody: used.as(),
      "another user": other,
      "another administrator": another,
      "an application of the administrator": used.as(application),
      "a client with the scopes of users": used.as(await clientToken(used.url, client)),
      "a client with every scope": used.administrator,
    };
    const { clientScopes } = getOption(
      writing.find(({ name }) => name === method)!,
      access,
    );
    for (const [caller, api] of Object.entries(callers)) {
      const { reason } = await refusal(call(api, aim));
      if (caller.startsWith("a client"))
        expect([caller, clientScopes, reason]).toEqual([
          caller,
          [method === "RevokeUserTokens" ? "users.revoke" : "users.write"],
          "PERMISSION_DENIED",
        ]);
      expect(await record(used, aim), caller).toEqual(before);
    }
    if (state === "active") expect((await user.users.getUser({})).user?.id).toBe(user.id);
  });

  test("by a client changes any other user", async () => {
    const { before, user: _, application: _application, ...aim } = await target(used, state, false);
    await call(used.administrator, aim);
    expect(await record(used, aim)).not.toEqual(before);
  });
});

describe("the end of a token by RFC 7009", () => {
  const revoke = async (token: string) => {
    const { clientId: id, clientSecret: secret } = used.server.administrator;
    expect((await post(used.url, "revoke", { token }, { id, secret })).status).toBe(200);
  };

  test("by a client with every scope ends all but an administrator's", async () => {
    for (const administrator of [true, false]) {
      const { user, application } = await target(used, "active", administrator);
      const { refreshToken, client } = await delegate(
        used.url,
        used.administrator,
        user,
        "profile",
      );
      for (const token of [user.token, application, refreshToken]) await revoke(token);
      const works = await Promise.all(
        [user.token, application].map((token) =>
          used
            .as(token)
            .users.getUser({})
            .then(
              () => true,
              () => false,
            ),
        ),
      );
      const refreshed = (
        await post(
          used.url,
          "token",
          { grant_type: "refresh_token", refresh_token: refreshToken },
          client,
        )
      ).status;
      expect([...works, refreshed]).toEqual(
        administrator ? [true, true, 200] : [false, false, 400],
      );
    }
  });

  test("by its own client ends an administrator's too", async () => {
    const { user } = await target(used, "active", true);
    const { accessToken, client } = await delegate(used.url, used.administrator, user, "profile");
    await post(used.url, "revoke", { token: accessToken }, client);
    expect(await refusal(used.as(accessToken).users.getUser({}))).toMatchObject({
      reason: "TOKEN_INVALID",
    });
  });
});

describe("kokids", () => {
  const call = async (name: string, form: Record<string, string>) => {
    const response = await fetch(`${used.url}/user/${name}`, {
      method: "POST",
      body: new URLSearchParams(form),
    });
    return { status: response.status, text: await response.text() };
  };
  async function registered(administrator: boolean) {
    const account = { AccID: unique("acc"), Email: `${unique()}@example.com` };
    const { text } = await call("create", {
      ...account,
      UserID: unique(),
      Password: "pw",
      Bundle: "b",
      OSInt: "1",
      GAID: unique(),
    });
    const user = (await used.server.store.users.findByEmail("default", account.Email))!;
    if (administrator) await used.server.store.users.setAdministrator(user.id, true, Date.now());
    return { account, id: user.id, token: /[\w-]{40,}/.exec(text)![0] };
  }
  const found = (id: string): Promise<User | undefined> => used.server.store.users.find(id);

  test("answers of an administrator as of a stranger, and changes nothing", async () => {
    const { account, id, token } = await registered(true);
    const before = await found(id);
    const stranger = { AccID: unique("acc"), Email: `${unique()}@example.com` };
    expect(await call("logout", account)).toEqual(await call("logout", stranger));
    expect(await call("delete", account)).toEqual(await call("delete", stranger));
    expect(await call("delete", { ...account, token })).toEqual(
      await call("delete", { ...stranger, token }),
    );
    expect({ ...(await found(id)), administrator: true }).toEqual({
      ...before,
      administrator: true,
    });
    const events = await used.server.store.audit.list(
      { userId: id, succeeded: false },
      { limit: 10 },
    );
    expect(events.map(({ type }) => type).toSorted()).toEqual([
      "user.delete",
      "user.delete",
      "user.sign_out",
    ]);
  });

  test("does what it says to any other user", async () => {
    const { account, id } = await registered(false);
    await call("logout", account);
    expect((await found(id))?.epoch).toBe(1);
    await call("delete", account);
    expect((await found(id))?.state).toBe("deleted");
  });
});
