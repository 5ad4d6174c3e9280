// The limits of sign-ins where checks overlap: what one of them comes to decides what becomes of
// those that wait for it.
import { describe, expect, test } from "vitest";
import { systemClock } from "../../../src/domain/clock.ts";
import { MINUTE } from "../../../src/domain/durations.ts";
import { IdentityError } from "../../../src/domain/errors.ts";
import { SignInRateLimiter } from "../../../src/domain/security/sign-in-rate-limiter.ts";
import { stores } from "../../mariadb.ts";
import { unique } from "../../use-server.ts";

describe.each(stores)("on $engine", ({ use }) => {
  const kept = use();
  const throttle = (tries: number) =>
    new SignInRateLimiter({
      store: kept.store,
      clock: systemClock,
      limits: {
        account: { tries, windowMs: MINUTE },
        network: { tries: 1000, windowMs: MINUTE },
      },
    });
  const attemptOn = (account: string) => ({ account, address: "192.0.2.1", known: false });

  /** A check that tells when it begins, and ends when the test says so. */
  function pending() {
    const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
    const begun = Promise.withResolvers<void>();
    const check = (): Promise<string | undefined> => {
      begun.resolve();
      return promise;
    };
    return { check, begun: begun.promise, resolve, reject };
  }
  const settled = (promise: Promise<unknown>): Promise<unknown> =>
    promise.catch((error: unknown) => (error instanceof IdentityError ? error.reason : error));

  test("a waiting caller gets a place when a check turns out never to have been made", async () => {
    const [account, limited] = [unique(), throttle(1)];
    const [first, second] = [pending(), pending()];
    const one = settled(limited.check(attemptOn(account), first.check));
    await first.begun;
    const two = settled(limited.check(attemptOn(account), second.check));
    first.reject(new IdentityError("OVERLOADED", "too much at once"));
    second.resolve("checked");
    expect(await one).toBe("OVERLOADED");
    expect(await two).toBe("checked");
  });

  test("a waiting caller is refused when the checks before were made and wrong", async () => {
    const [account, limited] = [unique(), throttle(2)];
    const checks = [pending(), pending()];
    const running = checks.map(({ check }) => limited.check(attemptOn(account), check));
    await Promise.all(checks.map(({ begun }) => begun));
    const waiting = Array.from({ length: 5 }, () =>
      settled(limited.check(attemptOn(account), async () => "checked")),
    );
    for (const { resolve } of checks) resolve(undefined);
    expect(await Promise.all(running)).toEqual([undefined, undefined]);
    expect(await Promise.all(waiting)).toEqual(Array(5).fill("RATE_LIMITED"));
  });

  test("right checks take their tries back, so that any number of them passes", async () => {
    const [account, limited] = [unique(), throttle(2)];
    const right = () =>
      limited.check(attemptOn(account), async () => {
        await kept.store.transaction((tx) => limited.forgive(tx, attemptOn(account)));
        return "right";
      });
    expect(await Promise.all(Array.from({ length: 20 }, right))).toEqual(Array(20).fill("right"));
  });

  test.each(["right", "wrong"])(
    "a caller waits while another process has all the tries: %s",
    async (outcome) => {
      const account = unique();
      const [here, there] = [throttle(1), throttle(1)];
      const elsewhere = pending();
      const running = there.check(attemptOn(account), async () => {
        const result = await elsewhere.check();
        if (result !== undefined)
          await kept.store.transaction((tx) => there.forgive(tx, attemptOn(account)));
        return result;
      });
      await elsewhere.begun;
      const waiting = settled(here.check(attemptOn(account), async () => "checked"));
      await new Promise((resolve) => setTimeout(resolve, 100));
      elsewhere.resolve(outcome === "right" ? "right" : undefined);
      await running;
      expect(await waiting).toBe(outcome === "right" ? "checked" : "RATE_LIMITED");
    },
  );
});
