import { describe, expect, test } from "vitest";
import { FairQueue } from "../../../src/domain/security/fair-queue.ts";
import type { Ticket } from "../../../src/domain/security/ticket.ts";
import {
  enter,
  networkOf,
  PLACES,
  QUARTER,
  ROOM,
  type TestTicket,
  ticket,
  type Who,
} from "./tickets.ts";

/** Puts so many ready tickets in; answers those that have a place. */
function fill(queue: FairQueue, count: number, who: (index: number) => Who): TestTicket[] {
  const made = Array.from({ length: count }, (_, index) => ticket(who(index)));
  return made.filter((each) => enter(queue, each).isAdmitted);
}

describe("places", () => {
  test(
    "an idle server's are one network's, until another comes: then the newest of the " +
      "greediest gives way",
    () => {
      const queue = new FairQueue(PLACES, 2);
      const flood = fill(queue, PLACES + 5, () => ({ network: "flood" }));
      expect(flood).toHaveLength(PLACES);
      for (let count = 0; count < 3; count++) {
        expect(enter(queue, ticket({ network: `other${count}` }))).toEqual({
          isAdmitted: true,
          gone: [flood.pop()],
        });
      }
      expect(enter(queue, ticket({ network: "flood" })).isAdmitted).toBe(false);
    },
  );

  test("a network has at most its quarter while others wait", () => {
    const queue = new FairQueue(PLACES, 2);
    enter(queue, ticket({ network: "other" }));
    expect(fill(queue, PLACES, () => ({ network: "flood" }))).toHaveLength(QUARTER);
    expect(queue.size).toBe(QUARTER + 1);
  });

  test("in a network and at an address, who floods gives way to who doesn't", () => {
    for (const newcomer of [
      { network: "n", address: "2" },
      { network: "n", account: "bob" },
    ]) {
      const queue = new FairQueue(PLACES, 2);
      const flood = fill(queue, PLACES, () => ({ network: "n" }));
      expect(enter(queue, ticket(newcomer)).gone).toEqual([flood.at(-1)]);
    }
  });

  test(
    "who had many turns gives way to who had few, so that many networks are not many " +
      "times as strong",
    () => {
      const queue = new FairQueue(PLACES, 2);
      const come = () => fill(queue, 100, (index) => ({ network: `bot${index}` }));
      come();
      // No network has more than one place now, and a stranger has no better claim than they have.
      expect(enter(queue, ticket({ network: "other" })).isAdmitted).toBe(false);
      for (let turns = 0; turns < 4 * PLACES; turns++) {
        const next = queue.next()!;
        enter(queue, ticket({ network: networkOf(next) }));
      }
      expect(enter(queue, ticket({ network: "other" })).isAdmitted).toBe(true);
    },
  );

  test("known callers get at most three quarters of the places from others", () => {
    const queue = new FairQueue(PLACES, 2);
    fill(queue, PLACES, (index) => ({ network: `bot${index}` }));
    expect(fill(queue, PLACES, (index) => ({ network: `home${index}`, known: true }))).toHaveLength(
      PLACES - QUARTER,
    );
    const [known, unknown] = [new FairQueue(PLACES, 2), "stranger"];
    fill(known, PLACES, (index) => ({ network: `home${index}`, known: true }));
    expect(fill(known, PLACES, (index) => ({ network: `${unknown}${index}` }))).toHaveLength(
      QUARTER,
    );
  });

  test("the expired are the first to go", () => {
    const queue = new FairQueue(PLACES, 2);
    const waiting = fill(queue, PLACES, (index) => ({ network: `n${index}` }));
    waiting[3]!.expire();
    expect(enter(queue, ticket({ network: "other" }))).toEqual({
      isAdmitted: true,
      gone: [waiting[3]],
    });
  });
});

describe("those who prepare", () => {
  test("are many while few are prepared, and no more than there are places while many are", () => {
    const queue = new FairQueue(PLACES, 2);
    const preparing = Array.from({ length: ROOM * PLACES + 5 }, () =>
      ticket({ network: "n" }),
    ).filter((each) => enter(queue, each, false).isAdmitted);
    expect(preparing).toHaveLength(ROOM * PLACES);
    // All are prepared at once, and no more than wait at all go on waiting.
    expect(preparing.filter((each) => queue.ready(each).isAdmitted)).toHaveLength(PLACES);
    expect(queue.size).toBe(PLACES);
    const busy = new FairQueue(PLACES, 2);
    fill(busy, QUARTER + 1, () => ({ network: "n" }));
    expect(
      Array.from({ length: PLACES }, () => enter(busy, ticket({ network: "n" }), false)).filter(
        ({ isAdmitted }) => isAdmitted,
      ),
    ).toHaveLength(PLACES - QUARTER - 1);
  });
});

test("who becomes prepared among those of a flood takes the place of one that is prepared", () => {
  const queue = new FairQueue(PLACES, 2);
  const other = ticket({ network: "other" });
  enter(queue, other, false);
  const flood = Array.from({ length: 3 * PLACES }, () => ticket({ network: "flood" }));
  const inside = flood.filter((each) => enter(queue, each, false).isAdmitted);
  expect(inside).toHaveLength(QUARTER);
  queue.leave(other);
  const more = flood.slice(QUARTER).filter((each) => queue.enter(each).isAdmitted);
  for (const each of [...inside, ...more].slice(0, PLACES))
    expect(queue.ready(each).isAdmitted).toBe(true);
  enter(queue, other, false);
  expect(queue.ready(other)).toEqual({
    isAdmitted: true,
    gone: [expect.objectContaining({ isReady: true, path: ["flood", "flood.1", "ada"] })],
  });
});

describe("turns", () => {
  const drain = (queue: FairQueue): Ticket[] => {
    const turns: Ticket[] = [];
    for (let next = queue.next(); next !== undefined; next = queue.next()) turns.push(next);
    return turns;
  };

  test("go round by network, address and account", () => {
    const queue = new FairQueue(PLACES, 2);
    fill(queue, 4, () => ({ network: "a" }));
    fill(queue, 2, () => ({ network: "a", address: "2" }));
    fill(queue, 2, (index) => ({ network: "b", account: ["ada", "bob"][index]! }));
    fill(queue, 1, () => ({ network: "b", account: "ada" }));
    expect(drain(queue).map(({ path }) => `${path[1]} ${path[2]}`)).toEqual([
      "a.1 ada",
      "b.1 ada",
      "a.2 ada",
      "b.1 bob",
      "a.1 ada",
      "b.1 ada",
      "a.2 ada",
      "a.1 ada",
      "a.1 ada",
    ]);
  });

  test("come first to who is known, three of four and one network every fourth at most", () => {
    const queue = new FairQueue(40, 2);
    fill(queue, 8, (index) => ({ network: `bot${index}` }));
    fill(queue, 8, (index) => ({ network: `home${index % 4}`, known: true }));
    const order = drain(queue).slice(0, 8).map(networkOf);
    expect(order).toEqual(["home0", "home1", "home2", "bot0", "home3", "home0", "home1", "bot1"]);
    const single = new FairQueue(40, 2);
    fill(single, 8, (index) => ({ network: `bot${index}` }));
    fill(single, 8, () => ({ network: "home", known: true }));
    expect(drain(single).slice(0, 8).map(networkOf)).toEqual([
      "home",
      "bot0",
      "bot1",
      "bot2",
      "home",
      "bot3",
      "bot4",
      "bot5",
    ]);
  });

  test("only those come up whose work is prepared", () => {
    const queue = new FairQueue(PLACES, 2);
    const [first, second] = [ticket({ network: "a" }), ticket({ network: "b" })];
    enter(queue, first, false);
    enter(queue, second);
    expect([queue.next(), queue.next()]).toEqual([second, undefined]);
    queue.ready(first);
    expect(queue.next()).toBe(first);
  });
});

describe("before the account is known", () => {
  test("a full queue admits those who may get a place, and a few of the others", () => {
    const queue = new FairQueue(PLACES, 2);
    const at = (network: string, address: string, isKnown = false) =>
      queue.mayEnter({ network, address: `${network}.${address}` }, isKnown);
    fill(queue, PLACES, () => ({ network: "flood" }));
    for (let count = 0; count < 5; count++)
      expect([at("other", "1"), at("flood", "2")]).toEqual([true, true]);
    expect([at("flood", "1"), at("flood", "1"), at("flood", "1")]).toEqual([true, true, false]);
    // Others' chances are not theirs.
    expect([at("flood", "1", true), at("flood", "1", true), at("flood", "1", true)]).toEqual([
      true,
      true,
      false,
    ]);
    queue.next();
    enter(queue, ticket({ network: "flood" }));
    expect([at("flood", "1"), at("flood", "1"), at("flood", "1")]).toEqual([true, true, false]);
  });
});
