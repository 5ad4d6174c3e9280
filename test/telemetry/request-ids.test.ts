import { expect, test } from "vitest";
import { systemClock } from "../../src/domain/clock.ts";
import { createRequestIds } from "../../src/telemetry/request-ids.ts";

const UUID_V7 = /^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/;

test("ids are different UUIDs of version 7, also beyond the bytes that are drawn at once", () => {
  const newId = createRequestIds(systemClock);
  const ids = Array.from({ length: 2_000 }, newId);
  for (const id of ids) expect(id).toMatch(UUID_V7);
  expect(new Set(ids).size).toBe(ids.length);
  expect(new Set(ids.map((id) => id[19])).size).toBe(4);
});

test("an id begins with its time", () => {
  let now = 0x0123_4567_89ab;
  const newId = createRequestIds({ ...systemClock, now: () => now });
  expect(newId().slice(0, 13)).toBe("01234567-89ab");
  now++;
  expect(newId().slice(0, 13)).toBe("01234567-89ac");
});
