import { describe, expect, it } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { Stages } from "../../../src/domain/predecessor/stages.ts";
import type { RequestContext } from "../../../src/domain/request-context.ts";
import { stores } from "../../mariadb.ts";

const operator: RequestContext = {
  caller: { kind: "operator" },
  address: "",
  userAgent: "test",
  expired: () => false,
};

describe.each(stores)("stages on $engine", ({ use }) => {
  const test = use();
  const open = (...apis: string[]): Stages =>
    new Stages({ store: test.store, clock: systemClock, apis });

  it("are followed by other processes, remember the one before, and are audited", async () => {
    const [one, other] = [open("kokids", "zimoxy"), open("kokids")];
    const all = { percent: 100, only: [] };
    await one.set(operator, "kokids", { stage: "mirror", ...all });
    await one.set(operator, "kokids", { stage: "fallback", percent: 5, only: [] });
    const only = [{ name: "AccID", value: "secret-acc" }];
    await one.set(operator, "kokids", { stage: "fallback", percent: 12.5, only });
    expect(one.of("kokids")).toMatchObject({ stage: "fallback", before: "mirror", percent: 12.5 });
    expect(other.of("kokids").stage).toBe("own");
    const stop = other.follow();
    await expect.poll(() => other.of("kokids")).toEqual(one.of("kokids"));
    stop();
    expect(one.of("kokids").only).toEqual(only);
    expect(one.of("zimoxy").stage).toBe("own");
    const events = await test.store.audit.list({ type: "predecessor.stage" }, { limit: 9 });
    // Ids of one millisecond have no order.
    const percents = events.map(({ details }) => details["percent"]);
    expect(percents.toSorted()).toEqual(["100", "12.5", "5"]);
    expect(events.map(({ details }) => details)).toContainEqual({
      api: "kokids",
      stage: "fallback",
      before: "mirror",
      percent: "12.5",
      only: "AccID",
    });
  });

  it("are own for an API whose setting was removed", async () => {
    await open("senler").set(operator, "senler", { stage: "mirror", percent: 100, only: [] });
    const stages = open("kokids");
    await stages.refresh();
    expect(stages.of("senler").stage).toBe("own");
  });
});
