import { beforeAll, describe, expect, test } from "vitest";
import { GroupRole } from "../../../gen/identity/v1/model_pb.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const used = useServer();

interface Person extends SignedIn {
  readonly agent: Agent;
}

async function person(): Promise<Person> {
  const [user, agent] = [await used.signUp(), new Agent(used.url)];
  await agent.signIn(user);
  return { ...user, agent };
}

let [owner, administrator, member, stranger, invited]: Person[] = [];
let id = "";

const path = (): string => `/account/community?id=${id}`;
/** Sends a form of the community's page; one that a page of one's own has given the token for. */
async function act(
  who: Person | undefined,
  name: string,
  fields: Record<string, string>,
): Promise<{ status: number; location: string | null }> {
  await who!.agent.get("/account/communities");
  const { status, headers } = await who!.agent.post(`/account/community/${name}`, {
    id,
    ...fields,
  });
  return { status, location: headers.get("location") };
}
const roles = async (): Promise<Record<string, GroupRole>> =>
  Object.fromEntries(
    (await used.administrator.users.listGroupMembers({ groupId: BigInt(id) })).members.map(
      ({ userId, role }) => [userId, role],
    ),
  );

beforeAll(async () => {
  [owner, administrator, member, stranger, invited] = await Promise.all([
    person(),
    person(),
    person(),
    person(),
    person(),
  ]);
});

test("one is created with its owner", async () => {
  const { agent } = owner!;
  await agent.get("/account/communities");
  expect(agent.page).toContain("You don’t belong to any community yet.");
  const response = await agent.post("/account/communities", { name: " Tea & jam " });
  [, id = ""] =
    /^\/account\/community\?id=(\d+)&notice=created$/.exec(
      response.headers.get("location") ?? "",
    ) ?? [];
  await agent.get(response.headers.get("location")!);
  for (const text of [
    "<h1>Tea &amp; jam</h1>",
    "Community created.",
    `Community ID: ${id}`,
    owner!.username,
    "Owner",
  ])
    expect(agent.page).toContain(text);
  await agent.get("/account/communities");
  expect(agent.page).toContain(path().replace("&", "&amp;"));
  for (const name of ["Harbour \u202e", "", "  ", "x".repeat(129), "a\u0000b"]) {
    await agent.get("/account/communities");
    expect((await agent.post("/account/communities", { name })).status).toBe(422);
  }
});

/** Answers the invitation to the community. */
async function answer(who: Person, name: "accept" | "decline") {
  await who.agent.get("/account/communities");
  const { status, headers } = await who.agent.post(`/account/invitations/${name}`, { id });
  return { status, location: headers.get("location") };
}
const joined = { status: 303, location: "/account/communities?notice=accepted" };

test("members are invited by user name or e-mail, each with a role", async () => {
  expect(
    await act(owner, "invite", {
      known: administrator!.email.toUpperCase(),
      role: "administrator",
    }),
  ).toEqual({ status: 303, location: `${path()}&notice=invited` });
  expect(Object.keys(await roles())).toEqual([owner!.id]);
  expect((await act(owner, "invite", { known: administrator!.email })).status).toBe(422);
  expect(owner!.agent.page).toContain("This user is already invited.");
  expect(await answer(administrator!, "accept")).toEqual(joined);
  expect(await act(administrator, "invite", { known: ` ${member!.username} ` })).toMatchObject({
    status: 303,
  });
  expect(await answer(member!, "accept")).toEqual(joined);
  expect(await roles()).toEqual({
    [owner!.id]: GroupRole.OWNER,
    [administrator!.id]: GroupRole.ADMINISTRATOR,
    [member!.id]: GroupRole.MEMBER,
  });
  expect((await act(owner, "invite", { known: member!.email })).status).toBe(422);
  expect(owner!.agent.page).toContain("This user is already a member.");
  expect((await act(owner, "invite", { known: "nobody@example.com" })).status).toBe(422);
  expect(owner!.agent.page).toContain("User not found.");
  expect(await act(owner, "invite", { known: stranger!.username, role: "emperor" })).toMatchObject({
    status: 400,
  });
});

test("the page offers each role what it may do, and shows no address", async () => {
  const offered = async ({ agent }: Person): Promise<string[]> => {
    await agent.get(path());
    for (const { email } of [owner!, administrator!, member!])
      expect(agent.page).not.toContain(email);
    return [
      ...new Set(
        [...agent.page.matchAll(/action="\/account\/community\/(\w+)"/g)].map(([, name]) => name!),
      ),
    ].sort();
  };
  expect(await offered(owner!)).toEqual(["delete", "invite", "leave", "remove", "role"]);
  expect(await offered(administrator!)).toEqual(["invite", "leave", "remove"]);
  expect(await offered(member!)).toEqual(["leave"]);
});

describe("what the page doesn't offer is refused all the same", () => {
  const acts: readonly (readonly [string, () => Record<string, string>])[] = [
    ["invite", () => ({ known: stranger!.username })],
    ["role", () => ({ user: member!.id, role: "owner" })],
    ["remove", () => ({ user: owner!.id })],
    ["withdraw", () => ({ user: invited!.id })],
    ["delete", () => ({})],
  ];
  test.each(acts)("%s", async (name, fields) => {
    const before = await roles();
    expect((await act(member, name, fields())).status).toBe(403);
    expect((await act(stranger, name, fields())).status).toBe(404);
    expect((await act(stranger, name, { ...fields(), id: "99999999999999999999" })).status).toBe(
      404,
    );
    if (name === "role" || name === "delete")
      expect((await act(administrator, name, fields())).status).toBe(403);
    await stranger!.agent.get("/account/communities");
    const foreign = stranger!.agent.hidden("form_token");
    expect((await act(owner, name, { ...fields(), form_token: foreign })).status).toBe(403);
    expect(await roles()).toEqual(before);
  });

  test("inviting an owner, for administrators", async () => {
    expect(
      (await act(administrator, "invite", { known: stranger!.username, role: "owner" })).status,
    ).toBe(403);
  });

  test("a look, for strangers", async () => {
    for (const query of [`id=${id}`, "id=1", "id=x", "", `id=${id}&id=${id}`])
      expect((await stranger!.agent.get(`/account/community?${query}`)).status).toBe(404);
  });
});

test(
  "a user who names unknown people again and again has to wait; a user who invites people " +
    "does not",
  async () => {
    const curious = await person();
    const { group } = await curious.users.createGroup({ name: "A trap" });
    const [mine, statuses] = [{ id: group!.id.toString() }, [] as number[]];
    for (let count = 0; count < 21; count++)
      statuses.push(
        (await act(curious, "invite", { ...mine, known: `somebody-${count}@example.com` })).status,
      );
    expect(statuses).toEqual([...Array<number>(20).fill(422), 429]);
    expect((await act(owner, "invite", { known: "nobody@example.com" })).status).toBe(422);
  },
);

test("roles change, but never the last owner's; who leaves is out", async () => {
  expect((await act(owner, "role", { user: owner!.id, role: "member" })).status).toBe(422);
  expect(owner!.agent.page).toContain("needs at least one owner");
  expect((await act(owner, "leave", {})).status).toBe(422);
  expect(await act(owner, "role", { user: member!.id, role: "owner" })).toEqual({
    status: 303,
    location: `${path()}&notice=role`,
  });
  expect(await act(owner, "leave", {})).toEqual({
    status: 303,
    location: "/account/communities?notice=left",
  });
  expect((await owner!.agent.get(path())).status).toBe(404);
  expect(await act(member, "remove", { user: administrator!.id })).toMatchObject({ status: 303 });
  const events = await used.server.store.audit.list(
    { userId: member!.id, type: "group.change_role" },
    { limit: 10 },
  );
  expect(events.map(({ actor, details }) => [actor, details["role"]])).toEqual([
    [`user:${owner!.id}`, "owner"],
  ]);
});

test(
  "members who have deleted their account are shown to those who can remove them, " +
    "without a name",
  async () => {
    const [onlooker, gone] = [await person(), await person()];
    await act(member, "invite", { known: onlooker.username });
    await act(member, "invite", { known: gone.username, role: "owner" });
    expect(await answer(onlooker, "accept")).toEqual(joined);
    expect(await answer(gone, "accept")).toEqual(joined);
    await gone.users.deleteUser({ userId: "me" });
    await onlooker.agent.get(path());
    for (const text of [gone.username, "Deleted account", gone.id])
      expect(onlooker.agent.page).not.toContain(text);
    await member!.agent.get(path());
    expect(member!.agent.page).not.toContain(gone.username);
    for (const text of ["Deleted account", `name="user" value="${gone.id}"`])
      expect(member!.agent.page).toContain(text);
    expect(await act(member, "remove", { user: gone.id })).toMatchObject({ status: 303 });
    await member!.agent.get(path());
    expect(member!.agent.page).not.toContain("Deleted account");
    // Back, the former owner is no member.
    await used.administrator.users.restoreUser({ userId: gone.id });
    await gone.agent.signIn(gone);
    expect((await gone.agent.get(path())).status).toBe(404);
  },
);

test("one is deleted for all", async () => {
  expect(await act(member, "delete", {})).toEqual({
    status: 303,
    location: "/account/communities?notice=deleted",
  });
  expect((await member!.agent.get(path())).status).toBe(404);
});

test("the page with an error leads on in a long list as well", async () => {
  const { agent, ...api } = await person();
  const { group } = await used.administrator.users.createGroup({ name: "Many", ownerId: api.id });
  for (let count = 0; count < 21; count++)
    await used.server.store.groups.addMember({
      groupId: group!.id,
      userId: unique(),
      role: "member",
      createdAt: 0,
    });
  await agent.get(`/account/community?id=${group!.id}`);
  expect(
    (await agent.post("/account/community/invite", { id: group!.id.toString(), known: unique() }))
      .status,
  ).toBe(422);
  const next = /href="([^"]*page=[^"]*)"/.exec(agent.page)![1]!.replaceAll("&amp;", "&");
  expect((await agent.get(next)).status).toBe(200);
});
