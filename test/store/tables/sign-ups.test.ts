import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import { aSignUp, id, NOW, parallel } from "../samples.ts";

describe.each(stores)("registrations that wait on $engine", ({ use }) => {
  const test = use();

  it("are found by their hash, as they were", async () => {
    const signUp = aSignUp({
      username: "Ада 😀",
      email: "Имя@пример.рф",
      request: "r".repeat(9000),
    });
    await test.store.signUps.insert(signUp);
    expect(await test.store.signUps.find(signUp.hash)).toEqual(signUp);
    expect(await test.store.signUps.find(id())).toBeUndefined();
  });

  it("are kept for each sign-up of an address; the newest live one is found", async () => {
    const address = { emailKey: `${id()}@example.org` };
    const [older, newer, over] = [
      aSignUp({ ...address, createdAt: NOW - 2 }),
      aSignUp({ ...address, createdAt: NOW - 1 }),
      aSignUp({ ...address, expiresAt: NOW }),
    ];
    for (const signUp of [newer, older, over, aSignUp({ ...address, realm: "other" })])
      await test.store.signUps.insert(signUp);
    expect(await test.store.signUps.newest("main", address.emailKey, NOW)).toEqual(newer);
    expect(await test.store.signUps.newest("main", address.emailKey, NOW + 1)).toBeUndefined();
    expect(await test.store.signUps.newest("main", "nobody@example.org", NOW)).toBeUndefined();
  });

  it("are redeemed by one of many tries", async () => {
    const signUp = aSignUp();
    await test.store.signUps.insert(signUp);
    expect(
      (await parallel(20, () => test.store.signUps.redeem(signUp.hash))).filter(Boolean),
    ).toHaveLength(1);
    expect(await test.store.signUps.find(signUp.hash)).toBeUndefined();
  });
});

describe.each(stores)("what is remembered of right passwords on $engine", ({ use }) => {
  const test = use();

  it("is forgotten of one user and of no other", async () => {
    const [one, other] = [id(), id()];
    for (const user of [one, other])
      for (const network of ["a", "b"]) await test.store.passwordChecks.record(user, network, NOW);
    await test.store.passwordChecks.clear(one);
    expect([
      await test.store.passwordChecks.networks(one),
      await test.store.passwordChecks.networks(other),
    ]).toEqual([[], ["a", "b"]]);
  });
});
