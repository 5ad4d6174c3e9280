// Lists, page by page: everything comes once, and a page token is good for its own list only.
import { beforeAll, describe, expect, test } from "vitest";
import { UserState } from "../../gen/identity/v1/model_pb.ts";
import { refusal } from "../clients/refusal.ts";
import { agree, register } from "../oauth/flow.ts";
import { type Api, type SignedIn, useServer } from "../use-server.ts";

const used = useServer();
const COUNT = 7;
let owner: SignedIn;
let stranger: SignedIn;
/** A group of each, which invites users. */
const inviting = new Map<string, bigint>();

interface Listed {
  readonly ids: readonly string[];
  readonly next: string;
}

/** Every list, of what belongs to one user. */
const LISTS: Readonly<
  Record<
    string,
    (api: Api, userId: string, page: { pageSize?: number; pageToken?: string }) => Promise<Listed>
  >
> = {
  listUsers: async (_, __, page) => {
    const { users, nextPageToken } = await used.administrator.users.listUsers({
      realm: "paged",
      ...page,
    });
    return { ids: users.map(({ id }) => id), next: nextPageToken };
  },
  listSessions: async ({ users }, userId, page) => {
    const { sessions, nextPageToken } = await users.listSessions({ userId, ...page });
    return { ids: sessions.map(({ id }) => id), next: nextPageToken };
  },
  listGroups: async ({ users }, userId, page) => {
    const { groups, nextPageToken } = await users.listGroups({ userId, ...page });
    return { ids: groups.map(({ id }) => String(id)), next: nextPageToken };
  },
  listGroupInvitations: async ({ users }, userId, page) => {
    const { invitations, nextPageToken } = await users.listGroupInvitations({ userId, ...page });
    return { ids: invitations.map(({ groupId }) => String(groupId)), next: nextPageToken };
  },
  "listGroupInvitations of a group": async (_, userId, page) => {
    const groupId = inviting.get(userId)!;
    const { invitations, nextPageToken } = await used.administrator.users.listGroupInvitations({
      groupId,
      ...page,
    });
    return { ids: invitations.map((each) => each.userId), next: nextPageToken };
  },
  listClients: async ({ oauth }, ownerId, page) => {
    const { clients, nextPageToken } = await oauth.listClients({ ownerId, ...page });
    return { ids: clients.map(({ id }) => id), next: nextPageToken };
  },
  listGrants: async ({ oauth }, userId, page) => {
    const { grants, nextPageToken } = await oauth.listGrants({ userId, ...page });
    return { ids: grants.map(({ id }) => id), next: nextPageToken };
  },
};

const newGroup = async (): Promise<bigint> => {
  const { id: ownerId } = await used.signUp();
  return (await used.administrator.users.createGroup({ name: "Inviting", ownerId })).group!.id;
};

/** Invites a user to a new group, and a new user to the group of the user. */
async function invite(user: SignedIn): Promise<void> {
  const invited = await used.signUp();
  for (const [groupId, value] of [
    [await newGroup(), user.id],
    [inviting.get(user.id)!, invited.id],
  ] as const)
    await used.administrator.users.inviteGroupMember({
      groupId,
      invitee: { case: "userId", value },
    });
}

beforeAll(async () => {
  [owner, stranger] = [await used.signUp(), await used.signUp()];
  for (const { id } of [owner, stranger]) inviting.set(id, await newGroup());
  await used.administrator.users.updateUser({ user: { id: owner.id, developer: true } });
  for (let index = 0; index < COUNT; index++) {
    await used.administrator.users.createUser({
      email: `user${index}@example.com`,
      password: "correct horse",
      realm: "paged",
    });
    if (index > 0)
      await used.as().users.signIn({
        identifier: { case: "email", value: owner.email },
        password: owner.password,
      });
    await owner.users.createGroup({ name: `Group ${index}` });
    const client = await register(owner);
    await agree(owner, client);
    await invite(owner);
    // Those of others stand between.
    await invite(stranger);
    await stranger.users.createGroup({ name: `Another ${index}` });
    await agree(stranger, client);
  }
});

describe.each(Object.entries(LISTS))("%s", (_, list) => {
  test.each([1, 3, COUNT - 1, COUNT, COUNT + 1, 1000, 0])(
    "in pages of %i everything comes once, in one order",
    async (pageSize) => {
      const whole = await list(owner, owner.id, {});
      expect([whole.ids.length, new Set(whole.ids).size, whole.next]).toEqual([COUNT, COUNT, ""]);
      const ids: string[] = [];
      let pageToken = "";
      do {
        const page = await list(owner, owner.id, { pageSize, pageToken });
        if (pageSize > 0) expect(page.ids.length).toBeLessThanOrEqual(pageSize);
        ids.push(...page.ids);
        pageToken = page.next;
      } while (pageToken !== "");
      expect(ids).toEqual(whole.ids);
    },
  );

  test.each([-1, 1001])("no page of %i", async (pageSize) => {
    expect(await refusal(list(owner, owner.id, { pageSize }))).toMatchObject({
      reason: "FIELD_INVALID",
      fields: ["page_size"],
    });
  });

  test("no forged token", async () => {
    const { next, ids } = await list(owner, owner.id, { pageSize: 2 });
    const bytes = Buffer.from(next, "base64url");
    const flipped = [...bytes.keys()].map((index) =>
      Buffer.from(bytes.map((byte, at) => (at === index ? byte ^ 1 : byte))).toString("base64url"),
    );
    for (const pageToken of [
      ...flipped,
      next.slice(0, -1),
      `${next}A`,
      `${next}=`,
      "A",
      "0",
      ids[0]!,
      "' or 1=1 --",
      `${next}${next}`,
    ]) {
      expect(await refusal(list(owner, owner.id, { pageToken })), pageToken).toMatchObject({
        code: "InvalidArgument",
        reason: "PAGE_TOKEN_INVALID",
        fields: ["page_token"],
      });
    }
  });
});

test("a token of one list or filter is none of another", async () => {
  const tokens = await Promise.all(
    Object.values(LISTS).map(async (list) => (await list(owner, owner.id, { pageSize: 1 })).next),
  );
  for (const [at, list] of Object.values(LISTS).entries()) {
    for (const [from, pageToken] of tokens.entries()) {
      if (from !== at)
        expect((await refusal(list(owner, owner.id, { pageToken }))).reason).toBe(
          "PAGE_TOKEN_INVALID",
        );
      if (at > 0)
        expect((await refusal(list(stranger, stranger.id, { pageToken }))).reason).toMatch(
          /^(PAGE_TOKEN_INVALID)$/,
        );
    }
  }
  const { users } = used.administrator;
  const { nextPageToken: pageToken } = await users.listUsers({ realm: "paged", pageSize: 1 });
  for (const other of [
    { realm: "" },
    { realm: "paged", state: UserState.ACTIVE },
    { realm: "paged", username: "x" },
    { realm: "paged", email: "user0@example.com" },
  ]) {
    expect((await refusal(users.listUsers({ ...other, pageToken }))).reason).toBe(
      "PAGE_TOKEN_INVALID",
    );
  }
});

test("filters of users", async () => {
  const { users } = used.administrator;
  const [first, second] = (await users.listUsers({ realm: "paged" })).users;
  await users.lockUser({ userId: first!.id, reason: "x" });
  await users.deleteUser({ userId: second!.id });
  const idsOf = async (query: Parameters<typeof users.listUsers>[0]) =>
    (await users.listUsers({ realm: "paged", ...query })).users.map(({ id }) => id);
  expect(await idsOf({ state: UserState.LOCKED })).toEqual([first!.id]);
  expect(await idsOf({ state: UserState.DELETED })).toEqual([second!.id]);
  expect(await idsOf({ state: UserState.ACTIVE })).toHaveLength(COUNT - 2);
  expect(await idsOf({})).toHaveLength(COUNT - 1);
  expect(await idsOf({ email: "USER3@example.com" })).toHaveLength(1);
  expect(await idsOf({ email: "USER3@example.com", state: UserState.LOCKED })).toEqual([]);
  expect(await idsOf({ email: "no address" })).toEqual([]);
  expect(await idsOf({ username: "%" })).toEqual([]);
});
