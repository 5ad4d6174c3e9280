import { describe, expect, it } from "vitest";
import type { SigningKey } from "../../../src/domain/model.ts";
import { stores } from "../../mariadb.ts";
import { aDevice, aKey, anEvent, id, NOW, parallel } from "../samples.ts";

describe.each(stores)("devices on $engine", ({ use }) => {
  const test = use();

  it("keep their newest data, and all 64 bits", async () => {
    const userId = id();
    const device = aDevice({ userId, gaid: "b", osInt: 2n ** 63n - 1n });
    const other = aDevice({ userId, gaid: "B", osInt: -(2n ** 63n), bundle: "приложение" });
    await test.store.devices.record(aDevice({ userId, gaid: "b" }));
    await test.store.devices.record(other);
    await parallel(10, () => test.store.devices.record(device));
    expect(await test.store.devices.list(userId)).toEqual([other, device]);
    expect(await test.store.devices.list(id())).toEqual([]);
  });
});

describe.each(stores)("password checks on $engine", ({ use }) => {
  const test = use();

  it("remember the last of each network", async () => {
    const userId = id();
    expect(await test.store.passwordChecks.last(userId, "a")).toBeUndefined();
    await test.store.passwordChecks.record(userId, "a", NOW);
    await test.store.passwordChecks.record(userId, "a", NOW + 1);
    await test.store.passwordChecks.record(userId, "b", NOW + 2);
    expect(await test.store.passwordChecks.last(userId, "a")).toBe(NOW + 1);
    expect(await test.store.passwordChecks.last(userId, "b")).toBe(NOW + 2);
  });
});

describe.each(stores)("the audit log on $engine", ({ use }) => {
  const test = use();

  it("gives back what was put in, newest first, in parts", async () => {
    const userId = id();
    const events = ["1", "2", "3"].map((number) =>
      anEvent({
        id: `${userId}-${number}`,
        userId,
        clientId: id(),
        succeeded: number === "2",
        details: { __proto__x: "😀", "a'b": '"' },
      }),
    );
    for (const event of [...events, anEvent()]) await test.store.audit.append(event);
    expect(await test.store.audit.list({ userId }, { limit: 2 })).toEqual([events[2], events[1]]);
    expect(await test.store.audit.list({ userId }, { limit: 2, after: events[1]?.id })).toEqual([
      events[0],
    ]);
  });
});

describe.each(stores)("signing keys on $engine", ({ use }) => {
  const test = use();

  it.each(["ES256", "RS256"] as const)("of %s have one first, until they retire", async (alg) => {
    const aKeyOf = (given: Partial<SigningKey> = {}) => aKey({ ...given, algorithm: alg });
    const keys = Array.from({ length: 10 }, () => aKeyOf());
    const answers = await parallel(10, (index) =>
      test.store.signingKeys.insertFirst(keys[index] ?? aKeyOf()),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    const first = keys[answers.indexOf(true)] ?? aKeyOf();
    const second = aKeyOf({ createdAt: NOW + 1 });
    await test.store.signingKeys.insert(second);
    expect(await test.store.signingKeys.insertFirst(aKeyOf())).toBe(false);
    await test.store.signingKeys.retire(first, NOW + 2);
    await test.store.signingKeys.retire(first, NOW + 3);
    expect(
      (await test.store.signingKeys.list()).filter(({ algorithm }) => algorithm === alg),
    ).toEqual([second, { ...first, retiredAt: NOW + 2 }]);
  });
});
