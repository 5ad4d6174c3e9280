// A rule of the contract is compiled when the first message of its type comes, not at start.
import { create } from "@bufbuild/protobuf";
import { createValidator } from "@bufbuild/protovalidate";
import { expect, test } from "vitest";
import { fullName, methods } from "../../contract/descriptors.ts";

test("the rules of every request compile", () => {
  const validator = createValidator();
  const broken = methods.filter(
    ({ input }) => validator.validate(input, create(input)).kind === "error",
  );
  expect(broken.map(fullName)).toEqual([]);
  expect(methods.length).toBeGreaterThanOrEqual(51);
});
