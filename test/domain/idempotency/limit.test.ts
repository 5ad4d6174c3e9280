// How many answers one caller may have kept.
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { HOUR } from "../../../src/domain/durations.ts";
import { IdentityError } from "../../../src/domain/errors.ts";
import { Answers, type Keep } from "../../../src/domain/idempotency/answers.ts";
import type { AnswerStore, KeptAnswer } from "../../../src/domain/idempotency/store.ts";
import { movableClock } from "../../identity/clock.ts";

const LIMIT = 100_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

interface Work {
  readonly work: number;
}

/** Answers over a store that keeps the first one alone: the others need no memory here. */
function keptAnswers() {
  const kept = new Map<string, KeptAnswer>();
  const answers: AnswerStore = {
    insert: async (answer) => kept.size === 0 && kept.set(answer.id, answer) !== undefined,
    find: async (id) => kept.get(id),
    removeExpired: async () => undefined,
  };
  const clock = movableClock();
  const answersWith = (byte: number) => {
    return new Answers({ store: { answers }, clock, key: Buffer.alloc(32, byte) });
  };
  let works = 0;
  const callOf =
    (all: Answers, isBounded = false) =>
    (caller: string, key: string, fails = false): Promise<Work> => {
      const repetition = { key, request: Buffer.from("a call") };
      const work = async (keep: Keep<Work> | undefined): Promise<Work> => {
        if (fails) throw new Error("no such thing");
        const result = { work: ++works };
        if (works === 1) await keep!.inside({ answers }, result);
        return result;
      };
      return all.once({ repetition }, { caller, isBounded }, work);
    };
  return { all: answersWith(1), other: answersWith(2), clock, callOf };
}

const reasonOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => "done",
    (error: unknown) => (error instanceof IdentityError ? error.reason : error),
  );

test("a caller has 100,000 answers an hour, and those that are kept for ever again", async () => {
  const { clock, all, callOf } = keptAnswers();
  const call = callOf(all);
  const first = await call("one", "key 0");
  for (let index = 1; index < LIMIT; index++) await call("one", `key ${index}`);
  expect(await reasonOf(call("one", "another key"))).toBe("RATE_LIMITED");
  // A repetition stores nothing, and a call without a key is no concern of this limit.
  expect(await call("one", "key 0")).toEqual(first);
  await all.once({ repetition: undefined }, { caller: "one" }, async () => ({}));
  expect(await call("another", "key")).toEqual({ work: LIMIT + 1 });
  // An hour is one, wherever the clock is put.
  clock.pass(-10 * HOUR);
  vi.advanceTimersByTime(HOUR - 1);
  expect(await reasonOf(call("one", "another key"))).toBe("RATE_LIMITED");
  vi.advanceTimersByTime(1);
  expect(await call("one", "another key")).toEqual({ work: LIMIT + 2 });
});

test("what fails isn't counted: a public client's name is enough to send such calls", async () => {
  const { all, callOf } = keptAnswers();
  const call = callOf(all);
  let failed = 0;
  for (let index = 0; index <= LIMIT; index++)
    await call("one", `key ${index}`, true).catch(() => failed++);
  expect(failed).toBe(LIMIT + 1);
  expect(await call("one", "another key")).toEqual({ work: 1 });
});

test("a client redeems as much as it was given", async () => {
  const { all, callOf } = keptAnswers();
  const redeem = callOf(all, true);
  for (let index = 0; index < LIMIT; index++) await redeem("one", `key ${index}`);
  expect(await redeem("one", "another key")).toEqual({ work: LIMIT + 1 });
  expect(await reasonOf(callOf(all)("one", "a third key"))).toBe("done");
});

test("a server with another secret gives no answer, and has no effect", async () => {
  const { all, other, callOf } = keptAnswers();
  const first = await callOf(all)("one", "key");
  expect(await reasonOf(callOf(other)("one", "key"))).toBe("IDEMPOTENCY_KEY_REUSED");
  expect(await callOf(all)("one", "key")).toEqual(first);
  expect(await callOf(all)("one", "another")).toEqual({ work: 2 });
});
