import { describe, expect, it } from "vitest";
import { ownStage, stageOf, type StageSetting } from "../../../src/domain/predecessor/stage.ts";

const fallback = (given: Partial<StageSetting>): StageSetting => ({
  ...ownStage("kokids"),
  stage: "fallback",
  before: "mirror",
  ...given,
});
const people = Array.from({ length: 2_000 }, (_, number) => `person-${number}@example.com`);
const isIn = (percent: number, email: string): boolean =>
  stageOf(fallback({ percent }), { email }) === "fallback";

describe("the stage of a user", () => {
  it("is that of the API when it holds for all", () => {
    expect(stageOf(fallback({ percent: 100 }), {})).toBe("fallback");
    expect(stageOf(ownStage("kokids"), { email: "a@example.com" })).toBe("own");
  });

  it.each([0, 5, 50, 95, 100])("is the new one for %d percent of users", (percent) => {
    const share = people.filter((email) => isIn(percent, email)).length / people.length;
    expect(Math.abs(share * 100 - percent)).toBeLessThan(
      percent === 0 || percent === 100 ? 1e-9 : 3,
    );
  });

  it("stays while the share grows", () => {
    const first = people.filter((email) => isIn(5, email));
    expect(first.length).toBeGreaterThan(50);
    expect(first.every((email) => isIn(50, email))).toBe(true);
    expect(first.every((email) => isIn(5, email.toUpperCase()))).toBe(true);
  });

  it("depends on AccID before the address, and on the address before the name", () => {
    const setting = fallback({ percent: 50 });
    const of = (accId: string, email: string, username: string): string =>
      stageOf(setting, { accId, email, username });
    let compared = 0;
    for (const [index, email] of people.slice(0, 200).entries()) {
      expect(of("acc", email, `name-${index}`)).toBe(of("acc", "", ""));
      expect(of("", email, `name-${index}`)).toBe(of("", email, ""));
      compared++;
    }
    expect(compared).toBe(200);
  });

  it("differs by API, so that one user isn't first everywhere", () => {
    const same = people.filter(
      (email) =>
        isIn(50, email) ===
        (stageOf({ ...fallback({ percent: 50 }), api: "zimoxy" }, { email }) === "fallback"),
    );
    expect(same.length / people.length).toBeGreaterThan(0.4);
    expect(same.length / people.length).toBeLessThan(0.6);
  });

  it("is the one before for a call that names no user, and for others than the named ones", () => {
    expect(stageOf(fallback({ percent: 99 }), {})).toBe("mirror");
    const only = fallback({ percent: 0, only: [{ name: "AccID", value: "a1" }] });
    const calling = (name: string, value: string): string =>
      stageOf(only, { accId: "a1", parameters: new Map([[name, value]]) });
    expect(calling("AccID", "a1")).toBe("fallback");
    expect(calling("AccID", "a2")).toBe("mirror");
    expect(calling("Email", "a1")).toBe("mirror");
  });
});
