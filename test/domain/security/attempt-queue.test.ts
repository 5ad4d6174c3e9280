import { expect, test } from "vitest";
import { AttemptQueue } from "../../../src/domain/security/attempt-queue.ts";

test("a caller doesn't wait where no other has a turn", async () => {
  const turns = new AttemptQueue();
  expect(await turns.next()).toBe(false);
  turns.begin();
  turns.leave(true);
  expect(await turns.next()).toBe(false);
  expect(turns.unused).toBe(1);
});

test("a turn that is left for another goes to the first who waits", async () => {
  const turns = new AttemptQueue();
  const order: string[] = [];
  turns.begin();
  const waiting = ["first", "second", "third"].map((name) =>
    turns.next().then((turn) => order.push(`${name} ${turn}`)),
  );
  turns.leave(true);
  await waiting[0];
  expect(order).toEqual(["first true"]);
  turns.leave(true);
  await waiting[1];
  expect(order).toEqual(["first true", "second true"]);
  turns.leave(false);
  await Promise.all(waiting);
  expect(order).toEqual(["first true", "second true", "third false"]);
  expect(turns.unused).toBe(0);
});

test("as long as one has a turn, there is hope", async () => {
  const turns = new AttemptQueue();
  turns.begin();
  turns.begin();
  const waiting = turns.next();
  turns.leave(false);
  turns.leave(true);
  expect(await waiting).toBe(true);
});
