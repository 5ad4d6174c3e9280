// A store on a node of a Galera cluster, which is alone in it: what it is sent. How three nodes
// behave is in torture/.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CallTime } from "../../../src/domain/call-time.ts";
import { ticks } from "../../../src/domain/clock.ts";
import type { Store } from "../../../src/domain/store.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { migrate } from "../../../src/store/engine/migrate.ts";
import { checkHosts } from "../../../src/store/engine/mysql/check-hosts.ts";
import { AWAITED } from "../../../src/store/engine/mysql/awaited-reads.ts";
import { GaleraCluster } from "../../../torture/galera/cluster.ts";
import { id, NOW } from "../samples.ts";

/** Methods that only read. */
const READS = /^(?:find|list|search|summarize|has|count|member|secrets|newest|last|networks|of)/;

/** InnoDB shows its transactions anew only if they weren't read for 100 ms. */
const POLLING = { interval: 300 };

describe("a store on a Galera node", () => {
  let cluster: GaleraCluster;
  let store: Store;
  beforeAll(async () => {
    cluster = await GaleraCluster.start({ size: 1, serverOptions: ["--log-output=TABLE"] });
    const [node] = cluster.nodes;
    await node!.run("create database store");
    const options = { kind: "mysql" as const, url: node!.urlOf("store") };
    await migrate(options);
    store = await openStore(options);
  });
  afterAll(async () => {
    await store.close();
    await cluster.dispose();
  });

  /** Returns the statements that the work sends. */
  async function sent(work: () => Promise<unknown>): Promise<string[]> {
    const [node] = cluster.nodes;
    await node!.run("truncate mysql.general_log", "set global general_log = 1");
    await work();
    const rows = await node!.run(
      "set global general_log = 0",
      "select convert(argument using utf8mb4) as statement from mysql.general_log " +
        "where command_type = 'Query' order by event_time",
    );
    return rows.map((row) => String(row["statement"]));
  }

  const WAITING = "set statement wsrep_sync_wait = 1 for ";

  it("waits with every read that must see a revocation, and with no other", async () => {
    const aggregates = Object.values(store).filter((each) => typeof each === "object");
    const statements = await sent(async () => {
      for (const aggregate of aggregates)
        for (const [name, method] of Object.entries(aggregate as object))
          if (READS.test(name))
            // What its parameters mean doesn't matter; some refuse text.
            for (const values of [
              ["x", "x", "x", NOW],
              [["x"], NOW],
              [NOW, 10],
              [{}, {}],
            ])
              await Promise.resolve()
                .then(() => method(...values))
                .catch(() => undefined);
    });
    const tablesOf = (beginning: string): string[] => {
      const reads = statements.filter((each) => each.startsWith(beginning));
      const names = reads.flatMap((each) => [...each.matchAll(/(?:from|join) `(\w+)`/g)]);
      return [...new Set(names.map(([, name]) => name!))].toSorted();
    };
    const awaited = Object.entries(AWAITED)
      .filter(([, waits]) => waits)
      .map(([name]) => name);
    expect(tablesOf(WAITING)).toEqual(expect.arrayContaining(awaited));
    const others = tablesOf("select");
    expect(others.filter((name) => awaited.includes(name))).toEqual([]);
    expect(others).toEqual(expect.arrayContaining(["attempts", "brands", "stages"]));
  });

  it("begins a transaction by a statement that waits", async () => {
    const find = () => store.transaction((tx) => tx.users.find(id()));
    // As many at once as have no connection of their own: those begin by a statement.
    const statements = await sent(() => Promise.all(Array.from({ length: 20 }, find)));
    expect(statements).toContain("set session autocommit = 0, session wsrep_sync_wait = 7");
    expect(statements).toContain(`${WAITING}begin`);
    expect(statements).not.toContain("begin");
  });

  it("takes an attempt back after the commit of the transaction, and not in it", async () => {
    const [key, failing] = [id(), id()];
    for (const each of [key, failing])
      expect(await store.attempts.take(each, 9, 60_000, NOW)).toBe(0);
    const statements = await sent(async () => {
      await store.transaction((tx) => tx.attempts.giveBack(key));
      await store
        .transaction(async (tx) => {
          await tx.attempts.giveBack(failing);
          throw new Error("undone");
        })
        .catch(() => undefined);
    });
    const words = statements.map((each) => each.split(" ")[0]);
    expect(words.slice(0, 3)).toEqual(["commit", "update", "rollback"]);
    expect(await store.attempts.count(key, 60_000, NOW)).toBe(0);
    expect(await store.attempts.count(failing, 60_000, NOW)).toBe(1);
  });

  it("takes it back also when the time of the call ends meanwhile", async () => {
    const [node] = cluster.nodes;
    const key = id();
    expect(await store.attempts.take(key, 9, 60_000, NOW)).toBe(0);
    const held = node!.run(
      "begin",
      "select tries from store.attempts for update",
      "do sleep(2)",
      "rollback",
    );
    const locks = "select 1 from information_schema.innodb_trx where trx_rows_locked > 0";
    await expect.poll(() => node!.run(locks), POLLING).not.toEqual([]);
    const call = new CallTime(ticks() + 1_000).run(() =>
      store.transaction((tx) => tx.attempts.giveBack(key)),
    );
    await expect(call).rejects.toMatchObject({
      reason: "DEADLINE_EXCEEDED",
      details: { metadata: { effect: "unknown" } },
    });
    await held;
    await expect.poll(() => store.attempts.count(key, 60_000, NOW), { timeout: 10_000 }).toBe(0);
  });

  it("is no node to use while it refuses statements", async () => {
    const [node] = cluster.nodes;
    await node!.run("set global wsrep_reject_queries = all");
    try {
      expect((await checkHosts({ url: node!.urlOf("store") }))[0]).toMatchObject({
        isWriter: false,
        hasAnswered: true,
        why: "wsrep_reject_queries",
      });
    } finally {
      await node!.run("set global wsrep_reject_queries = none");
    }
  });

  it("is no node to choose anew while it gives its data to another one", async () => {
    const [node] = cluster.nodes;
    const check = async () => (await checkHosts({ url: node!.urlOf("store") }))[0];
    const name = `127.0.0.1:${node!.port}`;
    const host = { name, isWriter: true, hasAnswered: true, why: "" };
    expect(await check()).toEqual({ ...host, isChoosable: true });
    // What Galera itself sets on a donor; the node's state follows it.
    await node!.run("set global wsrep_desync = on");
    const donor = { ...host, isChoosable: false };
    await expect
      .poll(check)
      .toEqual(donor)
      .finally(() => node!.run("set global wsrep_desync = off"));
  });

  it("waits again when the server has come back as a node", async () => {
    const [node] = cluster.nodes;
    const cut = async (): Promise<void> => {
      const rows = await node!.run(
        "select id from information_schema.processlist where db = 'store'",
      );
      for (const row of rows)
        await node!.run(`kill connection ${row["id"]}`).catch(() => undefined);
    };
    const find = () => store.users.find(id());
    await node!.run("set global wsrep_on = off");
    try {
      await cut();
      expect((await sent(find)).filter((each) => each.includes("from `users`"))).toEqual([
        expect.stringMatching(/^select/),
      ]);
    } finally {
      await node!.run("set global wsrep_on = on");
    }
    await cut();
    expect((await sent(find)).filter((each) => each.includes("from `users`"))).toEqual([
      expect.stringContaining(WAITING),
    ]);
  });
});
