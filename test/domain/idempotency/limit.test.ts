// How many answers one caller may have kept.
import { expect, test } from "vitest";
import { HOUR } from "../../../src/domain/durations.ts";
import { IdentityError } from "../../../src/domain/errors.ts";
import { Answers } from "../../../src/domain/idempotency/answers.ts";
import type { AnswerStore, KeptAnswer } from "../../../src/domain/idempotency/store.ts";
import { SealedTexts } from "../../../src/domain/security/sealed-texts.ts";
import { movableClock } from "../../identity/clock.ts";

const LIMIT = 100_000;

/** Answers over a store that keeps the first one alone: the others need no memory here. */
function keptAnswers() {
  const kept = new Map<string, KeptAnswer>();
  const answers: AnswerStore = {
    insert: async (answer) => kept.size === 0 && kept.set(answer.id, answer) !== undefined,
    find: async (id) => kept.get(id),
    removeExpired: async () => undefined,
  };
  const clock = movableClock();
  const key = Buffer.alloc(32, 1);
  const sealedTexts = new SealedTexts(key, clock);
  return { answers, clock, all: new Answers({ store: { answers }, clock, sealedTexts, key }) };
}

test("a caller has 100,000 answers an hour, and those that are kept for ever again", async () => {
  const { answers, clock, all } = keptAnswers();
  let works = 0;
  const call = (caller: string, key: string): Promise<{ work: number }> =>
    all.once({ repetition: { key, request: Buffer.from("a call") } }, { caller }, async (keep) => {
      const result = { work: ++works };
      if (works === 1) await keep!.inside({ answers }, result);
      return result;
    });
  const first = await call("one", "key 0");
  for (let index = 1; index < LIMIT; index++) await call("one", `key ${index}`);
  expect(works).toBe(LIMIT);
  const refused: unknown = await call("one", "another key").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(IdentityError);
  expect(refused).toMatchObject({ reason: "RATE_LIMITED" });
  expect(works).toBe(LIMIT);
  // A repetition stores nothing, and a call without a key is no concern of this limit.
  expect(await call("one", "key 0")).toEqual(first);
  await all.once({ repetition: undefined }, { caller: "one" }, async () => ({}));
  expect(await call("another", "key")).toEqual({ work: LIMIT + 1 });
  clock.pass(HOUR + 1);
  expect(await call("one", "another key")).toEqual({ work: LIMIT + 2 });
});
