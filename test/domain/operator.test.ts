// The operator at the server's command line: may do what an administrator may, under a name of
// their own.
import { expect, test } from "vitest";
import { readConfig } from "../../src/config/settings.ts";
import type { RequestContext } from "../../src/domain/request-context.ts";
import { newId } from "../../src/domain/ids.ts";
import { systemClock } from "../../src/domain/clock.ts";
import { createDomain } from "../../src/create-domain.ts";
import { stores } from "../mariadb.ts";
import { aUser } from "../store/samples.ts";

const context: RequestContext = {
  caller: { kind: "operator" },
  address: "",
  userAgent: "",
  expired: () => false,
};
const kept = stores[0].use();
const open = () =>
  createDomain({
    config: readConfig({}),
    store: kept.store,
    clock: systemClock,
    secret: "a server's secret that only tests have, 0123456789",
    issuer: "",
  });

test("locks and unlocks, found by id, address or name, and the trail says who", async () => {
  const { users } = await open();
  const user = aUser();
  await kept.store.users.insert(user);
  for (const text of [user.id, user.email.toUpperCase(), user.username])
    expect((await users.identify("main", text)).id).toBe(user.id);
  for (const text of ["", newId(systemClock), "nobody@example.org", "@"])
    await expect(users.identify("main", text)).rejects.toMatchObject({ reason: "USER_NOT_FOUND" });
  await users.lock(context, user.id, "stolen", undefined);
  await users.unlock(context, user.id);
  for (const reason of ["", " ", "x".repeat(501)])
    await expect(users.lock(context, user.id, reason, undefined)).rejects.toMatchObject({
      reason: "FIELD_INVALID",
    });
  const trail = await kept.store.audit.list({ userId: user.id }, { limit: 10 });
  // Within one millisecond they may come in any order.
  expect(trail.map(({ type, actor, details }) => [type, actor, details]).toSorted()).toEqual([
    ["user.lock", "operator", { reason: "stolen" }],
    ["user.unlock", "operator", {}],
  ]);
});

const client = {
  name: "Billing",
  public: false,
  grantTypes: ["client_credentials"],
  redirectUris: [],
  apis: [],
};

test("gives clients every scope there is, and no other", async () => {
  const { clients } = await open();
  const made = await clients.create(context, {
    ...client,
    scopes: ["admin", "users.read", "profile"],
  });
  expect(made.client.scopes).toEqual(["admin", "users.read", "profile"]);
  await expect(
    clients.create(context, { ...client, scopes: ["everything"] }),
  ).rejects.toMatchObject({ reason: "SCOPE_INVALID" });
});

test("a client's name has at most 200 characters", async () => {
  const { clients } = await open();
  const named = (name: string) => clients.create(context, { ...client, scopes: [], name });
  expect((await named("x".repeat(200))).client.name).toHaveLength(200);
  await expect(named("x".repeat(201))).rejects.toMatchObject({
    reason: "FIELD_INVALID",
    details: { fields: [{ field: "name" }] },
  });
});

test("a client has at most 20 redirect URIs", async () => {
  const { clients } = await open();
  const uris = Array.from({ length: 21 }, (_, index) => `https://app.example/callback/${index}`);
  const create = (redirectUris: readonly string[]) =>
    clients.create(context, {
      ...client,
      grantTypes: ["authorization_code"],
      scopes: [],
      redirectUris,
    });
  expect((await create(uris.slice(0, 20))).client.redirectUris).toEqual(uris.slice(0, 20));
  await expect(create(uris)).rejects.toMatchObject({
    reason: "FIELD_INVALID",
    details: { fields: [{ field: "redirect_uris" }] },
  });
});

test("after a rotation, the old secret works for 30 days at most", async () => {
  const { clients } = await open();
  const made = await clients.create(context, { ...client, scopes: [] });
  await expect(
    clients.rotateSecret(context, made.client.id, 30 * 86_400_000 + 1),
  ).rejects.toMatchObject({ reason: "FIELD_INVALID" });
  const { secret } = await clients.rotateSecret(context, made.client.id, 30 * 86_400_000);
  expect(secret).not.toBe(made.secret);
});
