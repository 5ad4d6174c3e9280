import { expect, test } from "vitest";
import { WorkTime } from "../../../src/domain/security/work-time.ts";

test("how long work takes is learnt from work, and forgotten by and by", () => {
  const time = new WorkTime(500);
  expect([time.mean, time.usual]).toEqual([undefined, 0]);
  time.took(20);
  expect([time.mean, time.usual]).toEqual([20, 40]);
  for (let count = 0; count < 50; count++) time.took(20);
  expect(time.usual).toBeCloseTo(20, 3);
  for (let count = 0; count < 50; count++) time.took(count % 2 === 0 ? 10 : 30);
  expect(time.mean).toBeGreaterThan(18);
  expect(time.mean).toBeLessThan(22);
  // What it rarely exceeds.
  expect(time.usual).toBeGreaterThan(30);
  expect(time.usual).toBeLessThan(50);
});

test("one pause of the whole process counts little", () => {
  const time = new WorkTime(400);
  for (let count = 0; count < 50; count++) time.took(20);
  time.took(3_600_000);
  expect(time.mean).toBeCloseTo(20 + (400 - 20) / 8, 3);
  for (let count = 0; count < 50; count++) time.took(20);
  expect(time.mean).toBeLessThan(21);
});
