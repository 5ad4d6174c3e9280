import { expect, test } from "vitest";
import { GroupRole } from "../../gen/identity/v1/model_pb.ts";
import { refusalOf } from "../clients/refusal.ts";
import { unique } from "../use-server.ts";
import { tally, type TwoServers } from "./two-servers.ts";

const reasonOf = (error: unknown): string => refusalOf(error).reason;

/** The same letters in another case each time. */
const mixedCase = (text: string, index: number): string =>
  [...text].map((letter, at) => ((index >> (at % 6)) & 1 ? letter.toUpperCase() : letter)).join("");

export function registrations(two: TwoServers): void {
  async function kokids(index: number, email: string): Promise<string> {
    const body = new URLSearchParams({
      AccID: "acc",
      Email: email,
      UserID: unique(),
      Password: "pw",
      Bundle: "b",
      OSInt: "1",
      GAID: unique(),
    });
    const { status } = await fetch(`${two.urls[index % 2]}/user/create`, { method: "POST", body });
    return { 200: "registered", 409: "EMAIL_TAKEN" }[status] ?? `HTTP ${status}`;
  }

  test(
    "50 registrations of one address in mixed case, over every protocol and kokids, by " +
      "two servers",
    async () => {
      for (let round = 0; round < 2; round++) {
        const address = `${unique("racer")}@example.com`;
        const register = (index: number): Promise<string> => {
          const email = mixedCase(address, index);
          if (index % 6 === 5) return kokids(index, email);
          return two
            .administrator(index)
            .users.createUser({ email, username: unique(), password: "correct horse" })
            .then(() => "registered", reasonOf);
        };
        expect(await tally(50, register)).toEqual({ registered: 1, EMAIL_TAKEN: 49 });
        expect((await two.administrator(0).users.listUsers({ email: address })).users).toHaveLength(
          1,
        );
      }
    },
  );

  test("50 registrations of one name", async () => {
    const username = unique();
    const register = (index: number) =>
      two
        .administrator(index)
        .users.createUser({ email: `${unique()}@example.com`, username, password: "correct horse" })
        .then(() => "registered", reasonOf);
    expect(await tally(50, register)).toEqual({ registered: 1, USERNAME_TAKEN: 49 });
  });

  test("32 registrations of names that look alike", async () => {
    const letters = [["c", "\u0441"], ["o", "\u043e"], ["m"], ["p", "\u0440"], ["a"], ["ss"]];
    const own = unique();
    const name = (index: number): string =>
      letters.map((each, at) => each[(index >> at) % each.length]!).join("") + own;
    expect(new Set(Array.from({ length: 32 }, (_, index) => name(index))).size).toBe(8);
    const register = (index: number) =>
      two
        .administrator(index)
        .users.createUser({
          email: `${unique()}@example.com`,
          username: name(index),
          password: "correct horse",
        })
        .then(() => "registered", reasonOf);
    expect(await tally(32, register)).toEqual({ registered: 1, USERNAME_TAKEN: 31 });
  });

  test("20 users who change to one address", async () => {
    const users = await Promise.all(Array.from({ length: 20 }, () => two.newUser()));
    const email = `${unique()}@example.com`;
    const change = (index: number) =>
      two
        .administrator(index)
        .users.updateUser({ user: { id: users[index]!.id, email: mixedCase(email, index) } })
        .then(() => "changed", reasonOf);
    expect(await tally(20, change)).toEqual({ changed: 1, EMAIL_TAKEN: 19 });
  });

  test("20 who take a deletion back, of two who had the same address", async () => {
    const first = await two.newUser();
    await two.administrator(0).users.deleteUser({ userId: first.id });
    const { user: second } = await two
      .administrator(0)
      .users.createUser({ email: first.email, password: "correct horse" });
    await two.administrator(0).users.deleteUser({ userId: second!.id });
    const restore = (index: number) =>
      two
        .administrator(index)
        .users.restoreUser({ userId: [first.id, second!.id][index % 2]! })
        .then(() => "restored", reasonOf);
    const { restored, ...refused } = await tally(20, restore);
    expect(restored).toBe(1);
    expect(Object.keys(refused).sort()).toEqual(["EMAIL_TAKEN", "USER_STATE_CONFLICT"]);
  });

  test("20 who add one member", async () => {
    const [owner, member] = [await two.newUser(), await two.newUser()];
    const { group } = await two
      .administrator(0)
      .users.createGroup({ name: "x", ownerId: owner.id });
    const add = (index: number) =>
      two
        .administrator(index)
        .users.addGroupMember({
          groupId: group!.id,
          userId: member.id,
          role: GroupRole.ADMINISTRATOR,
        })
        .then(() => "added", reasonOf);
    expect(await tally(20, add)).toEqual({ added: 1, GROUP_MEMBER_EXISTS: 19 });
  });
}
