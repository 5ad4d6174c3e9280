// What is kept of a difference: how values look, and nothing that a user has written.
import { describe, expect, test } from "vitest";
import { compareAnswers } from "../../../src/predecessor/compare.ts";

const answer = (body: unknown, status = 200) => ({
  status,
  contentType: "application/json",
  body: Buffer.from(JSON.stringify(body)),
});
const differencesOf = (ours: unknown, theirs: unknown) =>
  compareAnswers(answer(ours), answer(theirs), () => false).differences;

describe("a difference", () => {
  test("shows statuses and the documented codes of errors", () => {
    const { differences } = compareAnswers(
      answer({ code: 401, error_code: 12, status: 1 }, 401),
      answer({ code: 400, error_code: 4, status: 2 }, 400),
      () => false,
    );
    expect(differences.map(({ field, ours, theirs }) => [field, ours, theirs])).toEqual([
      ["status", "number 401", "number 400"],
      ["code", "number 401", "number 400"],
      ["error_code", "number 12", "number 4"],
      ["status", "number 1", "number 2"],
    ]);
  });

  test("shows no other number, however short", () => {
    const theirs = {
      pin: 4711,
      age: 7,
      data: { code: 123 },
      balance: -1.5,
      code: 48213,
      big: 1e21,
    };
    const kept = differencesOf({}, theirs);
    expect(kept.map(({ field, theirs: form }) => [field, form])).toEqual([
      ["pin", "number of 4 digits"],
      ["age", "number of 1 digit"],
      ["data", "object"],
      ["balance", "number of 2 digits"],
      ["code", "number of 5 digits"],
      ["big", "number of 3 digits"],
    ]);
    expect(JSON.stringify(kept)).not.toMatch(/4711|7|123|1[.]5|48213/);
  });

  test("shows no letter, digit, sign or picture of a text", () => {
    const texts = ["пароль-٤٥", "naïve e\u0301", "🔑秘密", "Zeta@x.org", "\u0000\u2028"];
    const kept = differencesOf({}, Object.fromEntries(texts.map((text, at) => [`f${at}`, text])));
    expect(kept.map(({ example }) => example)).toEqual([
      'absent ≠ "xxxxxx-00"',
      'absent ≠ "xxxxx xx"',
      'absent ≠ "xxx"',
      'absent ≠ "xxxx@x.xxx"',
      'absent ≠ "\\x0000x"',
    ]);
    expect(kept.map(({ theirs }) => theirs)).toEqual([
      "text of 9 characters",
      "text of 8 characters",
      "text of 3 characters",
      "text of 10 characters",
      "text of 2 characters",
    ]);
  });
});
