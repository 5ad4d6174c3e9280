// The lists of administrators: every order, state and part against the same list made in memory.
import { type UnknownRow } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {
  ListKey,
  ListPlace,
  ListRequest,
} from "../../../src/domain/accounts/lists/list-store.ts";
import { stateAt } from "../../../src/domain/accounts/user-state.ts";
import type { User, UserState } from "../../../src/domain/model.ts";
import { connect } from "../../../src/store/engine/connect.ts";
import type { Database } from "../../../src/store/engine/database.ts";
import { users } from "../../../src/store/tables/users/users.ts";
import { stores } from "../../mariadb.ts";
import { explaining, indexesOf, isSorted } from "../explaining.ts";
import { aUser, NOW } from "../samples.ts";

const STATES: readonly (readonly UserState[])[] = [
  ["active"],
  ["locked"],
  ["deleted"],
  ["active", "locked"],
  ["active", "locked", "deleted"],
];
const KEYS: readonly ListKey[] = ["createdAt", "username", "emailKey"];
const NAMES = ["Ada", "ada", "adam", "bob", "ёж", "Ёж", "zoe", "\u{10FFFD}", "李", "", "", "x y"];

describe.each(stores)("lists of users on $engine", ({ use, engine }) => {
  const test = use();
  const all: User[] = [];

  beforeAll(async () => {
    for (let index = 0; index < 48; index++) {
      const name = NAMES[index % NAMES.length]!;
      const user = aUser({
        realm: "lists",
        username: name === "" ? "" : `${name}${Math.floor(index / NAMES.length)}`,
        emailKey: `${(index * 29) % 48}@example.org`,
        accId: `Acc-${index % 5}`,
        // Several of one millisecond.
        createdAt: NOW + Math.floor(index / 3),
      });
      expect(await test.store.users.insert(user)).toBeUndefined();
      if (index % 4 === 1) await test.store.users.lock(user.id, "x", undefined, NOW);
      if (index % 8 === 2) await test.store.users.lock(user.id, "x", NOW + 50, NOW);
      if (index % 8 === 3) await test.store.users.delete(user.id, NOW);
      all.push((await test.store.users.find(user.id))!);
    }
    await test.store.users.insert(aUser({ realm: "elsewhere", username: "Ada0" }));
  });

  const compared = (one: string | number, other: string | number): number =>
    typeof one === "number"
      ? one - Number(other)
      : Buffer.compare(Buffer.from(one), Buffer.from(String(other)));

  /** The list as it has to be. */
  function expected({ states, key, isDescending, prefix = "" }: ListRequest, now: number): User[] {
    const sorted = all
      .filter((user) => states.includes(stateAt(user, now)))
      .filter((user) => String(user[key]).startsWith(prefix))
      .toSorted((one, other) => compared(one[key], other[key]) || compared(one.id, other.id));
    return isDescending ? sorted.toReversed() : sorted;
  }

  async function listed(list: ListRequest, now: number): Promise<User[]> {
    const found: User[] = [];
    for (let after: ListPlace | undefined; ;) {
      const part = await test.store.users.listBy(list, { after, limit: 5 }, now);
      found.push(...part);
      if (part.length < 5) return found;
      after = [part.at(-1)![list.key], part.at(-1)!.id];
    }
  }

  it("come in every order and state, part after part, also when a lock has ended", async () => {
    let compareds = 0;
    for (const now of [NOW, NOW + 50])
      for (const states of STATES)
        for (const key of KEYS)
          for (const isDescending of [true, false])
            for (const prefix of key === "createdAt" ? [undefined] : [undefined, "ad", "2"]) {
              const list = { realm: "lists", states, key, isDescending, prefix };
              const ids = expected(list, now).map(({ id }) => id);
              expect((await listed(list, now)).map(({ id }) => id)).toEqual(ids);
              expect(await test.store.users.countBy(list, 10, now)).toBe(Math.min(10, ids.length));
              compareds++;
            }
    expect(compareds).toBe(140);
  });

  it("are searched for a part of a value, the newest first, some users at a time", async () => {
    const search = async (states: readonly UserState[], most: number, ...texts: string[]) => {
      const [found, ends]: [User[], number[]] = [[], []];
      for (let after: ListPlace | undefined; ;) {
        const request = { realm: "lists", states, texts, most };
        const part = await test.store.users.scan(request, { after, limit: 3 }, NOW + 50);
        found.push(...part.users);
        const last = part.users.at(-1);
        if (part.stoppedAt !== undefined) ends.push(Number(part.stoppedAt[0]));
        if (part.stoppedAt === undefined && part.users.length < 3) return { found, ends };
        after = part.stoppedAt ?? [last!.createdAt, last!.id];
      }
    };
    let searches = 0;
    for (const states of STATES)
      for (const text of ["ada", "acc-3", "@example", "7@", "no such"])
        for (const most of [4, 1000]) {
          const { found, ends } = await search(states, most, text);
          const holding = expected(
            { realm: "lists", states, key: "createdAt", isDescending: true },
            NOW + 50,
          ).filter((user) =>
            `${user.username} ${user.emailKey} ${user.accId}`.toLowerCase().includes(text),
          );
          expect(found.map(({ id }) => id)).toEqual(holding.map(({ id }) => id));
          if (most === 1000) expect(ends).toEqual([]);
          else if (text === "no such")
            expect(ends).toHaveLength(all.length / most - (ends.length === 11 ? 1 : 0));
          searches++;
        }
    expect(searches).toBe(50);
    expect((await search(["active"], 1000, "Ёж", "ёж")).found.length).toBeGreaterThan(1);
  });

  describe("take an index and sort nothing,", () => {
    let db: Database;
    const plan: UnknownRow[] = [];
    beforeAll(() => void (db = connect(test.options, "impatient").db));
    afterAll(() => db.destroy());
    const explained = async (run: (asked: ReturnType<typeof users>) => Promise<unknown>) => {
      plan.splice(0);
      await run(users(db.withPlugin(explaining(engine, plan))));
      return [[...new Set(indexesOf(engine, plan))], isSorted(plan)];
    };

    it.each([
      ["createdAt", "users_listed_created"],
      ["username", "users_listed_username"],
      ["emailKey", "users_listed_email"],
    ] as const)("by %s: %s", async (key, index) => {
      for (const states of STATES) {
        const list = { realm: "lists", states, key, isDescending: true };
        const value = key === "createdAt" ? NOW : "m";
        expect(
          await explained((asked) => asked.listBy(list, { after: [value, "x"], limit: 51 }, NOW)),
        ).toEqual([[index], true]);
      }
    });

    it("a search for a part: users_searched", async () => {
      const request = { realm: "lists", states: STATES[4]!, texts: ["a"], most: 10 };
      expect(
        await explained((asked) => asked.scan(request, { after: [NOW, "x"], limit: 51 }, NOW)),
      ).toEqual([["users_searched"], true]);
    });
  });
});
