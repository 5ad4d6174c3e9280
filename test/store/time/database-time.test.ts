// The time that a database says, as the clock of every process follows it.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { systemClock, ticks } from "../../../src/domain/clock.ts";
import type { Store } from "../../../src/domain/store.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { stores } from "../../mariadb.ts";
import { execute, Mariadb } from "../../mariadb-server.ts";

describe.each(stores)("on $engine", ({ engine, use }) => {
  const used = use();

  test("the time is the server's; a file has none", async () => {
    const measured = await used.store.time();
    const now = systemClock.now() - ticks();
    if (engine === "sqlite") return expect(measured).toBeUndefined();
    // The server is on this machine, so the two clocks are one.
    const { time, at, within } = measured!;
    expect(Math.abs(time - at - now)).toBeLessThanOrEqual(within + 2);
  });
});

describe("of a server in another time zone", () => {
  let server: Mariadb;
  let store: Store;
  beforeAll(async () => {
    server = await Mariadb.start(undefined, ["--default-time-zone=-11:30"]);
    await execute(server.url, "create database store");
    store = await openStore({ kind: "mysql", url: `${server.url}/store` });
  });
  afterAll(async () => {
    await store.close();
    await server.dispose();
  });

  test("the time is UTC", async () => {
    const { time, at } = (await store.time())!;
    expect(Math.abs(time - at - (systemClock.now() - ticks()))).toBeLessThan(10_000);
  });
});
