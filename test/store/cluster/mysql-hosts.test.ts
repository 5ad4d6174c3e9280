// A process that knows two servers: which one it uses, and what becomes of what runs on the other.
import { Kysely, MysqlIntrospector, MysqlQueryCompiler, sql } from "kysely";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { type HostChange, noInstrumentation } from "../../../src/domain/instrumentation.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { Contention } from "../../../src/store/engine/errors.ts";
import { addressesOf } from "../../../src/store/engine/mysql/address.ts";
import { MysqlDriver } from "../../../src/store/engine/mysql/driver.ts";
import {
  HostProbe,
  type HostState,
  NO_ANSWER,
} from "../../../src/store/engine/mysql/host-probe.ts";
import { ServerAdapter } from "../../../src/store/engine/mysql/server-adapter.ts";
import { execute, Mariadb } from "../../mariadb-server.ts";

const RETURN_AFTER = 600;

describe("a process that knows two hosts", () => {
  let servers: Mariadb[] = [];
  let changes: HostChange[] = [];
  beforeAll(async () => {
    servers = await Promise.all([Mariadb.start(), Mariadb.start()]);
    for (const { url } of servers) await execute(url, "create database here");
  });
  afterAll(async () => {
    await Promise.all(servers.map((server) => server.dispose()));
  });
  beforeEach(() => (changes = []));

  const portOf = (index: number): number => Number(new URL(servers[index]!.url).port);
  const nameOf = (index: number): string => `127.0.0.1:${portOf(index)}`;
  const options = () => {
    const [url, ...otherUrls] = servers.map((server) => `${server.url}/here`);
    return { kind: "mysql" as const, url: url!, otherUrls };
  };

  /** Connects anew, and closes when the work is done. */
  async function withDatabase(work: (db: Kysely<unknown>) => Promise<void>): Promise<void> {
    const driver = new MysqlDriver({
      addresses: addressesOf(options()),
      connectionLimit: 6,
      statementTimeout: 30_000,
      instrumentation: { ...noInstrumentation, hostChanged: (change) => changes.push(change) },
      onServer: () => undefined,
      returnAfter: RETURN_AFTER,
    });
    const db = new Kysely<unknown>({
      dialect: {
        createAdapter: () => new ServerAdapter(),
        createDriver: () => driver,
        createIntrospector: (kysely) => new MysqlIntrospector(kysely),
        createQueryCompiler: () => new MysqlQueryCompiler(),
      },
    });
    await work(db).finally(() => db.destroy());
  }

  async function askPort(db: Kysely<unknown>): Promise<number> {
    const { rows } = await sql<{ port: number }>`select @@port as port`.execute(db);
    return rows[0]!.port;
  }

  /** Asks again and again until another server answers, with every error meanwhile. */
  async function untilPort(db: Kysely<unknown>, port: number): Promise<unknown[]> {
    const errors: unknown[] = [];
    for (;;) {
      const answer = await askPort(db).catch((error: unknown) => void errors.push(error));
      if (answer === port) return errors;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  it("uses the first, and the next one while the first takes no writes", async () => {
    await withDatabase(async (db) => expect(await askPort(db)).toBe(portOf(0)));
    await execute(servers[0]!.url, "set global read_only = on");
    try {
      await withDatabase(async (db) => expect(await askPort(db)).toBe(portOf(1)));
    } finally {
      await execute(servers[0]!.url, "set global read_only = off");
    }
    expect(changes).toEqual([]);
  });

  it("goes to the next when the first dies, and back when that one has been well", async () => {
    await withDatabase(async (db) => {
      expect(await askPort(db)).toBe(portOf(0));
      const begun = await db.startTransaction().execute();
      expect(await askPort(begun)).toBe(portOf(0));
      const reading = sql`select sleep(20)`.execute(db);
      const writing = sql`do sleep(20)`.execute(db);
      const lost = Promise.allSettled([reading, writing]);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await servers[0]!.signal("SIGKILL");
      // Only what has certainly changed nothing may run again.
      const [read, wrote] = await lost;
      expect(read).toMatchObject({ reason: expect.any(Contention) });
      expect(wrote).toMatchObject({
        reason: { reason: "STORE_UNAVAILABLE", details: { cause: { fatal: true } } },
      });
      await expect(askPort(begun)).rejects.toBeInstanceOf(Contention);
      await begun
        .rollback()
        .execute()
        .catch(() => undefined);
      await untilPort(db, portOf(1));
      expect(changes).toEqual([
        { from: nameOf(0), to: nameOf(1), reason: "failed", why: expect.any(String) },
      ]);

      const onSecond = await db.startTransaction().execute();
      expect(await askPort(onSecond)).toBe(portOf(1));
      await servers[0]!.start();
      expect(await untilPort(db, portOf(0))).toEqual([]);
      expect(changes).toHaveLength(2);
      expect(changes[1]).toEqual({ from: nameOf(1), to: nameOf(0), reason: "returned", why: "" });
      // What has begun ends where it began.
      expect(await askPort(onSecond)).toBe(portOf(1));
      await onSecond.commit().execute();
      const onFirst = await db.startTransaction().execute();
      expect(await askPort(onFirst)).toBe(portOf(0));
      await onFirst.commit().execute();
    });
  });

  it("goes to the next when the first hangs, and ends what waits for its answer", async () => {
    await withDatabase(async (db) => {
      const begun = await db.startTransaction().execute();
      expect(await askPort(begun)).toBe(portOf(0));
      await servers[0]!.signal("SIGSTOP");
      try {
        const asking = async (): Promise<never> => {
          for (;;) await askPort(begun); // Its threads stop one after the other.
        };
        await expect(asking()).rejects.toBeInstanceOf(Contention);
        await begun
          .rollback()
          .execute()
          .catch(() => undefined);
        await untilPort(db, portOf(1));
        expect(changes).toHaveLength(1);
      } finally {
        await servers[0]!.signal("SIGCONT");
      }
      await untilPort(db, portOf(0));
    });
  });

  it("stays with a first that answers statements, and not whether it takes writes", async () => {
    const ask = HostProbe.prototype.ask;
    const probes = new Set<HostProbe>();
    let [isSilent, unanswered] = [false, 0];
    async function askOrNot(this: HostProbe): Promise<HostState> {
      const isFirst = probes.add(this).values().next().value === this;
      const state = await ask.call(this);
      if (!isSilent || !isFirst) return state;
      unanswered++;
      return { isWriter: false, isChoosable: false, why: NO_ANSWER, hasAnswered: false };
    }
    const asked = vi.spyOn(HostProbe.prototype, "ask").mockImplementation(askOrNot);
    try {
      await withDatabase(async (db) => {
        expect(await askPort(db)).toBe(portOf(0));
        isSilent = true;
        while (unanswered < 4) expect(await askPort(db)).toBe(portOf(0));
        expect(changes).toEqual([]);
        // Nothing shows any more that it lives.
        while (changes.length === 0) await delay(20);
        expect(changes).toMatchObject([{ from: nameOf(0), reason: "failed" }]);
      });
    } finally {
      asked.mockRestore();
    }
  });

  it("goes to the next at once when the first becomes read-only", async () => {
    await withDatabase(async (db) => {
      expect(await askPort(db)).toBe(portOf(0));
      await execute(servers[0]!.url, "set global read_only = on");
      try {
        // What runs meanwhile runs again, as after a conflict.
        for (const error of await untilPort(db, portOf(1)))
          expect(error).toBeInstanceOf(Contention);
        expect(changes).toEqual([
          { from: nameOf(0), to: nameOf(1), reason: "failed", why: "read_only" },
        ]);
      } finally {
        await execute(servers[0]!.url, "set global read_only = off");
      }
    });
  });

  it("answers what waits for a connection when it closes", async () => {
    const store = await openStore({ ...options(), connectionLimit: 1 });
    let closing: Promise<void> | undefined;
    let waiting: Promise<unknown> | undefined;
    await store
      .transaction(async () => {
        waiting = store.users.find("id").catch((error: unknown) => error);
        await new Promise(setImmediate);
        closing = store.close();
      })
      .catch(() => undefined);
    expect(await waiting).toMatchObject({ reason: "STORE_UNAVAILABLE" });
    await closing;
  });

  it("is unavailable while no host answers, and says nothing of passwords", async () => {
    await Promise.all(servers.map((server) => server.signal("SIGKILL")));
    const store = await openStore(options());
    const failure: unknown = await store.ready().catch((error: unknown) => error);
    expect(failure).toMatchObject({ reason: "STORE_UNAVAILABLE" });
    expect(String((failure as Error).cause)).not.toContain(new URL(servers[0]!.url).password);
    await Promise.all(servers.map((server) => server.start()));
    // The schema isn't there; the server is.
    await expect(store.ready()).resolves.toBe(false);
    await store.close();
  });
});
