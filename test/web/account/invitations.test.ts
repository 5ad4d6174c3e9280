// Invitations to communities: what a page can, an RPC can, and the same rule decides.
import { expect, test } from "vitest";
import { GroupRole } from "../../../gen/identity/v1/model_pb.ts";
import { reason } from "../../clients/refusal.ts";
import { type SignedIn, unique, useServer } from "../../use-server.ts";
import { Agent } from "../agent.ts";

const used = useServer();
const { MEMBER, ADMINISTRATOR, OWNER } = GroupRole;

const PEOPLE = ["owner", "administrator", "member", "outsider", "guest"] as const;
type Who = (typeof PEOPLE)[number];
type People = Readonly<Record<Who, SignedIn>>;
let people: People | undefined;
let agents: Readonly<Record<Who, Agent>> | undefined;

/** Those who act in each case; they are the same in all, and their groups are new. */
async function everyone(): Promise<{ people: People; agents: Readonly<Record<Who, Agent>> }> {
  if (people === undefined || agents === undefined) {
    const entries = await Promise.all(
      PEOPLE.map(async (who) => {
        const [user, agent] = [await used.signUp(), new Agent(used.url)];
        await agent.signIn(user);
        return [who, user, agent] as const;
      }),
    );
    people = Object.fromEntries(entries.map(([who, user]) => [who, user])) as unknown as People;
    agents = Object.fromEntries(entries.map(([who, , agent]) => [who, agent])) as never;
  }
  return { people, agents };
}

/** One act on a new group: by RPC, and by the form of a page. */
interface Case {
  readonly by: Who;
  /** What comes before. */
  readonly before?: (groupId: bigint, people: People) => Promise<unknown>;
  readonly call: (user: SignedIn, groupId: bigint, people: People) => Promise<unknown>;
  readonly form: (people: People) => readonly [path: string, fields: Record<string, string>];
  /** Why it is refused; empty: it is not. */
  readonly outcome: string;
}

const invited =
  (role: GroupRole) =>
  (groupId: bigint, { guest }: People): Promise<unknown> =>
    used.administrator.users.inviteGroupMember({
      groupId,
      invitee: { case: "userId", value: guest.id },
      role,
    });

const inviting = (by: Who, role: "member" | "owner", outcome: string, known = ""): Case => ({
  by,
  call: ({ users }, groupId, { guest }) =>
    users.inviteGroupMember({
      groupId,
      invitee: { case: "username", value: known === "" ? guest.username : known },
      role: role === "member" ? MEMBER : OWNER,
    }),
  form: ({ guest }) => [
    "/account/community/invite",
    { known: known === "" ? guest.username : known, role },
  ],
  outcome,
});

const withdrawing = (by: Who, role: GroupRole | undefined, outcome: string): Case => ({
  by,
  ...(role !== undefined && { before: invited(role) }),
  call: ({ users }, groupId, { guest }) =>
    users.withdrawGroupInvitation({ groupId, userId: guest.id }),
  form: ({ guest }) => ["/account/community/withdraw", { user: guest.id }],
  outcome,
});

const answering = (by: Who, answer: "accept" | "decline", outcome: string): Case => ({
  by,
  before: invited(ADMINISTRATOR),
  call: ({ users }, groupId) =>
    answer === "accept"
      ? users.acceptGroupInvitation({ groupId })
      : users.declineGroupInvitation({ groupId }),
  form: () => [`/account/invitations/${answer}`, {}],
  outcome,
});

const declined = async (groupId: bigint, given: People): Promise<unknown> => {
  await invited(MEMBER)(groupId, given);
  return given.guest.users.declineGroupInvitation({ groupId });
};
const added = (groupId: bigint, { guest }: People): Promise<unknown> =>
  used.administrator.users.addGroupMember({ groupId, userId: guest.id });

const CASES: readonly Case[] = [
  inviting("owner", "member", ""),
  inviting("owner", "owner", ""),
  inviting("administrator", "member", ""),
  inviting("administrator", "owner", "PERMISSION_DENIED"),
  inviting("member", "member", "PERMISSION_DENIED"),
  inviting("outsider", "member", "GROUP_NOT_FOUND"),
  inviting("owner", "member", "USER_NOT_FOUND", unique()),
  { ...inviting("owner", "member", "GROUP_INVITATION_EXISTS"), before: invited(MEMBER) },
  { ...inviting("owner", "member", "GROUP_INVITATION_DECLINED"), before: declined },
  { ...inviting("owner", "member", "GROUP_MEMBER_EXISTS"), before: added },
  withdrawing("owner", OWNER, ""),
  withdrawing("administrator", MEMBER, ""),
  withdrawing("administrator", OWNER, "PERMISSION_DENIED"),
  withdrawing("member", MEMBER, "PERMISSION_DENIED"),
  withdrawing("guest", MEMBER, "GROUP_NOT_FOUND"),
  withdrawing("owner", undefined, "GROUP_INVITATION_NOT_FOUND"),
  answering("guest", "accept", ""),
  answering("guest", "decline", ""),
  answering("outsider", "accept", "GROUP_INVITATION_NOT_FOUND"),
  answering("outsider", "decline", "GROUP_INVITATION_NOT_FOUND"),
  answering("member", "accept", "GROUP_INVITATION_NOT_FOUND"),
];

/** How the pages answer; what they explain is shown beside the form. */
const STATUS: Readonly<Record<string, number>> = {
  "": 303,
  PERMISSION_DENIED: 403,
  GROUP_NOT_FOUND: 404,
  USER_NOT_FOUND: 422,
  GROUP_MEMBER_EXISTS: 422,
  GROUP_INVITATION_EXISTS: 422,
  GROUP_INVITATION_DECLINED: 422,
  GROUP_INVITATION_NOT_FOUND: 422,
};

async function newGroup({ owner, administrator, member }: People): Promise<bigint> {
  const { users } = used.administrator;
  const groupId = (await users.createGroup({ name: "Tea", ownerId: owner.id })).group!.id;
  await users.addGroupMember({ groupId, userId: administrator.id, role: ADMINISTRATOR });
  await users.addGroupMember({ groupId, userId: member.id });
  return groupId;
}

/** The members, the invitation of the guest and the events of a group, without times. */
async function stateOf(groupId: bigint, { guest }: People): Promise<unknown> {
  const { groups, groupInvitations, audit } = used.server.store;
  const [members, invitation, events] = [
    await groups.members(groupId, { limit: 10 }),
    await groupInvitations.find(groupId, guest.id),
    await audit.list({}, { limit: 10 }),
  ];
  return [
    members.map(({ userId, role }) => [userId, role]),
    invitation && [invitation.role, invitation.invitedBy, invitation.declinedAt !== undefined],
    events
      .filter(({ details }) => details["group"] === String(groupId))
      .map(({ type, actor, details: { group: _, ...details } }) => [type, actor, details]),
  ];
}

test("each act of the pages is one of an RPC, with the same outcome and effect", async () => {
  const given = await everyone();
  let count = 0;
  for (const { by, before, call, form, outcome } of CASES) {
    const [byCall, byForm] = [await newGroup(given.people), await newGroup(given.people)];
    for (const groupId of [byCall, byForm]) await before?.(groupId, given.people);
    const acting = call(given.people[by], byCall, given.people);
    expect(outcome === "" ? (await acting, "") : await reason(acting)).toBe(outcome);
    const [path, fields] = form(given.people);
    const agent = given.agents[by];
    await agent.get("/account/communities");
    const { status } = await agent.post(path, { ...fields, id: String(byForm) });
    expect([by, path, fields, status]).toEqual([by, path, fields, STATUS[outcome]]);
    expect(await stateOf(byForm, given.people)).toEqual(await stateOf(byCall, given.people));
    count++;
  }
  expect(count).toBe(21);
});

test.each([
  ["en", "Accept", "Withdraw"],
  ["ru", "Принять", "Отозвать"],
  ["zh", "接受", "撤回"],
])("the pages in %s show an invitation to both sides", async (language, accept, withdraw) => {
  const { people: given, agents: using } = await everyone();
  const { users } = used.administrator;
  const { group } = await users.createGroup({ name: "Чай & jam", ownerId: given.owner.id });
  const guest = await used.signUp();
  const agent = new Agent(used.url);
  await agent.signIn(guest);
  await agent.get(`/account?lang=${language}`);
  expect(agent.page).not.toContain('href="/account/communities">');
  await given.owner.users.inviteGroupMember({
    groupId: group!.id,
    invitee: { case: "email", value: guest.email },
    role: ADMINISTRATOR,
  });
  await agent.get(`/account?lang=${language}`);
  expect(agent.page).toMatch(/class="badge"\s*>1</);
  await agent.get(`/account/communities?lang=${language}`);
  for (const text of ["Чай &amp; jam", given.owner.username, `aria-label="${accept}: `])
    expect(agent.page).toContain(text);
  await using.owner.get(`/account/community?id=${group!.id}&lang=${language}`);
  for (const text of [guest.username, `aria-label="${withdraw}: `])
    expect(using.owner.page).toContain(text);
  expect(using.owner.page).not.toContain(guest.email);
});

test("more than nine invitations are counted as 9+", async () => {
  const guest = await used.signUp();
  const agent = new Agent(used.url);
  await agent.signIn(guest);
  const { people: given } = await everyone();
  for (let count = 0; count < 11; count++) {
    const { group } = await used.administrator.users.createGroup({
      name: "Tea",
      ownerId: given.owner.id,
    });
    await used.administrator.users.inviteGroupMember({
      groupId: group!.id,
      invitee: { case: "userId", value: guest.id },
    });
  }
  await agent.get("/account");
  expect(agent.page).toContain("Invitations to communities: 9+.");
  await agent.get("/account/communities");
  expect(agent.page.match(/"\/account\/invitations\/accept"/g)).toHaveLength(11);
  expect(agent.page).toContain("Invited by the operator of the server");
});
