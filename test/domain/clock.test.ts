import { expect, test } from "vitest";
import { systemClock } from "../../src/domain/clock.ts";

test("random bytes are as many as asked for, and none is given twice", () => {
  const given = Array.from({ length: 2_000 }, (_, index) => systemClock.random(1 + (index % 700)));
  for (const [index, bytes] of given.entries()) expect(bytes).toHaveLength(1 + (index % 700));
  const long = given.filter(({ length }) => length >= 16);
  const firsts = long.flatMap((bytes) => [
    bytes.subarray(0, 16).toString("hex"),
    bytes.subarray(-16).toString("hex"),
  ]);
  // Those of exactly 16 bytes begin as they end; the others share nothing.
  const exact = long.filter(({ length }) => length === 16).length;
  expect(new Set(firsts).size).toBe(firsts.length - exact);
  expect(systemClock.random(5_000)).toHaveLength(5_000);
  expect(systemClock.random(0)).toHaveLength(0);
});

test("random bytes stay what they were when others are given", () => {
  const first = systemClock.random(32);
  const before = first.toString("hex");
  for (let count = 0; count < 500; count++) systemClock.random(32);
  expect(first.toString("hex")).toBe(before);
  expect(new Set(first).size).toBeGreaterThan(4);
});
