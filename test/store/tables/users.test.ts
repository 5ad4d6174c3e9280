import { lookOf } from "../../../src/domain/accounts/usernames.ts";
import { describe, expect, it } from "vitest";
import { stores } from "../../mariadb.ts";
import { aUser, id, NOW, parallel } from "../samples.ts";

describe.each(stores)("users on $engine", ({ use }) => {
  const test = use();
  const insert = async (given: Parameters<typeof aUser>[0] = {}) => {
    const user = aUser(given);
    expect(await test.store.users.insert(user)).toBeUndefined();
    return user;
  };

  it("gives back what was put in", async () => {
    const locked = await insert({
      state: "locked",
      lockReason: "spam",
      lockUntil: NOW + 5,
      developer: true,
      epoch: 7,
    });
    const known = await insert({
      profile: {
        name: "Zoë 😀 'quoted\\",
        phoneNumber: "+493012345678",
        phoneNumberVerified: true,
      },
    });
    const plain = await insert({ username: "Łukasz 😀 'quoted\\", accId: "' or 1=1 --" });
    for (const user of [locked, known, plain]) {
      expect(await test.store.users.find(user.id)).toEqual(user);
      expect(await test.store.users.findByEmail(user.realm, user.emailKey)).toEqual(user);
      expect(await test.store.users.findByUsername(user.realm, user.username)).toEqual(user);
    }
  });

  it("finds users with whether their origins are recorded, many at once", async () => {
    const { users, origins } = test.store;
    const [learnt, own] = [await insert(), await insert()];
    const at = { at: NOW, mark: "" };
    await origins.insert([
      { kind: "user", ref: learnt.id, source: "learned:kokids", ...at },
      // Another thing of the same name.
      { kind: "client", ref: own.id, source: "learned:kokids", ...at },
    ]);
    const found = await Promise.all(
      [learnt, own].flatMap(({ realm, emailKey, username }) => [
        users.findWithOrigin(realm, { emailKey }),
        users.findWithOrigin(realm, { username }),
        users.findWithOrigin("elsewhere", { username }),
      ]),
    );
    const [first, second] = [
      { user: learnt, hasOrigin: true },
      { user: own, hasOrigin: false },
    ];
    expect(found).toEqual([first, first, undefined, second, second, undefined]);
  });

  it("finds nothing by what no user has", async () => {
    const user = await insert();
    expect(await test.store.users.find(id())).toBeUndefined();
    expect(await test.store.users.find(`${user.id} `)).toBeUndefined();
    expect(await test.store.users.find("é".repeat(100))).toBeUndefined();
    expect(await test.store.users.findByEmail("other", user.emailKey)).toBeUndefined();
    expect(await test.store.users.findByEmail(user.realm, "")).toBeUndefined();
    expect(await test.store.users.findByUsername(user.realm, "")).toBeUndefined();
  });

  it("finds the first value that another live user of the realm has", async () => {
    const owner = await insert({ realm: "conflicts", username: "cora" });
    const gone = await insert({ realm: "conflicts", username: "gone" });
    await test.store.users.delete(gone.id, NOW);
    const { emailKey } = owner;
    const look = lookOf("cora");
    const find = (
      values: Parameters<typeof test.store.users.findConflict>[1],
      realm = "conflicts",
    ) => test.store.users.findConflict(realm, values);
    expect(await find({ emailKeys: ["x@y", emailKey], username: "cora", look })).toBe("email");
    expect(await find({ emailKeys: ["x@y"], username: "cora", look })).toBe("username");
    expect(await find({ username: "Cora", look })).toBe("look");
    expect(await find({ emailKeys: [emailKey] })).toBe("email");
    expect(
      await find({ emailKeys: ["x@y"], username: "cor", look: lookOf("cor") }),
    ).toBeUndefined();
    expect(await find({ emailKeys: [], username: "", look: "" })).toBeUndefined();
    expect(await find({})).toBeUndefined();
    const all = { emailKeys: [emailKey], username: "cora", look };
    expect(await find(all, "elsewhere")).toBeUndefined();
    expect(await find({ ...all, exceptId: owner.id })).toBeUndefined();
    const left = { emailKeys: [gone.emailKey], username: "gone", look: lookOf("gone") };
    expect(await find(left)).toBeUndefined();
  });

  it.each([{ id: 1 }, [["id"]], true, new Date(0), Number.NaN, () => "id"])(
    "refuses %o where text belongs",
    async (value) => {
      const hostile = value as unknown as string;
      await insert();
      await expect(test.store.users.find(hostile)).rejects.toThrow();
      await expect(test.store.users.rehash(hostile, hostile, hostile)).rejects.toThrow();
    },
  );

  it.each([
    ["case", "Anna", "anna"],
    ["a trailing space", "bert", "bert "],
    ["an accent", "Zoe", "Zoë"],
    ["a composed accent", "é", "e\u0301"],
    ["an emoji", "cleo😀", "cleo😁"],
  ])("tells names apart that differ in %s", async (_, one, other) => {
    const [first, second] = [await insert({ username: one }), await insert({ username: other })];
    expect((await test.store.users.findByUsername("main", one))?.id).toBe(first.id);
    expect((await test.store.users.findByUsername("main", other))?.id).toBe(second.id);
  });

  it("says which unique value is taken", async () => {
    const user = await insert();
    expect(await test.store.users.insert(aUser({ emailKey: user.emailKey }))).toBe("email");
    expect(await test.store.users.insert(aUser({ username: user.username }))).toBe("username");
    expect(
      await test.store.users.insert(aUser({ username: user.username, emailKey: user.emailKey })),
    ).toBe("email");
    await insert({ username: user.username, emailKey: user.emailKey, realm: "other" });
  });

  it("gives a look once to those who claim theirs, of many at once too", async () => {
    const looks = ["maria", "mаria", "mari\u0430", "m\u0430ri\u0430"];
    const insertClaiming = (username: string) =>
      test.store.users.insert(aUser({ username, realm: "looks" }), true);
    const answers = await Promise.all(looks.map(insertClaiming));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(answers.filter((answer) => answer === "look")).toHaveLength(3);
    expect(await insertClaiming("mario")).toBeUndefined();
    // Who claims nothing may look like anybody.
    const twin = aUser({ username: "mari\u200ba", realm: "looks" });
    expect(await test.store.users.insert(twin)).toBeUndefined();
    const other = aUser({ username: "other", realm: "looks" });
    expect(await test.store.users.insert(other, true)).toBeUndefined();
    expect(
      await test.store.users.update(other.id, { username: "m\u0430rio", claimsLook: true }, NOW),
    ).toBe("look");
    expect(
      await test.store.users.update(other.id, { username: "m\u0430rio" }, NOW),
    ).toBeUndefined();
    const alike = (name: string, exceptId: string) =>
      test.store.users.findConflict("looks", { look: lookOf(name), exceptId });
    expect(await alike("mario", other.id)).toBe("look");
    expect(await alike("other", "")).toBeUndefined();
    // A deletion gives the look up.
    const owner = (await test.store.users.findByUsername("looks", "mario"))!;
    await test.store.users.delete(owner.id, NOW);
    expect(await insertClaiming("m\u0430ri\u043e")).toBeUndefined();
  });

  it("has room for many without a name", async () => {
    await insert({ username: "" });
    await insert({ username: "" });
  });

  it("lets exactly one of 50 have an e-mail", async () => {
    const emailKey = `${id()}@example.org`;
    const answers = await parallel(50, () => test.store.users.insert(aUser({ emailKey })));
    expect(answers.filter((answer) => answer === undefined)).toHaveLength(1);
    expect(answers.filter((answer) => answer === "email")).toHaveLength(49);
  });

  it("changes only what is asked", async () => {
    const user = await insert();
    const email = { address: "New@Example.org", key: `new-${user.emailKey}` };
    expect(
      await test.store.users.update(user.id, { username: "", email, developer: true }, NOW + 1),
    ).toBeUndefined();
    const changed = {
      ...user,
      username: "",
      email: email.address,
      emailKey: email.key,
      developer: true,
      epoch: user.epoch + 1,
      accessEndedAt: NOW + 1,
      updatedAt: NOW + 1,
    };
    expect(await test.store.users.find(user.id)).toEqual(changed);
    expect(await test.store.users.findByEmail("main", user.emailKey)).toBeUndefined();
    expect(await test.store.users.update(user.id, {}, NOW + 2)).toBeUndefined();
    expect(await test.store.users.find(user.id)).toEqual({ ...changed, updatedAt: NOW + 2 });
    expect(await test.store.users.update(id(), { developer: true }, NOW)).toBe("missing");
  });

  it("refuses a change to what another has", async () => {
    const [one, other] = [await insert(), await insert()];
    const email = { address: one.email, key: one.emailKey };
    expect(await test.store.users.update(other.id, { username: one.username }, NOW)).toBe(
      "username",
    );
    expect(await test.store.users.update(other.id, { email, username: one.username }, NOW)).toBe(
      "email",
    );
    expect(
      await test.store.users.update(
        other.id,
        { email: { ...email, address: "x" }, username: "" },
        NOW,
      ),
    ).toBe("email");
    expect(await test.store.users.find(other.id)).toEqual(other);
    expect(
      await test.store.users.update(one.id, { email, username: one.username }, NOW),
    ).toBeUndefined();
  });

  it("sets a password and raises the epoch", async () => {
    const user = await insert();
    expect(await test.store.users.setPassword(user.id, "new", NOW + 1)).toBe(2);
    expect(await test.store.users.setPassword(user.id, "newer", NOW + 2)).toBe(3);
    expect(await test.store.users.find(user.id)).toEqual({
      ...user,
      passwordHash: "newer",
      hasOwnPassword: true,
      epoch: 3,
      accessEndedAt: NOW + 2,
      updatedAt: NOW + 2,
    });
    expect(await test.store.users.setPassword(id(), "new", NOW)).toBeUndefined();
    const epochs = await parallel(20, () => test.store.users.setPassword(user.id, "newest", NOW));
    expect(new Set(epochs).size).toBe(20);
  });

  it("rehashes only the hash that was meant", async () => {
    const user = await insert();
    expect(await test.store.users.rehash(user.id, user.passwordHash, "stronger")).toBe(true);
    expect(await test.store.users.rehash(user.id, user.passwordHash, "late")).toBe(false);
    expect(await test.store.users.find(user.id)).toEqual({ ...user, passwordHash: "stronger" });
  });

  it("locks, again, and unlocks", async () => {
    const user = await insert();
    expect(await test.store.users.unlock(user.id, NOW)).toBe(false);
    expect(await test.store.users.lock(user.id, "first", NOW + 9, NOW + 1)).toBe(true);
    expect(await test.store.users.lock(user.id, "second", undefined, NOW + 2)).toBe(true);
    const ended = { epoch: 3, accessEndedAt: NOW + 2 };
    const locked = { ...user, ...ended, state: "locked", lockReason: "second", updatedAt: NOW + 2 };
    expect(await test.store.users.find(user.id)).toEqual(locked);
    expect(await test.store.users.unlock(user.id, NOW + 3)).toBe(true);
    expect(await test.store.users.find(user.id)).toEqual({ ...user, ...ended, updatedAt: NOW + 3 });
    expect(await test.store.users.lock(id(), "nobody", undefined, NOW)).toBe(false);
  });

  it(
    "gives and takes the power of an administrator, also of the deleted, for whom the " +
      "domain only takes it",
    async () => {
      const user = await insert();
      const set = (administrator: boolean) =>
        test.store.users.setAdministrator(user.id, administrator, NOW + 1);
      expect(await set(false)).toBe(false);
      expect((await parallel(10, () => set(true))).filter(Boolean)).toHaveLength(1);
      expect(await test.store.users.find(user.id)).toEqual({
        ...user,
        administrator: true,
        updatedAt: NOW + 1,
      });
      await test.store.users.delete(user.id, NOW);
      expect(await set(false)).toBe(true);
      expect(await set(false)).toBe(false);
      expect(await test.store.users.setAdministrator(id(), true, NOW)).toBe(false);
    },
  );

  it("ends access by raising the epoch", async () => {
    const user = await insert();
    expect(await test.store.users.endAccess(user.id, NOW + 1)).toBe(true);
    expect((await test.store.users.find(user.id))?.epoch).toBe(2);
    expect(await test.store.users.endAccess(id(), NOW)).toBe(false);
  });
});
