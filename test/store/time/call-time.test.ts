// The time of calls that share connections and statements of one store.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { callTime, CallTime } from "../../../src/domain/call-time.ts";
import { pause, ticks } from "../../../src/domain/clock.ts";
import { noInstrumentation, type StoreFailure } from "../../../src/domain/instrumentation.ts";
import type { Store } from "../../../src/domain/store.ts";
import { openStore } from "../../../src/store/engine/create-store.ts";
import { createDatabase } from "../../mariadb.ts";
import { prepare } from "../../prepare.ts";
import { openSlowProxy, type SlowProxy } from "../../slow-proxy.ts";
import { aCode, anAccessToken, aUser, NOW } from "../samples.ts";

/** More than any call here takes, on a busy machine too. */
const PATIENCE_MS = 10_000;
/** Enough to begin on a busy machine, and less than a statement may take. */
const LIMIT_MS = 1_000;

let proxy: SlowProxy;
let store: Store;
/** Looks past the proxy. */
let direct: Store;
const kinds: string[] = [];
const failures: StoreFailure["cause"][] = [];
let afterStatement: (kind: string) => void;

beforeAll(async () => {
  const url = await createDatabase();
  await prepare({ kind: "mysql", url });
  proxy = await openSlowProxy(url);
  direct = await openStore({ kind: "mysql", url });
  store = await openStore(
    { kind: "mysql", url: proxy.url, connectionLimit: 4 },
    {
      ...noInstrumentation,
      statement: (kind) => {
        kinds.push(kind);
        afterStatement(kind);
      },
      storeFailed: ({ cause }) => void failures.push(cause),
    },
  );
});
beforeEach(() => {
  afterStatement = () => undefined;
  proxy.delay = 0;
  proxy.swallows = "nothing";
  kinds.length = failures.length = 0;
});
afterAll(async () => {
  await store.close();
  await direct.close();
  await proxy.close();
});

/** A call whose caller waits for so long. */
const within = <T>(milliseconds: number, work: () => Promise<T>): Promise<T> =>
  new CallTime(ticks() + milliseconds).run(work);

/** Works on until the time of the call has passed. */
async function untilLate(): Promise<void> {
  while (callTime()?.isLate === false) await pause(10);
}

const isIdle = (): Promise<void> =>
  expect.poll(() => store.load, { timeout: PATIENCE_MS }).toEqual({ busy: 0, waiting: 0 });

describe("a transaction", () => {
  test("isn't committed once the time of its call has passed", async () => {
    const user = aUser();
    const work = within(LIMIT_MS, () =>
      store.transaction(async (tx) => {
        await tx.users.insert(user);
        await untilLate();
      }),
    );
    await expect(work).rejects.toMatchObject({
      reason: "DEADLINE_EXCEEDED",
      message: "The deadline passed before the call was done.",
    });
    await isIdle();
    expect(await direct.users.find(user.id)).toBeUndefined();
    expect(kinds).toContain("rollback");
    expect(kinds).not.toContain("commit");
    // That a caller has little time says nothing against the database.
    expect(failures).toEqual([]);
    // Its connection is used again.
    expect(await store.transaction((tx) => tx.users.insert(user))).toBeUndefined();
  });

  test.each([
    ["the database's", Infinity, "STORE_UNAVAILABLE", "the database did not confirm the change"],
    ["the caller's", LIMIT_MS, "DEADLINE_EXCEEDED", "before the database confirmed the change"],
  ])(
    "whose commit isn't answered in %s time may have been made",
    async (_, limit, reason, text) => {
      const user = aUser();
      let rounds = 0;
      await store.ready();
      afterStatement = (kind) => {
        if (kind === "insert") proxy.swallows = "answers";
      };
      const work = within(limit, () =>
        store.transaction(async (tx) => {
          rounds++;
          await tx.users.insert(user);
        }),
      );
      await expect(work).rejects.toMatchObject({
        reason,
        message: expect.stringMatching(`${text}; it may have been made`),
        details: { metadata: { effect: "unknown" } },
      });
      await isIdle();
      expect(rounds).toBe(1);
      expect((await direct.users.find(user.id))?.id).toBe(user.id);
    },
  );

  test("that comes after another one says that a part may have been made", async () => {
    const [first, second] = [aUser(), aUser()];
    const work = within(LIMIT_MS, async () => {
      await store.transaction((tx) => tx.users.insert(first));
      await store.transaction(async (tx) => {
        await tx.users.insert(second);
        await untilLate();
        await tx.users.find(second.id);
      });
    });
    await expect(work).rejects.toMatchObject({
      reason: "DEADLINE_EXCEEDED",
      message:
        "The deadline passed before the call was done; a part of the change may have been made.",
      details: { metadata: { effect: "unknown" } },
    });
    await isIdle();
    const found = [first, second].map(({ id }) => direct.users.find(id));
    expect(await Promise.all(found)).toMatchObject([{ id: first.id }, undefined]);
  });

  test("isn't tried again without time", async () => {
    let rounds = 0;
    const work = within(LIMIT_MS, () =>
      store.transaction(async (tx) => {
        rounds++;
        await tx.users.insert(aUser());
        await untilLate();
        throw Object.assign(new Error("deadlock"), { errno: 1213 });
      }),
    );
    await expect(work).rejects.toMatchObject({ reason: "DEADLINE_EXCEEDED" });
    await isIdle();
    expect(rounds).toBe(1);
  });
});

describe("calls that share a statement", () => {
  test("don't end with the deadline of another, when they read", async () => {
    const users = Array.from({ length: 12 }, () => aUser());
    for (const user of users) await direct.users.insert(user);
    proxy.delay = 300;
    const results = await Promise.allSettled(
      users.map(({ id }, index) =>
        within(index % 4 === 0 ? 100 : PATIENCE_MS, () => store.users.find(id)),
      ),
    );
    expect(results.map(({ status }) => status)).toEqual(
      users.map((_, index) => (index % 4 === 0 ? "rejected" : "fulfilled")),
    );
  });

  test("don't end with the deadline of another, when they write", async () => {
    const codes = Array.from({ length: 12 }, () => aCode());
    for (const code of codes) await direct.codes.insert(code);
    proxy.delay = 300;
    const results = await Promise.allSettled(
      codes.map(({ hash }, index) =>
        within(index % 4 === 0 ? 100 : PATIENCE_MS, () =>
          store.codes.redeem(hash, NOW, { access: anAccessToken() }),
        ),
      ),
    );
    expect(results.map((result) => result.status === "fulfilled" && result.value)).toEqual(
      codes.map((_, index) => index % 4 !== 0),
    );
    await isIdle();
    // What was answered as late and done all the same can't be done again.
    for (const { hash } of codes) {
      const isUsed = (await direct.codes.find(hash))?.usedAt !== undefined;
      expect(await direct.codes.redeem(hash, NOW)).toBe(!isUsed);
    }
  });
});
