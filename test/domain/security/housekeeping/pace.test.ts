import { describe, expect, it } from "vitest";
import { Pace } from "../../../../src/domain/security/housekeeping/pace.ts";

const SIZES = { first: 50, least: 20, most: 1_000 };

/** Removes chunks of which each row takes so long; returns the sizes and the share of busy time. */
function removing(pace: Pace, rowMs: number, chunks: number) {
  const sizes: number[] = [];
  let [busy, all] = [0, 0];
  for (let count = 0; count < chunks; count++) {
    const { size } = pace;
    sizes.push(size);
    busy += size * rowMs;
    all += size * rowMs + pace.spent(size * rowMs, size);
  }
  return { sizes, share: busy / all };
}

describe("the pace of a table", () => {
  it("comes to chunks of ten milliseconds, a tenth of the time", () => {
    const { sizes, share } = removing(new Pace(SIZES), 0.04, 20);
    expect(sizes.slice(0, 4)).toEqual([50, 100, 200, 250]);
    expect(sizes.at(-1)).toBe(250);
    expect(share).toBeCloseTo(0.1);
  });

  it("stays within its bounds", () => {
    expect(removing(new Pace(SIZES), 0.001, 20).sizes.at(-1)).toBe(1_000);
    const { sizes } = removing(new Pace(SIZES), 5, 20);
    expect(sizes.slice(0, 4)).toEqual([50, 25, 20, 20]);
  });

  it("halves at most, and recovers when the database does", () => {
    const pace = new Pace(SIZES);
    expect(removing(pace, 0.02, 6).sizes.at(-1)).toBe(500);
    expect(pace.spent(2_000, 500)).toBe(15_000);
    expect(pace.size).toBe(250);
    expect(removing(pace, 0.02, 4).sizes).toEqual([250, 500, 500, 500]);
  });

  it("learns nothing of a quick chunk that wasn't full, and something of a slow one", () => {
    const pace = new Pace(SIZES);
    expect(pace.spent(1, 3)).toBe(9);
    expect(pace.size).toBe(50);
    pace.spent(100, 3);
    expect(pace.size).toBe(25);
  });
});
