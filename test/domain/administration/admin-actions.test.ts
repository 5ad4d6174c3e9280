import { beforeAll, describe, expect, test } from "vitest";
import type { Principal } from "../../../src/domain/principal.ts";
import type { RequestContext } from "../../../src/domain/request-context.ts";
import { anonymous } from "../../../src/domain/principal.ts";
import { ownWork } from "../../../src/domain/security/concurrency-limiter.ts";
import type { User } from "../../../src/domain/model.ts";
import { type Domain } from "../../../src/create-domain.ts";
import { MINUTE } from "../../identity/clock.ts";
import { administered, by, NO_PAGES } from "./administered.ts";
import { aClient, aGrant, anAccessToken, aSession, aUser, id } from "../../store/samples.ts";

const { clock, kept, administrator, context, insert, build } = administered();

let domain: Domain;

beforeAll(async () => {
  domain = await build();
});

const trail = async (userId: string) =>
  (await kept.store.audit.list({ userId }, { limit: 10 })).map(
    ({ type, actor, clientId, details }) => ({ type, actor, clientId, details }),
  );

const traceOf = (type: string, clientId?: string) => ({
  type,
  actor: `user:${administrator.id}`,
  clientId,
  details: {},
});

describe("a caller who is no administrator", () => {
  /** Every verb, on a user. */
  const verbs = (
    caller: RequestContext,
    { id: userId }: User,
  ): readonly (() => Promise<unknown>)[] => [
    ...(["contains", "id"] as const).flatMap((by) => [
      () => domain.userDirectory.find(caller, { realm: "main", by, text: userId }, ""),
      () => domain.userDirectory.export(caller, { realm: "main", by, text: userId }),
    ]),
    () =>
      domain.clientQueries.find(
        caller,
        { filter: {}, order: { by: "name", isDescending: false }, owner: "" },
        "",
      ),
    () => domain.adminQueries.user(caller, userId, NO_PAGES),
    () => domain.adminQueries.client(caller, id()),
    () => domain.adminActions.lock(caller, userId, "x", undefined),
    () => domain.adminActions.unlock(caller, userId),
    () => domain.adminActions.restore(caller, userId),
    async () => domain.adminActions.administering(caller).endAccess(caller, userId),
    () => domain.adminActions.endSession(caller, userId, id()),
    () => domain.adminActions.revokeGrant(caller, userId, id()),
    async () => domain.adminActions.administering(caller).forgetFailures(caller, userId),
  ];
  const [session, token] = [aSession({ api: "browser" }), anAccessToken({ scopes: ["admin"] })];
  const others: readonly Principal[] = [
    anonymous,
    { kind: "user", user: aUser({ developer: true }), session },
    { kind: "user", user: administrator, session: aSession({ api: "identity" }) },
    { kind: "delegate", user: administrator, token },
    { kind: "client", token },
    { kind: "operator" },
  ];
  test.each(others)("sees or does anything: $kind", async (caller) => {
    const somebody = await insert();
    for (const verb of verbs(by(caller), somebody))
      await expect(verb(), String(verb)).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
    expect(await kept.store.users.find(somebody.id)).toEqual(somebody);
  });
});

describe("a lock", () => {
  test("has a reason and may have an end; both are in the trail", async () => {
    const user = await insert();
    const until = clock.now() + MINUTE;
    await domain.adminActions.lock(context, user.id, "spam", until);
    expect(await kept.store.users.find(user.id)).toMatchObject({
      state: "locked",
      lockReason: "spam",
      lockUntil: until,
      epoch: user.epoch + 1,
    });
    expect((await domain.adminQueries.user(context, user.id, NO_PAGES)).state).toBe("locked");
    expect(await trail(user.id)).toEqual([
      {
        ...traceOf("user.lock"),
        details: { reason: "spam", until: new Date(until).toISOString() },
      },
    ]);
    await domain.adminActions.unlock(context, user.id);
    await expect(domain.adminActions.unlock(context, user.id)).rejects.toMatchObject({
      reason: "USER_STATE_CONFLICT",
    });
  });

  test("is for no administrator, not for the past, and not without a reason", async () => {
    for (const { id: userId } of [administrator, await insert({ administrator: true })]) {
      await expect(domain.adminActions.lock(context, userId, "x", undefined)).rejects.toMatchObject(
        { reason: "PERMISSION_DENIED" },
      );
    }
    const user = await insert();
    for (const [reason, until] of [
      ["", undefined],
      ["x".repeat(501), undefined],
      ["x", clock.now()],
      ["x", 0],
    ] as const) {
      await expect(domain.adminActions.lock(context, user.id, reason, until)).rejects.toMatchObject(
        { reason: "FIELD_INVALID" },
      );
    }
    await expect(domain.adminActions.lock(context, id(), "x", undefined)).rejects.toMatchObject({
      reason: "USER_NOT_FOUND",
    });
    expect((await kept.store.users.find(user.id))?.state).toBe("active");
  });
});

test("an administrator can't delete the account, a former one can", async () => {
  const user = await insert({ administrator: true });
  const own = aSession({ userId: user.id, createdAt: clock.now() });
  await kept.store.sessions.insert(own);
  const leave = () => domain.users.delete(by({ kind: "user", user, session: own }), user.id);
  await expect(leave()).rejects.toMatchObject({ reason: "USER_STATE_CONFLICT" });
  await kept.store.users.setAdministrator(user.id, false, clock.now());
  await expect(leave()).rejects.toMatchObject({ reason: "PERMISSION_DENIED" });
  await domain.users.delete(
    by({ kind: "user", user: { ...user, administrator: false }, session: own }),
    user.id,
  );
});

test("one session, one agreement, or all access ends, of the user that is named", async () => {
  const [user, other] = [await insert(), await insert()];
  const session = aSession({
    userId: user.id,
    expiresAt: clock.now() + MINUTE,
    lastUsedAt: clock.now(),
  });
  await kept.store.sessions.insert(session);
  const grant = await kept.store.grants.agree(aGrant({ userId: user.id }));
  await expect(domain.adminActions.endSession(context, other.id, session.id)).rejects.toMatchObject(
    { reason: "SESSION_NOT_FOUND" },
  );
  await expect(domain.adminActions.revokeGrant(context, other.id, grant.id)).rejects.toMatchObject({
    reason: "GRANT_NOT_FOUND",
  });
  expect((await domain.adminQueries.user(context, user.id, NO_PAGES)).sessions.items).toEqual([
    session,
  ]);
  await domain.adminActions.endSession(context, user.id, session.id);
  await domain.adminActions.revokeGrant(context, user.id, grant.id);
  expect(await trail(user.id)).toHaveLength(2);
  expect(await trail(user.id)).toEqual(
    expect.arrayContaining([traceOf("session.revoke"), traceOf("grant.revoke", grant.clientId)]),
  );
  expect(await kept.store.sessions.find(session.id)).toBeUndefined();
  await expect(domain.adminActions.endSession(context, user.id, session.id)).rejects.toMatchObject({
    reason: "SESSION_NOT_FOUND",
  });
  await domain.adminActions.administering(context).endAccess(context, user.id);
  expect((await kept.store.users.find(user.id))?.epoch).toBe(user.epoch + 1);
});

test("an application's tokens end, and what was agreed to stays", async () => {
  const client = aClient();
  const [grant, token] = [aGrant({ clientId: client.id }), anAccessToken({ clientId: client.id })];
  await kept.store.clients.insert(client, undefined);
  await kept.store.grants.agree(grant);
  await kept.store.tokens.insertAccess(token);
  await domain.clientUsage.end(context, client.id);
  expect([
    await kept.store.tokens.findAccess(token.hash),
    await kept.store.grants.find(grant.id),
  ]).toEqual([undefined, grant]);
  expect((await domain.adminQueries.client(context, client.id)).events).toMatchObject([
    {
      event: { type: "token.revoke", details: { all: "true" } },
      actors: [{ id: administrator.id }],
    },
  ]);
  await expect(domain.clientUsage.end(context, id())).rejects.toMatchObject({
    reason: "CLIENT_NOT_FOUND",
  });
});

test("wrong passwords are counted, from each network, and forgotten", async () => {
  const password = "correct horse battery";
  const user = await insert({
    passwordHash: await domain.hasher.withPlace(ownWork, (place) => place.hash(password)),
  });
  const signIn = (given: string, address: string) =>
    domain.signIn.check(
      { ...by(anonymous), address },
      { realm: user.realm, identifier: { username: user.username }, password: given },
    );
  await signIn(password, "198.51.100.1");
  for (const address of ["198.51.100.1", "198.51.100.2"]) {
    for (let tries = 0; tries < 10; tries++)
      await expect(signIn("wrong", address)).rejects.toMatchObject({ reason: "SIGN_IN_FAILED" });
    await expect(signIn(password, address)).rejects.toMatchObject({ reason: "RATE_LIMITED" });
  }
  expect((await domain.adminQueries.user(context, user.id, NO_PAGES)).failures).toBe(20);
  await domain.adminActions.administering(context).forgetFailures(context, user.id);
  expect((await domain.adminQueries.user(context, user.id, NO_PAGES)).failures).toBe(0);
  for (const address of ["198.51.100.1", "198.51.100.2"])
    expect((await signIn(password, address)).id).toBe(user.id);
  expect(await trail(user.id)).toContainEqual(traceOf("user.forget_failures"));
});
