import { expect, test } from "vitest";
import { freshUntil } from "../../src/domain/outbound.ts";

const LIMITS = { least: 60, usual: 300, most: 3_600 };

test.each([
  ["as long as its headers say", 600, 1_600],
  ["as usual without such headers", undefined, 1_300],
  ["not shorter than the least", 0, 1_060],
  ["not longer than the most", 86_400, 4_600],
])("an answer is used %s", (_, freshForMs, until) => {
  expect(freshUntil({ freshForMs }, 1_000, LIMITS)).toBe(until);
});
