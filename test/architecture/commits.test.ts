import { expect, test } from "vitest";
import { findFaults } from "../../scripts/check-commits.ts";

const body = "Two servers redeemed one code: RFC 6749 section 4.1.2.";

test.each([
  ["fix(oauth): refuse a code used twice", body],
  ["feat!: take over the keys of a predecessor", body],
  [`docs: ${"x".repeat(66)}`, body],
])("a commit may say %s", (subject, text) => {
  expect(findFaults({ subject, body: text })).toEqual([]);
});

test.each([
  [`docs: ${"x".repeat(67)}`, body, "has 73 columns, more than 72"],
  ["Refuse a code used twice", body, "doesn't begin with a type, such as `fix(oauth): `"],
  ["fix(oauth) refuse a code", body, "doesn't begin with a type, such as `fix(oauth): `"],
  ["fix(oauth): refuse a code used twice.", body, "ends in a full stop"],
  ["fix(oauth): refuse a code used twice", " \n", "has no body that says why"],
])("a commit may not say %s", (subject, text, fault) => {
  expect(findFaults({ subject, body: text })).toEqual([fault]);
});
