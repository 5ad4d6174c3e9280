// What a user does while the access ends: once the end is acknowledged, nothing more is committed
// by what has ended.
import { setTimeout as delay } from "node:timers/promises";
import { beforeAll, expect, test } from "vitest";
import { GroupRole } from "../../gen/identity/v1/model_pb.ts";
import { refusalOf } from "../clients/refusal.ts";
import { agree, register } from "../oauth/flow.ts";
import { type Api, unique } from "../use-server.ts";
import type { TwoServers } from "./two-servers.ts";

const WORKERS = 6;
const ROUNDS = 6;

/** A user with something to act on. */
interface Actor {
  readonly id: string;
  readonly clientId: string;
  readonly groupId: bigint;
  readonly others: readonly string[];
}

/** How one thing is changed, and what shows how often that was done. */
interface Act {
  change(api: Api, actor: Actor, count: number): Promise<unknown>;
  state(administrator: Api, actor: Actor): Promise<unknown>;
}

const roleOf = (count: number): GroupRole =>
  count % 2 === 0 ? GroupRole.MEMBER : GroupRole.ADMINISTRATOR;

const ACTS: Readonly<Record<string, Act>> = {
  "a name": {
    change: (api) => api.users.updateUser({ user: { id: "me", username: unique() } }),
    state: async (administrator, { id }) =>
      (await administrator.users.getUser({ userId: id })).user?.username,
  },
  "a group": {
    change: (api) => api.users.createGroup({ name: "x" }),
    state: async (administrator, { id }) =>
      (await administrator.users.listGroups({ userId: id })).groups.length,
  },
  "an invitation": {
    change: async (api, { groupId, others }, count) => {
      const userId = others[count % others.length]!;
      await api.users.withdrawGroupInvitation({ groupId, userId }).catch(unlessMissing);
      return api.users
        .inviteGroupMember({
          groupId,
          invitee: { case: "userId", value: userId },
          role: roleOf(count),
        })
        .catch(unlessMissing);
    },
    state: async (administrator, { groupId }) =>
      (await administrator.users.listGroupInvitations({ groupId })).invitations.map(
        ({ userId, role, createTime }) => [userId, role, createTime],
      ),
  },
  "an application": {
    change: (api) => register(api),
    state: async (administrator, { id }) =>
      (await administrator.oauth.listClients({ ownerId: id, pageSize: 1000 })).clients.length,
  },
  "an application's name": {
    change: (api, { clientId }) =>
      api.oauth.updateClient({ client: { id: clientId, name: unique() } }),
    state: async (administrator, { clientId }) =>
      (await administrator.oauth.getClient({ clientId })).client?.name,
  },
  "an agreement": {
    change: (api, { clientId }) => agree(api, { id: clientId, secret: "" }),
    state: async (administrator, { id }) =>
      (await administrator.oauth.listGrants({ userId: id })).grants.map(
        ({ lastUseTime }) => lastUseTime,
      ),
  },
};

/** Of two workers one may find that the other was quicker. A user invites so many in a day. */
function unlessMissing(error: unknown): void {
  const reasons = ["GROUP_INVITATION_NOT_FOUND", "GROUP_INVITATION_EXISTS", "RATE_LIMITED"];
  if (!reasons.includes(refusalOf(error).reason)) throw error;
}

export function ended(two: TwoServers): void {
  const signIn = (index: number, email: string, password: string) =>
    two.as(index).users.signIn({ identifier: { case: "email", value: email }, password });

  /** Those who are invited; no test changes them. */
  let others: readonly string[] = [];
  beforeAll(async () => {
    others = await Promise.all(
      Array.from({ length: WORKERS }, async () => (await two.newUser()).id),
    );
  });

  test.each(Object.keys(ACTS))(
    "%s: nothing is committed after an end that was acknowledged",
    async (name) => {
      const { change, state } = ACTS[name]!;
      let done = 0;
      let refused = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const { id, email, password } = await two.newUser();
        await two.administrator(0).users.updateUser({ user: { id, developer: true } });
        const [{ accessToken, session }, owner] = [
          await signIn(0, email, password),
          two.as(1, (await signIn(1, email, password)).accessToken),
        ];
        const { group } = await owner.users.createGroup({ name: "x" });
        const actor: Actor = {
          id,
          clientId: (await register(owner)).id,
          groupId: group!.id,
          others,
        };
        const ends = [
          () => two.administrator(round).users.lockUser({ userId: id, reason: "x" }),
          () => owner.users.revokeSession({ sessionId: session!.id }),
          () =>
            two
              .administrator(round)
              .users.changePassword({ userId: id, newPassword: "another password" }),
        ];
        const before = done;
        let isOver = false;
        let late = 0;
        const working = Array.from({ length: WORKERS }, async (_, worker) => {
          const api = two.as(worker, accessToken);
          for (let count = worker; ; count += WORKERS) {
            const beganLate = isOver;
            const reason = await change(api, actor, count).then(
              () => "",
              (error: unknown) => refusalOf(error).reason,
            );
            if (reason === "" && beganLate) late++;
            if (reason === "TOKEN_INVALID") return refused++;
            if (reason !== "") throw new Error(`refused as ${reason}`);
            done++;
          }
        });
        // While acts are done, and at another moment each round, so that it falls into every
        // phase of one.
        while (done === before) await delay(5);
        await delay(round * 7);
        await ends[round % ends.length]!();
        isOver = true;
        const acknowledged = await state(two.administrator(round), actor);
        await Promise.all(working);
        expect(await state(two.administrator(round), actor)).toEqual(acknowledged);
        expect(late).toBe(0);
      }
      expect(done).toBeGreaterThanOrEqual(ROUNDS);
      expect(refused).toBe(ROUNDS * WORKERS);
    },
  );

  test("of two owners who remove each other at once exactly one stays", async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const users = await Promise.all([0, 1].map(() => two.newUser()));
      const apis = await Promise.all(
        users.map(async ({ email, password }, index) =>
          two.as(index, (await signIn(index, email, password)).accessToken),
        ),
      );
      const { group } = await apis[0]!.users.createGroup({ name: "x" });
      const groupId = group!.id;
      await two.administrator(round).users.addGroupMember({
        groupId,
        userId: users[1]!.id,
        role: GroupRole.OWNER,
      });
      const outcomes = await Promise.all(
        apis.map((api, index) =>
          api.users.removeGroupMember({ groupId, userId: users[1 - index]!.id }).then(
            () => "removed",
            (error: unknown) => refusalOf(error).reason,
          ),
        ),
      );
      expect(outcomes.toSorted()).toEqual(["GROUP_NOT_FOUND", "removed"]);
      const { members } = await two.administrator(round).users.listGroupMembers({ groupId });
      expect(members.map(({ userId }) => userId)).toEqual([users[outcomes.indexOf("removed")]!.id]);
    }
  });
}
