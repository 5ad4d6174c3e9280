// The queue of passwords against a plain list of who waits: who gets a place, who gives way and
// whose turn it is.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FairQueue } from "../../../src/domain/security/fair-queue.ts";
import { type Ticket } from "../../../src/domain/security/ticket.ts";
import {
  enter,
  LATE_MS,
  networkOf,
  PLACES,
  QUARTER,
  ROOM,
  SETTLED_MS,
  type TestTicket,
  ticket,
} from "./tickets.ts";

const OVERTAKING = 4;

const countBy = (tickets: Iterable<Ticket>): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const each of tickets) counts.set(networkOf(each), (counts.get(networkOf(each)) ?? 0) + 1);
  return counts;
};

/** The time of the model, which stands still in half of the runs. */
let now = 0;

const isYoung = ({ enteredAt }: Ticket): boolean => now - enteredAt < SETTLED_MS;

/** Prepares a ticket, which may cost it or another the place. */
function prepare(queue: FairQueue, waiting: Set<TestTicket>, one: TestTicket): void {
  const ready = [...waiting].filter(({ isReady }) => isReady);
  const { isAdmitted, gone } = queue.ready(one);
  expect(gone.every((lost) => waiting.delete(lost as TestTicket))).toBe(true);
  if (!isAdmitted) expect(waiting.delete(one)).toBe(true);
  // Only where all places are taken by those that are prepared, and then one of them goes or this
  // one, unless it has waited too long.
  const lost = gone.length + Number(!isAdmitted);
  if (ready.length < PLACES) expect(lost).toBe(0);
  else if (ready.length < 2 * PLACES && now > 0) expect(lost).toBeLessThanOrEqual(1);
  else expect(lost).toBe(1);
  expect(gone.every((each) => ready.includes(each as TestTicket) && isYoung(each))).toBe(true);
}

describe("a model", () => {
  const who = fc.record({
    network: fc.constantFrom("a", "b", "c", "d", "e", "f"),
    address: fc.constantFrom("1", "2"),
    account: fc.constantFrom("ada", "bob", "eve"),
    known: fc.boolean(),
  });
  const index = fc.nat(PLACES * 2);
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ does: fc.constant("enter" as const), who, isReady: fc.boolean() }),
    },
    { weight: 3, arbitrary: fc.record({ does: fc.constant("next" as const) }) },
    {
      weight: 2,
      arbitrary: fc.record({
        does: fc.constantFrom(
          "ready" as const,
          "know" as const,
          "leave" as const,
          "expire" as const,
        ),
        index,
      }),
    },
  );

  test("after every step the numbers are right and each ticket is treated as the rules say", () => {
    let [entered, refused, gaveWay, turns] = [0, 0, 0, 0];
    const stepsOf = fc.array(step, { minLength: 60, maxLength: 200 });
    const pauseOf = fc.constantFrom(0, 0, 1, 5, 20);
    const property = fc.property(stepsOf, pauseOf, (steps, pauseMs) => {
      now = 0;
      const queue = new FairQueue(PLACES, 2, () => now);
      const waiting = new Set<TestTicket>();
      for (const each of steps) {
        now += pauseMs;
        const chosen = "index" in each ? [...waiting][each.index] : undefined;
        switch (each.does) {
          case "enter": {
            const one = ticket(each.who);
            const before = countBy(waiting);
            const [size, own] = [waiting.size, before.get(each.who.network) ?? 0];
            const isOver = own >= QUARTER && own < size;
            const readyOnes = [...waiting].filter(({ isReady }) => isReady).length;
            const places = readyOnes < QUARTER ? ROOM * PLACES : PLACES;
            const { isAdmitted, gone } = queue.enter(one);
            for (const lost of gone as TestTicket[]) expect(waiting.delete(lost)).toBe(true);
            const displaced = gone.filter(({ requester }) => !requester.expired());
            // A ticket that finds a free place pushes none out, and one at most has to give way.
            expect(displaced.length).toBeLessThanOrEqual(size >= places || isOver ? 1 : 0);
            expect(displaced.every((lost) => isYoung(lost) || !lost.isReady)).toBe(true);
            if (size < places && !isOver) expect(isAdmitted).toBe(true);
            if (isAdmitted) waiting.add(one);
            else expect(displaced).toEqual([]);
            // A network grows beyond its quarter only where no other waits.
            const now = countBy(waiting).get(each.who.network) ?? 0;
            if (now > QUARTER && now > own) expect(now).toBe(waiting.size);
            entered += Number(isAdmitted);
            refused += Number(!isAdmitted);
            gaveWay += displaced.length;
            if (isAdmitted && each.isReady) prepare(queue, waiting, one);
            break;
          }
          case "next": {
            const next = queue.next() as TestTicket | undefined;
            expect(next !== undefined).toBe([...waiting].some(({ isReady }) => isReady));
            if (next === undefined) break;
            expect(next.isReady).toBe(true);
            expect(waiting.delete(next)).toBe(true);
            // Of one account at one address, the first who came; of the late, who is ready longest.
            const same = [...waiting].filter(
              ({ path, isReady }) => isReady && path.join() === next.path.join(),
            );
            const isLate = now - next.readyAt >= LATE_MS;
            expect(
              same.every(
                (other) =>
                  order.get(other)! > order.get(next)! || (isLate && other.readyAt >= next.readyAt),
              ),
            ).toBe(true);
            turns++;
            break;
          }
          case "leave":
            if (chosen !== undefined && waiting.delete(chosen)) queue.leave(chosen);
            break;
          case "expire":
            chosen?.expire();
            break;
          case "ready":
            if (chosen?.isReady === false) prepare(queue, waiting, chosen);
            break;
          case "know":
            if (chosen !== undefined) queue.know(chosen);
        }
        for (const one of waiting) if (!order.has(one)) order.set(one, order.size);
        expect(queue.size).toBe(waiting.size);
        expect(queue.size).toBeLessThanOrEqual(ROOM * PLACES);
        const most = pauseMs === 0 ? PLACES : 2 * PLACES;
        expect([...waiting].filter(({ isReady }) => isReady).length).toBeLessThanOrEqual(most);
      }
    });
    const order = new Map<Ticket, number>();
    fc.assert(property, { numRuns: 200 });
    expect(Math.min(entered, refused, gaveWay, turns)).toBeGreaterThan(300);
  });

  test("no ticket starves: each has its turn before any other network had more than a few", () => {
    let seen = 0;
    fc.assert(
      fc.property(
        fc.array(who, { minLength: 1, maxLength: PLACES }),
        fc.infiniteStream(who),
        (first, later) => {
          const queue = new FairQueue(PLACES, 2, () => 0);
          const victim = ticket({ network: "victim" });
          enter(queue, victim);
          for (const each of first) enter(queue, ticket(each));
          for (let turns = 1; ; turns++) {
            expect(turns).toBeLessThanOrEqual(OVERTAKING * 7);
            if (queue.next() === victim) break;
            // Others come whenever a place is free; the victim's network has less than any of them,
            // so it never gives way.
            expect(enter(queue, ticket(later.next().value)).gone).not.toContain(victim);
          }
          seen++;
        },
      ),
      { numRuns: 300 },
    );
    expect(seen).toBe(300);
  });
});
