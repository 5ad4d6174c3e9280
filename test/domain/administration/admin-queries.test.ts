import { beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../../src/domain/ids.ts";
import { type Domain } from "../../../src/create-domain.ts";
import { MINUTE } from "../../identity/clock.ts";
import type { UserLookup } from "../../../src/domain/administration/user-directory.ts";
import { administered, NO_PAGES } from "./administered.ts";
import { aClient, aDevice, aGrant, aGroup, anEvent, id } from "../../store/samples.ts";

const { clock, kept, context, insert, build } = administered();

let domain: Domain;

beforeAll(async () => {
  domain = await build();
});

describe("the directory", () => {
  test("shows users page by page, and one by an id of any realm", async () => {
    const users = await Promise.all(
      Array.from({ length: 55 }, (_, index) =>
        insert({
          realm: "paged",
          emailKey: `p${String(index).padStart(2, "0")}@example.org`,
          username: "",
        }),
      ),
    );
    const find = (given: Partial<UserLookup>, pageToken = "") =>
      domain.userDirectory.find(
        context,
        { realm: "paged", by: "emailKey", text: "P", ...given },
        pageToken,
      );
    const first = await find({});
    const second = await find({}, first.nextPageToken);
    expect([...first.items, ...second.items].map(({ user }) => user)).toEqual(users);
    expect([first.items.length, second.nextPageToken]).toEqual([50, ""]);
    expect([first.total, first.order]).toEqual([
      { count: 55, isMore: false },
      { by: "emailKey", isDescending: false },
    ]);
    await expect(find({ by: "username" }, first.nextPageToken)).rejects.toMatchObject({
      reason: "PAGE_TOKEN_INVALID",
    });
    const byId = async (text: string) =>
      (await find({ realm: "main", by: "id", text })).items.map(({ user, state }) => [user, state]);
    expect(await byId(users[7]!.id)).toEqual([[users[7], "active"]]);
    expect(await byId(users[7]!.id.slice(0, -1))).toEqual([]);
    const newest = await find({ by: "contains", text: "" });
    expect(newest.order).toEqual({ by: "createdAt", isDescending: true });
    const part = await find({ by: "contains", text: "P07@" });
    expect(part.items.map(({ user }) => user)).toEqual([users[7]]);
    expect([part.total, part.order, part.searchedBackTo]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const byAccId = await find({ by: "accId", text: "ac", state: "active" });
    expect([byAccId.items.length, byAccId.total]).toEqual([50, undefined]);
    expect((await find({ by: "accId", text: "ac", state: "locked" })).items).toEqual([]);
  });

  test("exports what a search finds, and says so in the trail", async () => {
    const lookup = { realm: "paged", by: "emailKey", text: "p1", state: "active" } as const;
    const found = [];
    for await (const user of await domain.userDirectory.export(context, lookup))
      found.push(user.emailKey);
    expect(found).toHaveLength(10);
    const [event] = await kept.store.audit.list({ type: "user.export" }, { limit: 1 });
    expect(event?.details).toEqual({ realm: "paged", by: "emailKey", text: "p1", state: "active" });
    clock.pass(6 * MINUTE);
    await expect(domain.userDirectory.export(context, lookup)).rejects.toMatchObject({
      reason: "REAUTHENTICATION_REQUIRED",
    });
    clock.pass(-6 * MINUTE);
  });

  test("shows all of a user, and all of an application", async () => {
    const user = await insert({ state: "locked", lockUntil: clock.now() - 1, lockReason: "past" });
    const [group, client, device] = [
      aGroup(),
      aClient({ ownerId: user.id, name: "Teapot" }),
      aDevice({ userId: user.id }),
    ];
    await kept.store.groups.insert(group);
    await kept.store.groups.addMember({
      groupId: group.id,
      userId: user.id,
      role: "owner",
      createdAt: 0,
    });
    await kept.store.clients.insert(client, undefined);
    await kept.store.devices.record(device);
    const origin = { kind: "client", source: "learned:kokids", at: 0, mark: "" } as const;
    const [brought, imported] = [
      { ...origin, ref: client.id },
      { ...origin, kind: "group", ref: String(group.id), source: "import:batch" } as const,
    ];
    await kept.store.origins.insert([brought, imported]);
    const grant = await kept.store.grants.agree(aGrant({ userId: user.id, clientId: client.id }));
    const shown = await domain.adminQueries.user(context, user.id, NO_PAGES);
    expect(shown).toMatchObject({
      user,
      state: "active",
      failures: 0,
      groups: { items: [group] },
      clients: { items: [client] },
      devices: [device],
      grants: { items: [{ grant, clientName: "Teapot" }] },
      origin: undefined,
    });
    expect(shown.origins).toEqual(
      new Map<string, object>([
        [client.id, brought],
        [String(group.id), imported],
      ]),
    );
    expect(await domain.adminQueries.client(context, client.id)).toEqual({
      client,
      origin: brought,
      owner: user,
      events: [],
    });
    const order = { by: "name", isDescending: false } as const;
    for (const text of ["tea", "POT", client.id])
      expect(
        await domain.clientQueries.find(context, { filter: { text }, order, owner: "" }, ""),
      ).toEqual({
        items: [{ client, origin: brought, owner: user }],
        nextPageToken: "",
        total: 1,
      });
    await expect(domain.adminQueries.user(context, id(), NO_PAGES)).rejects.toMatchObject({
      reason: "USER_NOT_FOUND",
    });
    await expect(domain.adminQueries.client(context, id())).rejects.toMatchObject({
      reason: "CLIENT_NOT_FOUND",
    });
  });
});

test("the trail is read by what events are, and by when they were", async () => {
  const [userId, start] = [id(), clock.now()];
  const at = (time: number) =>
    anEvent({ userId, at: time, id: newId({ ...clock, now: () => time }) });
  const events = [0, 1, 2, 3].map((minute) => at(start + minute * MINUTE));
  for (const event of events) await kept.store.audit.append(event);
  const list = async (query: object, pageToken = "") =>
    (await domain.auditTrail.list(context, { pageSize: 0, pageToken, userId, ...query })).items;
  expect(await list({})).toEqual(events.toReversed());
  expect(await list({ from: start + MINUTE, until: start + 3 * MINUTE })).toEqual([
    events[2],
    events[1],
  ]);
  expect(await list({ from: -1, until: start })).toEqual([]);
  const { items, nextPageToken } = await domain.auditTrail.list(context, {
    pageSize: 3,
    pageToken: "",
    userId,
  });
  expect([...items, ...(await list({}, nextPageToken))]).toEqual(events.toReversed());
  await expect(list({ type: "user.lock" }, nextPageToken)).rejects.toMatchObject({
    reason: "PAGE_TOKEN_INVALID",
  });
});

test("the trail names whom it speaks of, as they are called now", async () => {
  const [user, client] = [await insert({ username: "" }), aClient({ name: "Teapot" })];
  await kept.store.clients.insert(client, undefined);
  const named = {
    user: { kind: "user", id: user.id, name: user.email },
    client: { kind: "client", id: client.id, name: "Teapot" },
    gone: { kind: "user", id: "gone", name: "" },
  };
  const actors = {
    [`user:${user.id} by client:${client.id}`]: [named.user, named.client],
    "user:gone": [named.gone],
    operator: [],
    anonymous: [],
  };
  for (const actor of Object.keys(actors))
    await kept.store.audit.append(anEvent({ actor, userId: user.id, clientId: client.id }));
  for (const { event, ...names } of (await domain.adminQueries.client(context, client.id)).events)
    expect(names).toEqual({ actors: actors[event.actor], user: named.user, client: named.client });
});
