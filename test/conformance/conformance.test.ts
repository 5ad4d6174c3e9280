import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { AREAS, conformanceDocument, DOCUMENT, findTests } from "./document.ts";

/** The formatter aligns columns and wraps lines. */
const words = (text: string): readonly string[] =>
  text
    .replaceAll(/-{3,}/g, "---")
    .split(/\s+/)
    .filter((word) => word !== "");

test("docs/conformance.md says what the tests show; npm run conformance renews it", () => {
  expect(words(readFileSync(DOCUMENT, "utf8"))).toEqual(words(conformanceDocument()));
});

test("every module is named once", () => {
  const names = AREAS.flatMap(({ title, modules }) =>
    modules.map(({ name }) => `${title.split(":")[0]!}: ${name}`),
  );
  expect(names.length).toBeGreaterThan(120);
  expect(new Set(names).size).toBe(names.length);
});

describe("a module that", () => {
  const stateOf = (name: string) =>
    findTests([{ title: "", modules: [{ name }] }]).map(({ state }) => state);

  test("has a test of its name is held", () => {
    expect(stateOf("oidcc-prompt-login")).toEqual(["held"]);
  });

  test("has none is not yet held, also if its name begins another one", () => {
    expect(stateOf("oidcc-nothing-of-the-kind")).toEqual(["not yet"]);
    expect(stateOf("oidcc-prompt")).toEqual(["not yet"]);
  });
});
