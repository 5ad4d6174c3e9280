import { PassThrough } from "node:stream";
import { type Connection, createConnection as createRaw } from "mysql2";
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../../src/domain/store.ts";
import { addressesOf } from "../../../src/store/engine/mysql/address.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { execute, Mariadb } from "../../mariadb-server.ts";
import { aUser, id, NOW, parallel } from "../samples.ts";

const UNAVAILABLE = { reason: "STORE_UNAVAILABLE", details: { retryAfter: 1_000 } };

describe("a store on a server that fails", () => {
  let server: Mariadb;
  let url = "";
  let store: Store;
  beforeAll(async () => {
    server = await Mariadb.start();
    url = `${server.url}/store`;
    await execute(server.url, "create database store");
    await migrate({ kind: "mysql", url });
    store = await openStore({ kind: "mysql", url });
  });
  afterAll(async () => {
    await server.dispose();
    await store.close();
  });

  /** Ends every connection that the store has. */
  async function cut(): Promise<void> {
    const connection = await createConnection(server.url);
    const [rows] = await connection.query<RowDataPacket[]>(
      "select id from information_schema.processlist where db = 'store'",
    );
    for (const row of rows) await connection.query(`kill connection ${row.id}`);
    await connection.end();
  }

  async function outcomes(count: number): Promise<unknown[]> {
    const results = await Promise.allSettled(
      Array.from({ length: count }, () => store.users.find(id())),
    );
    return results.map((result) =>
      result.status === "fulfilled" ? "answered" : result.reason.reason,
    );
  }

  it("is unavailable while the server is dead, and comes back with it", async () => {
    expect(await outcomes(20)).toEqual(Array(20).fill("answered"));
    await server.signal("SIGKILL");
    expect(await outcomes(50)).toEqual(Array(50).fill("STORE_UNAVAILABLE"));
    await expect(store.transaction((tx) => tx.users.find("id"))).rejects.toMatchObject(UNAVAILABLE);
    await expect(store.ready()).rejects.toMatchObject(UNAVAILABLE);
    await server.start();
    expect(await outcomes(50)).toEqual(Array(50).fill("answered"));
  });

  it("is unavailable while the server hangs, and comes back with it", async () => {
    expect(await outcomes(20)).toEqual(Array(20).fill("answered"));
    const other = await openStore({ kind: "mysql", url });
    await other.ready();
    await server.signal("SIGSTOP");
    try {
      expect(await outcomes(50)).toEqual(Array(50).fill("STORE_UNAVAILABLE"));
      await other.close();
    } finally {
      await server.signal("SIGCONT");
    }
    expect(await outcomes(50)).toEqual(Array(50).fill("answered"));
  });

  it("reads and begins again when its connections are cut", async () => {
    await outcomes(20);
    await cut();
    expect(await outcomes(20)).toEqual(Array(20).fill("answered"));
    await cut();
    expect(await store.transaction((tx) => tx.users.insert(aUser()))).toBeUndefined();
  });

  it("does a transaction again when its connection is cut before the commit", async () => {
    const user = aUser();
    let rounds = 0;
    await store.transaction(async (tx) => {
      rounds++;
      await tx.users.insert(user);
      if (rounds === 1) await cut();
      await tx.users.endAccess(user.id, NOW);
    });
    expect(rounds).toBe(2);
    expect((await store.users.find(user.id))?.epoch).toBe(2);
  });

  it("does not do a commit again of which it can't know", async () => {
    let rounds = 0;
    const work = store.transaction(async (tx) => {
      rounds++;
      await tx.users.insert(aUser());
      await cut();
    });
    await expect(work).rejects.toMatchObject(UNAVAILABLE);
    expect(rounds).toBe(1);
  });

  it("is unavailable to a call that waits too long for a connection", async () => {
    const narrow = await openStore({ kind: "mysql", url, connectionLimit: 1 });
    const work = narrow.transaction(async (tx) => {
      await expect(narrow.users.find("id")).rejects.toMatchObject(UNAVAILABLE);
      return tx.users.insert(aUser());
    });
    expect(await work).toBeUndefined();
    expect(await narrow.users.find("id")).toBeUndefined();
    await narrow.close();
  });

  it("gives its connections back, however the work ends", async () => {
    const failing = () => store.transaction(() => Promise.reject(new Error("no")));
    await Promise.allSettled(Array.from({ length: 100 }, failing));
    expect(await outcomes(100)).toEqual(Array(100).fill("answered"));
  });

  it("keeps quotes harmless, in every mode of the server", async () => {
    await execute(server.url, "set global sql_mode = 'NO_BACKSLASH_ESCAPES,ANSI_QUOTES'");
    const careful = await openStore({ kind: "mysql", url });
    const names = ["\\' or 1=1 -- ", "\\", "'; drop table users; --", '"', "\\\\'"];
    for (const username of names) {
      const user = aUser({ username });
      expect(await careful.users.insert(user)).toBeUndefined();
      expect(await careful.users.findByUsername("main", username)).toEqual(user);
    }
    await careful.close();
  });

  it.each([
    ["no server listens", () => "mysql://test:x@127.0.0.1:1/store"],
    ["the password is wrong", () => url.replace(/:[0-9a-f]+@/, ":wrong@")],
    ["there is no such database", () => `${url}x`],
  ])("is unavailable where %s", async (_, address) => {
    const lost = await openStore({ kind: "mysql", url: address() });
    const answers = await parallel(20, () => lost.users.find("id").catch((error) => error.reason));
    expect(answers).toEqual(Array(20).fill("STORE_UNAVAILABLE"));
    await expect(migrate({ kind: "mysql", url: address() })).rejects.toMatchObject(UNAVAILABLE);
    await lost.close();
  });
});

it("makes connections that take little memory, because all may be made at once", () => {
  const [address] = addressesOf({ url: "mysql://user:password@127.0.0.1:1/store" });
  const made: Connection[] = [];
  const before = process.memoryUsage().heapUsed;
  for (let count = 0; count < 64; count++) {
    const stream = new PassThrough();
    made.push(createRaw({ ...address!, stream, connectTimeout: 0 }).on("error", () => undefined));
  }
  expect((process.memoryUsage().heapUsed - before) / made.length).toBeLessThan(100 * 1024);
  for (const raw of made) raw.destroy();
});
