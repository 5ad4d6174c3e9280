import { setTimeout as pause } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { AfterAnswers, type AfterAnswersOptions } from "../../../src/predecessor/after.ts";
import type { Exchange } from "../../../src/predecessor/exchange.ts";
import { stagedRouteOf } from "../../../src/predecessor/routes.ts";

const LOGIN = "POST /user/login";
const LOGOUT = "POST /user/logout";
const CREATE = "POST /user/create";

/** A call of a user that the predecessor has answered. */
function call(route: string, email: string, replyBytes = 2) {
  const [verb = "", path = ""] = route.split(" ");
  const exchange: Exchange = {
    api: "kokids",
    route,
    request: { method: verb, target: path, headers: [], body: Buffer.alloc(0) },
    parameters: new Map([["Email", email]]),
    address: "127.0.0.1",
    userAgent: "",
    isClear: true,
    reply: { status: 200, headers: [], body: Buffer.alloc(replyBytes), milliseconds: 1 },
  };
  return { exchange, stage: "mirror", route: stagedRouteOf(verb, path, false)!, at: 0 } as const;
}

/** Builds what is tested, and what it has learnt and dropped, in order. */
function build(given: Partial<AfterAnswersOptions> = {}) {
  const learnt: string[] = [];
  const errors: unknown[] = [];
  const dropped = { calls: 0 };
  const after = new AfterAnswers({
    learner: {
      learn({ route, parameters }) {
        learnt.push(`${route} ${parameters.get("Email")}`);
        return Promise.resolve();
      },
    },
    rehearse: () => Promise.resolve(undefined),
    observer: { record: () => undefined },
    isVolatile: () => false,
    beforeCompare: () => Promise.resolve(),
    onError: (error) => void errors.push(error),
    onDropped: () => void dropped.calls++,
    ...given,
  });
  return { after, learnt, errors, dropped };
}

describe("what happens after the predecessor's answers", () => {
  it("stores an end before the calls of others, after those of its own user", async () => {
    const { after, learnt } = build();
    const logins = Array.from({ length: 50 }, (_, index) => `user${index}`);
    for (const email of logins) void after.add(call(LOGIN, email));
    void after.add(call(LOGIN, "user40"));
    await after.add(call(LOGOUT, "user40"));
    const [first, second] = [`${LOGIN} user40`, `${LOGOUT} user40`];
    expect(learnt.filter((each) => each.endsWith("user40"))).toEqual([first, first, second]);
    // Those of others run beside its three calls.
    expect(learnt.indexOf(second)).toBeLessThan(40);
    await after.drain(5_000);
    expect(learnt).toHaveLength(52);
  });

  it("tries to store an end again before the client has its answer", async () => {
    let tries = 0;
    const learn = (): Promise<void> =>
      ++tries < 3 ? Promise.reject(new Error("away")) : Promise.resolve();
    const { after, errors } = build({ learner: { learn } });
    await after.add(call(LOGOUT, "ann"));
    expect([tries, errors.length]).toEqual([3, 2]);
  });

  it("rejects an end that can't be stored, and stores it when that is possible", async () => {
    let isAway = true;
    const stored: string[] = [];
    const learn = ({ route }: Exchange): Promise<void> => {
      if (isAway) return Promise.reject(new Error("away"));
      stored.push(route);
      return Promise.resolve();
    };
    const { after } = build({ learner: { learn } });
    await expect(after.add(call(LOGOUT, "ann"))).rejects.toThrow("away");
    isAway = false;
    await expect.poll(() => stored).toEqual([LOGOUT]);
    await pause(1_200);
    expect(stored).toEqual([LOGOUT]);
  });

  it("learns what it can't compare", async () => {
    const { after, learnt, errors } = build({
      rehearse: () => Promise.reject(new Error("the database is away")),
    });
    await after.add(call(CREATE, "ann"));
    await after.add(call(LOGOUT, "ann"));
    expect(learnt).toEqual([`${CREATE} ann`, `${LOGOUT} ann`]);
    expect(errors).toHaveLength(2);
  });

  it("drops what holds too much memory, but no end", async () => {
    const held = Promise.withResolvers<undefined>();
    const { after, learnt, dropped } = build({ rehearse: () => held.promise });
    const MIB = 1024 * 1024;
    for (let index = 0; index < 80; index++) void after.add(call(CREATE, `user${index}`, MIB));
    const end = after.add(call(LOGOUT, "ann", MIB));
    // Eight run; the others wait up to 64 MiB.
    expect(dropped.calls).toBe(80 - 8 - 63);
    held.resolve(undefined);
    await end;
    await after.drain(5_000);
    expect(learnt).toHaveLength(8 + 63 + 1);
  });
});
