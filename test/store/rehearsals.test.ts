import { describe, expect, it } from "vitest";
import { stores } from "../mariadb.ts";
import { aUser, NOW } from "./samples.ts";

describe.each(stores)("rehearsals on $engine", ({ use }) => {
  const test = use();

  it("see their changes, which are undone at the end", async () => {
    const [user, other] = [aUser(), aUser()];
    await test.store.users.insert(user);
    const { store, run } = test.store.rehearsals();
    const seen = await run(async () => {
      await store.users.insert(other);
      await store.transaction((tx) => tx.users.setPassword(user.id, "new", NOW));
      return [await store.users.find(user.id), await store.users.find(other.id)];
    });
    expect(seen).toMatchObject([{ passwordHash: "new" }, { id: other.id }]);
    expect(await test.store.users.find(user.id)).toEqual(user);
    expect(await test.store.users.find(other.id)).toBeUndefined();
  });

  it("undo the changes of work that fails, and fail as it does", async () => {
    const [user, refusal] = [aUser(), new Error("no")];
    const { store, run } = test.store.rehearsals();
    const work = run(async () => {
      await store.users.insert(user);
      throw refusal;
    });
    await expect(work).rejects.toBe(refusal);
    expect(await test.store.users.find(user.id)).toBeUndefined();
  });

  it("reach no limit and count nothing", async () => {
    const attempt = { key: `key ${aUser().id}`, limit: 1, windowMs: 60_000 };
    const { store, run } = test.store.rehearsals();
    const take = () => store.attempts.takeAll([attempt], NOW);
    expect(await run(async () => [await take(), await take()])).toEqual([true, true]);
    expect([await take(), await take()]).toEqual([true, false]);
    const once = { ...attempt, key: `once ${attempt.key}` };
    const spend = () => store.attempts.spend(once, NOW);
    expect(await run(async () => [await spend(), await spend()])).toEqual([true, true]);
    expect([await spend(), await spend()]).toEqual([true, false]);
  });

  it("change nothing after their end", async () => {
    const user = aUser();
    const { store, run } = test.store.rehearsals();
    const ended = Promise.withResolvers<void>();
    const { late } = await run(async () => ({
      late: ended.promise.then(() => store.users.insert(user)),
    }));
    ended.resolve();
    await expect(late).rejects.toThrow("the rehearsal is over");
    expect(await test.store.users.find(user.id)).toBeUndefined();
  });
});
