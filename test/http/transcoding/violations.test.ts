// The violations in an answer are bounded for every request.
import { expect, test } from "vitest";
import { failure } from "../../../src/http/errors.ts";
import { clip, MAX_VIOLATIONS, Violations } from "../../../src/http/transcoding/violations.ts";
import { errorView } from "../../../src/http/error-view.ts";

test("each is listed once, and sixteen at most", () => {
  const violations = new Violations();
  const enough: boolean[] = [];
  for (let index = 0; index < 40; index++) {
    violations.add("a", "is wrong");
    violations.add(`b[${index}]`, "is wrong");
    enough.push(violations.areEnough);
  }
  expect(violations.list).toHaveLength(MAX_VIOLATIONS);
  expect(violations.list.slice(0, 3)).toEqual([
    { field: "a", description: "is wrong" },
    { field: "b[0]", description: "is wrong" },
    { field: "b[1]", description: "is wrong" },
  ]);
  expect(enough.indexOf(true)).toBe(MAX_VIOLATIONS - 2);
});

test("long names and long descriptions are cut", () => {
  const violations = new Violations();
  violations.add("x".repeat(60_000), "\ud83d\ude42".repeat(30_000));
  const [{ field, description }] = violations.list as [{ field: string; description: string }];
  expect([field.length, description.length, description.isWellFormed()]).toEqual([128, 256, true]);
});

test("no message is longer than a kilobyte", () => {
  expect(clip("short")).toBe("short");
  expect(errorView(failure("FIELD_INVALID", "x".repeat(60_000)), "domain").message).toHaveLength(
    1024,
  );
});
