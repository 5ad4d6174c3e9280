import { describe, expect, it } from "vitest";
import { committed, isDuplicate } from "../../../src/store/engine/errors.ts";

const failure = (facts: object) => Object.assign(new Error("driver"), facts);

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
