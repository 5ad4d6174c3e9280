import { expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { SignedValues } from "../../../src/domain/security/signed-values.ts";

const values = new SignedValues(Buffer.alloc(32, 1), systemClock);
const others = new SignedValues(Buffer.alloc(32, 2), systemClock);
const sign = (value: object): string => values.sign("a purpose", value, 60_000);
const open = (text: string): unknown => values.open("a purpose", text);

test("opens what was signed with the same key for the same purpose", () => {
  const text = sign({ a: 1 });
  expect(open(text)).toEqual({ a: 1 });
  expect(values.open("another purpose", text)).toBeUndefined();
  expect(others.open("a purpose", text)).toBeUndefined();
});

test("opens no text in which a character was changed, added or removed", () => {
  const text = sign({ a: 1 });
  for (let index = 0; index < text.length; index++) {
    const changed = text[index] === "A" ? "B" : "A";
    expect(open(text.slice(0, index) + changed + text.slice(index + 1))).toBeUndefined();
  }
  for (const other of ["", "A", `${text}A`, `${text}=`, ` ${text}`, text.slice(0, -1)])
    expect(open(other), other).toBeUndefined();
  // The tag alone signs nothing.
  expect(
    open(Buffer.from(text, "base64url").subarray(0, 32).toString("base64url")),
  ).toBeUndefined();
});

test("opens up to 16 KiB of text, and not one character more", () => {
  // Three bytes are four characters; the tag and the frame around the value take the rest.
  const around = Buffer.from(sign({ a: "" }), "base64url").length;
  const longest = sign({ a: "x".repeat(12 * 1024 - around) });
  expect(longest).toHaveLength(16 * 1024);
  expect(open(longest)).toBeDefined();
  expect(open(sign({ a: "x".repeat(12 * 1024 - around + 1) }))).toBeUndefined();
});

test("binds a text to another one and to a purpose", () => {
  const bound = values.bind("a purpose", "text");
  expect(values.bind("a purpose", "text")).toBe(bound);
  expect([
    values.bind("another purpose", "text"),
    values.bind("a purpose", "another text"),
    others.bind("a purpose", "text"),
  ]).not.toContain(bound);
});
