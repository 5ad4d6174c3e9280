import { expect, test } from "vitest";
import { freshForMs } from "../../src/outbound/freshness.ts";

const NOW = Date.parse("2026-11-27T12:00:00Z");
const HTTP_DATE = "Fri, 27 Nov 2026 12:00:00 GMT";
const LATER = "Fri, 27 Nov 2026 12:01:00 GMT";

test.each([
  [{}, undefined],
  [{ "cache-control": "max-age=60" }, 60_000],
  [{ "cache-control": "public, Max-Age=60" }, 60_000],
  [{ "cache-control": 'max-age="60"' }, 60_000],
  [{ "cache-control": "max-age=60", age: "10" }, 50_000],
  [{ "cache-control": "max-age=60", age: "100" }, 0],
  [{ "cache-control": "max-age=60, max-age=5" }, 5_000],
  [{ "cache-control": "max-age=60, no-store" }, 0],
  [{ "cache-control": "no-cache" }, 0],
  [{ "cache-control": "max-age=-1" }, 0],
  [{ "cache-control": "max-age" }, 0],
  [{ "cache-control": "max-age=99999999999" }, 0],
  [{ "cache-control": "s-maxage=60" }, undefined],
  [{ "cache-control": 'extension="max-age=60"' }, undefined],
  [{ "cache-control": "x-max-age=60" }, undefined],
  [{ "cache-control": "max-age=60", vary: "*" }, 0],
  [{ "cache-control": "max-age=60", vary: "Accept" }, 60_000],
  [{ "cache-control": "max-age=60", expires: HTTP_DATE }, 60_000],
  [{ expires: LATER }, 60_000],
  [{ expires: LATER, date: HTTP_DATE }, 60_000],
  [{ expires: LATER, date: LATER }, 0],
  [{ expires: LATER, date: HTTP_DATE, age: "20" }, 40_000],
  [{ expires: HTTP_DATE }, 0],
  [{ expires: "0" }, 0],
  [{ expires: "never" }, 0],
])("%j is fresh for %s ms", (headers, expected) => {
  expect(freshForMs(headers, NOW)).toBe(expected);
});
