import { describe, expect, it, vi } from "vitest";
import { committed, Contention, isDuplicate, retried } from "../../../src/store/engine/errors.ts";

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

describe("isDuplicate", () => {
  it("knows both engines' numbers", () => {
    expect([{ errno: 1062 }, { errcode: 1555 }, { errcode: 2067 }].every(isDuplicate)).toBe(true);
    expect(
      [{ errno: 1064 }, { errcode: 1299 }, new Error("duplicate"), null, 1062].some(isDuplicate),
    ).toBe(false);
  });
});

describe("committed", () => {
  const commit = (error: unknown) =>
    committed((commits) => {
      commits();
      return Promise.reject(error);
    });

  it("calls the database unavailable after any error of the commit", async () => {
    for (const error of [failure({ fatal: true }), failure({ errno: 1105 }), new Error("odd")])
      await expect(commit(error)).rejects.toMatchObject({
        reason: "STORE_UNAVAILABLE",
        details: { cause: error },
      });
  });

  it("passes on a conflict at the commit, and any error before it", async () => {
    const conflict = failure({ errno: 1213 });
    await expect(commit(conflict)).rejects.toBe(conflict);
    const wrong = failure({ errno: 1406 });
    await expect(committed(() => Promise.reject(wrong))).rejects.toBe(wrong);
    expect(await committed(() => Promise.resolve("done"))).toBeUndefined();
  });
});
