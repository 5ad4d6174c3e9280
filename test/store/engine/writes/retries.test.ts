import { setTimeout as delay } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { Contention } from "../../../../src/store/engine/errors.ts";
import { retried, RetryTurns } from "../../../../src/store/engine/writes/retries.ts";

const failure = (facts: object) => Object.assign(new Error("driver"), facts);

describe("retried", () => {
  it.each([{ errno: 1205 }, { errno: 1213 }, { errno: 1020 }, { errno: 1047 }, { errcode: 517 }])(
    "does the work again after %o",
    async (facts) => {
      const work = vi
        .fn()
        .mockRejectedValueOnce(failure(facts))
        .mockRejectedValueOnce(new Contention())
        .mockResolvedValue("done");
      expect(await retried(work)).toBe("done");
      expect(work).toHaveBeenCalledTimes(3);
    },
  );

  it("gives up after eight more times", async () => {
    const error = failure({ errno: 1213 });
    const work = vi.fn().mockRejectedValue(error);
    await expect(retried(work)).rejects.toMatchObject({
      reason: "STORE_UNAVAILABLE",
      details: { retryAfter: 1_000, cause: error },
    });
    expect(work).toHaveBeenCalledTimes(9);
  });

  it.each([
    { fatal: true, code: "PROTOCOL_CONNECTION_LOST" },
    { code: "PROTOCOL_SEQUENCE_TIMEOUT" },
    { errno: 1053 },
    { errno: 1290 },
    { errno: 1021 },
    { errcode: 5 },
    { errcode: 13 },
    { errcode: 778 },
  ])("says at once that the store is unavailable after %o", async (facts) => {
    const work = vi.fn().mockRejectedValue(failure(facts));
    await expect(retried(work)).rejects.toMatchObject({ reason: "STORE_UNAVAILABLE" });
    expect(work).toHaveBeenCalledTimes(1);
  });

  it.each([
    failure({ errno: 1064 }),
    failure({ errcode: 1 }),
    failure({ errcode: 2067 }),
    "text",
    undefined,
  ])("leaves %s as it is", async (error) => {
    const work = vi.fn().mockRejectedValue(error);
    await expect(retried(work)).rejects.toBe(error);
    expect(work).toHaveBeenCalledTimes(1);
  });
});

describe("RetryTurns", () => {
  /** Work that is in conflict once, and how much of it ran at once in its second try. */
  function counted(facts: object, turns: RetryTurns) {
    const seen = { now: 0, most: 0, done: 0 };
    const call = async (): Promise<void> => {
      let tries = 0;
      await retried(
        async () => {
          if (tries++ === 0) throw failure(facts);
          seen.most = Math.max(seen.most, ++seen.now);
          await delay(2);
          seen.now--;
        },
        { turns },
      );
      seen.done++;
    };
    return { seen, call };
  }

  it.each([{ errno: 1205 }, { errno: 1213 }, { errno: 1020 }])(
    "lets one retry after %o run at a time",
    async (facts) => {
      const { seen, call } = counted(facts, new RetryTurns());
      await Promise.all(Array.from({ length: 12 }, call));
      expect(seen).toEqual({ now: 0, most: 1, done: 12 });
    },
  );

  it("lets the retries of a cluster that has been away run at once", async () => {
    const { seen, call } = counted({ errno: 1047 }, new RetryTurns());
    await Promise.all(Array.from({ length: 12 }, call));
    expect(seen).toMatchObject({ now: 0, done: 12 });
    expect(seen.most).toBeGreaterThan(1);
  });

  it("lets others run while one waits for long, and goes on after one that fails", async () => {
    const turns = new RetryTurns();
    let end = (): void => undefined;
    const stuck = turns.run(() => new Promise<void>((resolve) => (end = resolve)));
    expect(await turns.run(() => Promise.resolve("passed"))).toBe("passed");
    end();
    await stuck;
    await expect(turns.run(() => Promise.reject(new Error("wrong")))).rejects.toThrow("wrong");
    expect(await turns.run(() => Promise.resolve("next"))).toBe("next");
  });
});
