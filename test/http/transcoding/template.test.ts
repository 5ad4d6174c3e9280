import { describe, expect, test } from "vitest";
import { parseTemplate } from "../../../src/http/transcoding/template.ts";
import { templateRows } from "./vectors.ts";

describe("the vectors", () => {
  test.each(templateRows.filter(({ valid }) => valid))(
    "$id: $template is read",
    ({ template, segments, verb, variables }) => {
      expect(parseTemplate(template)).toEqual({ segments, verb, variables });
    },
  );

  test.each(templateRows.filter(({ valid }) => !valid))(
    "$id: $template is refused",
    ({ template }) => {
      expect(() => parseTemplate(template)).toThrow();
    },
  );
});

test("the root is a template without segments", () => {
  expect(parseTemplate("/")).toEqual({ segments: [], verb: "", variables: [] });
});

test("a verb may have colons", () => {
  expect(parseTemplate("/foo/{id}:verb:subverb").verb).toBe("verb:subverb");
});

test("a variable may occur once", () => {
  expect(() => parseTemplate("/{a}/{a}")).toThrow("the variable a is twice in /{a}/{a}");
});

test("a mistake is shown with its position", () => {
  expect(() => parseTemplate("/a/{b")).toThrow(
    'expected "}" at position 5 of the template "/a/{b"',
  );
});
