// Transactions of MySQL without `begin`: on connections of their own, with `autocommit` off.
import { createConnection, type RowDataPacket } from "mysql2/promise";
import { describe, expect, it } from "vitest";
import { noInstrumentation } from "../../../src/domain/instrumentation.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { stores } from "../../mariadb.ts";
import { aUser, parallel } from "../samples.ts";

const mysql = stores.find(({ engine }) => engine === "mysql")!;

describe("transactions on mysql", () => {
  const test = mysql.use();

  async function opened(connectionLimit: number) {
    const { options } = test;
    if (options.kind !== "mysql") throw new Error("this is about MySQL");
    const kinds: string[] = [];
    const store = await openStore(
      { ...options, connectionLimit },
      { ...noInstrumentation, statement: (kind) => void kinds.push(kind) },
    );
    return { store, kinds, url: options.url };
  }

  it("need no begin, and are seen by others after their commit only", async () => {
    const { store, kinds } = await opened(4);
    const user = aUser();
    await store.transaction(async (tx) => {
      await tx.users.insert(user);
      expect(await store.users.find(user.id)).toBeUndefined();
      expect(await tx.users.find(user.id)).toEqual(user);
    });
    expect(await store.users.find(user.id)).toEqual(user);
    kinds.length = 0;
    await store.transaction((tx) => tx.users.find(user.id));
    expect(kinds).toEqual(["select", "commit"]);
    await store.close();
  });

  it("leave nothing behind when they fail, also on the next use of the connection", async () => {
    const { store, kinds } = await opened(2);
    for (let round = 0; round < 3; round++) {
      const [lost, kept] = [aUser(), aUser()];
      const work = store.transaction(async (tx) => {
        await tx.users.insert(lost);
        throw new Error("no");
      });
      await expect(work).rejects.toThrow("no");
      await store.transaction((tx) => tx.users.insert(kept));
      await store.users.insert(aUser());
      expect(await test.store.users.find(lost.id)).toBeUndefined();
      expect(await test.store.users.find(kept.id)).toEqual(kept);
    }
    expect(kinds).not.toContain("begin");
    await store.close();
  });

  it("share the connections with single statements, and begin beyond their part", async () => {
    const { store, kinds, url } = await opened(4);
    await parallel(40, async (index) => {
      const user = aUser();
      if (index % 2 === 0) await store.users.insert(user);
      else await store.transaction((tx) => tx.users.insert(user));
      expect(await test.store.users.find(user.id)).toEqual(user);
    });
    expect(kinds.filter((kind) => kind === "begin").length).toBeGreaterThan(0);
    const connection = await createConnection(url);
    const [rows] = await connection.query<RowDataPacket[]>(
      `select count(*) as open from information_schema.innodb_trx
       join information_schema.processlist on id = trx_mysql_thread_id and db = database()`,
    );
    await connection.end();
    expect(rows).toEqual([{ open: 0 }]);
    await store.close();
  });

  it("wait for the first connection that is free, also one that is kept for them", async () => {
    const { store } = await opened(4);
    const ends: (() => void)[] = [];
    const held: Promise<void>[] = [];
    // The first two are on connections that are kept for transactions.
    for (let count = 0; count < 4; count++) {
      await new Promise<void>((began) => {
        held.push(
          store.transaction(async (tx) => {
            await tx.users.find("x");
            began();
            await new Promise<void>((end) => void ends.push(end));
          }),
        );
      });
    }
    const waiting = [0, 1].map(() => store.transaction((tx) => tx.users.find("x")));
    ends[0]!();
    expect(await Promise.all(waiting)).toEqual([undefined, undefined]);
    for (const end of ends) end();
    await Promise.all(held);
    await store.close();
  });

  it("work with a single connection", async () => {
    const { store, kinds } = await opened(1);
    const user = aUser();
    await store.transaction((tx) => tx.users.insert(user));
    expect(await store.users.find(user.id)).toEqual(user);
    // Its settings, and whether the server is a node of a cluster.
    const setUp = ["other", "other", "other"];
    expect(kinds).toEqual([...setUp, "begin", "insert", "commit", "select"]);
    await store.close();
  });
});
