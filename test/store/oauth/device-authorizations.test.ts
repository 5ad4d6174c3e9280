// Devices that wait for a user: one for each code, answered once and redeemed once.
import type { UnknownRow } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { DeviceAuthorization } from "../../../src/domain/oauth/device/device-authorization.ts";
import { connect } from "../../../src/store/engine/connect.ts";
import type { Database } from "../../../src/store/engine/database.ts";
import { deviceAuthorizations } from "../../../src/store/tables/tokens/device-authorizations.ts";
import { stores } from "../../mariadb.ts";
import { explaining, indexesOf } from "../explaining.ts";
import { id, NOW, parallel } from "../samples.ts";

const aDevice = (given: Partial<DeviceAuthorization> = {}): DeviceAuthorization => {
  const name = id();
  return {
    hash: name,
    userCode: name.slice(-16),
    clientId: id(),
    scopes: ["profile"],
    audience: ["https://api.example/"],
    details: [{ type: "payment", locations: ["https://api.example/"], note: "Счёт" }],
    createdAt: NOW,
    expiresAt: NOW + 1_000,
    intervalMs: 100,
    ...given,
  };
};
const approval = () => ({
  userId: id(),
  epoch: 3,
  grantId: id(),
  familyId: id(),
  terms: { audience: ["https://api.example/"] },
});

describe.each(stores)("devices on $engine", ({ use, engine }) => {
  const test = use();
  const stored = () => test.store.deviceAuthorizations;

  it("give back what was put in, and have a user code once", async () => {
    const device = aDevice();
    expect(await stored().insert(device)).toBe(true);
    expect(await stored().find(device.hash)).toEqual({
      ...device,
      deniedAt: undefined,
      usedAt: undefined,
    });
    expect((await stored().findByUserCode(device.userCode))?.hash).toBe(device.hash);
    expect(await stored().insert(aDevice({ userCode: device.userCode }))).toBe(false);
  });

  it("are answered once, and not after their end", async () => {
    const [one, late] = [aDevice(), aDevice()];
    await stored().insert(one);
    await stored().insert(late);
    const answers = await parallel(10, (index) =>
      index % 2 === 0 ? stored().approve(one.hash, approval(), NOW) : stored().deny(one.hash, NOW),
    );
    expect(answers.filter(Boolean)).toHaveLength(1);
    expect(await stored().approve(late.hash, approval(), late.expiresAt)).toBe(false);
    expect(await stored().deny(late.hash, late.expiresAt)).toBe(false);
  });

  it("are asked for once in an interval, which can become longer", async () => {
    const device = aDevice();
    await stored().insert(device);
    const polled = await parallel(5, () => stored().poll(device.hash, NOW));
    expect(polled.filter(Boolean)).toHaveLength(1);
    await stored().slowDown(device.hash, 50);
    expect(await stored().poll(device.hash, NOW + 149)).toBe(false);
    expect(await stored().poll(device.hash, NOW + 150)).toBe(true);
  });

  it("are redeemed once, after an approval, and go with the client", async () => {
    const device = aDevice();
    await stored().insert(device);
    expect(await stored().redeem(device.hash, NOW, {})).toBe(false);
    const given = approval();
    await stored().approve(device.hash, given, NOW);
    expect((await stored().find(device.hash))?.approval).toEqual(given);
    const redeemed = await parallel(20, () => stored().redeem(device.hash, NOW, {}));
    expect(redeemed.filter(Boolean)).toHaveLength(1);
    await test.store.tokens.deleteOf(device.clientId);
    expect(await stored().find(device.hash)).toBeUndefined();
    const old = aDevice({ expiresAt: NOW });
    await stored().insert(old);
    await test.store.purgeExpired(NOW + 60 * 60_000 - 1, 1000);
    expect(await stored().find(old.hash)).toBeDefined();
    await test.store.purgeExpired(NOW + 60 * 60_000, 1000);
    expect(await stored().find(old.hash)).toBeUndefined();
  });

  describe("are found by an index", () => {
    let db: Database;
    const plan: UnknownRow[] = [];
    beforeAll(() => {
      db = connect(test.options, "impatient").db;
    });
    afterAll(() => db.destroy());
    const explained = async (work: (table: ReturnType<typeof deviceAuthorizations>) => unknown) => {
      plan.length = 0;
      await work(deviceAuthorizations(db.withPlugin(explaining(engine, plan))));
      return JSON.stringify([plan, indexesOf(engine, plan)]);
    };

    it("of the user code", async () => {
      expect(await explained((table) => table.findByUserCode("BCDFGHJK"))).toMatch(
        engine === "sqlite" ? /USING INDEX \w+ \(user_code=/ : /device_authorizations_code|const/,
      );
    });

    it("of the device code", async () => {
      expect(await explained((table) => table.find("hash"))).toMatch(
        engine === "sqlite" ? /USING INDEX \w+ \(hash=/ : /PRIMARY|const/,
      );
    });
  });
});
