import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { IdentityError } from "../../../src/domain/errors.ts";
import { stores } from "../../mariadb.ts";
import { aClient, aGroup, aUser, NOW, parallel } from "../samples.ts";

describe.each(stores)("transactions on $engine", ({ use }) => {
  const test = use();

  it("answer what the work answers, and keep it", async () => {
    const [user, client] = [aUser(), aClient()];
    const epoch = await test.store.transaction(async (tx) => {
      await tx.users.insert(user);
      await tx.clients.insert(client, undefined);
      return tx.users.setPassword(user.id, "new", NOW);
    });
    expect(epoch).toBe(2);
    expect(await test.store.users.find(user.id)).toMatchObject({ passwordHash: "new" });
    expect(await test.store.clients.find(client.id)).toEqual(client);
  });

  it("leave nothing behind when the work fails, and fail as it does", async () => {
    const [user, group, refusal] = [aUser(), aGroup(), new IdentityError("GROUP_LAST_OWNER", "no")];
    const work = test.store.transaction(async (tx) => {
      await tx.users.insert(user);
      await tx.groups.insert(group);
      await tx.groups.delete(group.id);
      throw refusal;
    });
    await expect(work).rejects.toBe(refusal);
    expect(await test.store.users.find(user.id)).toBeUndefined();
  });

  it("go on after a unique value was taken", async () => {
    const [user, other] = [aUser(), aUser()];
    await test.store.users.insert(user);
    await test.store.transaction(async (tx) => {
      expect(await tx.users.insert({ ...other, emailKey: user.emailKey })).toBe("email");
      expect(await tx.users.insert(other)).toBeUndefined();
    });
    expect(await test.store.users.find(other.id)).toEqual(other);
  });

  it("show nothing of a half to anyone else", async () => {
    const users = [aUser(), aUser()];
    const counts: number[] = [];
    let over = false;
    const look = async () => {
      while (!over) {
        const found = await Promise.all(
          [users[1], users[0]].map((user) => test.store.users.find(user?.id ?? "")),
        );
        counts.push(found.filter(Boolean).length);
        // Reads from SQLite wait for nothing, so they would leave the timers no turn.
        await delay(0);
      }
    };
    const write = test.store.transaction(async (tx) => {
      for (const user of users) {
        await delay(5);
        await tx.users.insert(user);
      }
      await delay(5);
      throw new Error("undone");
    });
    const looks = look();
    await expect(write).rejects.toThrow("undone");
    over = true;
    await looks;
    expect(new Set(counts)).toEqual(new Set([0]));
  });

  it("are done again when they were in each other's way", async () => {
    const [one, other] = [aUser(), aUser()];
    for (const user of [one, other]) await test.store.users.insert(user);
    await parallel(10, (index) =>
      test.store.transaction(async (tx) => {
        for (const user of index % 2 ? [one, other] : [other, one]) {
          await tx.users.endAccess(user.id, NOW);
          await delay(1);
        }
      }),
    );
    expect((await test.store.users.find(one.id))?.epoch).toBe(11);
    expect((await test.store.users.find(other.id))?.epoch).toBe(11);
  });
});
