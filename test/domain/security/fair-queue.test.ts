import { describe, expect, test } from "vitest";
import { FairQueue } from "../../../src/domain/security/fair-queue.ts";
import type { Ticket } from "../../../src/domain/security/ticket.ts";
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
      const queue = new FairQueue(PLACES, 2, () => 0);
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
    const queue = new FairQueue(PLACES, 2, () => 0);
    enter(queue, ticket({ network: "other" }));
    expect(fill(queue, PLACES, () => ({ network: "flood" }))).toHaveLength(QUARTER);
    expect(queue.size).toBe(QUARTER + 1);
  });

  test("in a network and at an address, who floods gives way to who doesn't", () => {
    for (const newcomer of [
      { network: "n", address: "2" },
      { network: "n", account: "bob" },
    ]) {
      const queue = new FairQueue(PLACES, 2, () => 0);
      const flood = fill(queue, PLACES, () => ({ network: "n" }));
      expect(enter(queue, ticket(newcomer)).gone).toEqual([flood.at(-1)]);
    }
  });

  test(
    "who had many turns gives way to who had few, so that many networks are not many " +
      "times as strong",
    () => {
      const queue = new FairQueue(PLACES, 2, () => 0);
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
    const queue = new FairQueue(PLACES, 2, () => 0);
    fill(queue, PLACES, (index) => ({ network: `bot${index}` }));
    expect(fill(queue, PLACES, (index) => ({ network: `home${index}`, known: true }))).toHaveLength(
      PLACES - QUARTER,
    );
    const [known, unknown] = [new FairQueue(PLACES, 2, () => 0), "stranger"];
    fill(known, PLACES, (index) => ({ network: `home${index}`, known: true }));
    expect(fill(known, PLACES, (index) => ({ network: `${unknown}${index}` }))).toHaveLength(
      QUARTER,
    );
  });

  test("the expired are the first to go", () => {
    const queue = new FairQueue(PLACES, 2, () => 0);
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
    const queue = new FairQueue(PLACES, 2, () => 0);
    const preparing = Array.from({ length: ROOM * PLACES + 5 }, () =>
      ticket({ network: "n" }),
    ).filter((each) => enter(queue, each, false).isAdmitted);
    expect(preparing).toHaveLength(ROOM * PLACES);
    // All are prepared at once, and no more than wait at all go on waiting.
    expect(preparing.filter((each) => queue.ready(each).isAdmitted)).toHaveLength(PLACES);
    expect(queue.size).toBe(PLACES);
    const busy = new FairQueue(PLACES, 2, () => 0);
    fill(busy, QUARTER + 1, () => ({ network: "n" }));
    expect(
      Array.from({ length: PLACES }, () => enter(busy, ticket({ network: "n" }), false)).filter(
        ({ isAdmitted }) => isAdmitted,
      ),
    ).toHaveLength(PLACES - QUARTER - 1);
  });

  test("are as many on a slow machine, so that a burst for one account meets its own limit", () => {
    const queue = new FairQueue(PLACES, 2, () => 0);
    queue.resize(QUARTER + 1);
    fill(queue, QUARTER, () => ({ network: "n" }));
    const preparing = Array.from({ length: PLACES }, () =>
      enter(queue, ticket({ network: "n" }), false),
    );
    expect(preparing.filter(({ isAdmitted }) => isAdmitted)).toHaveLength(PLACES);
  });
});

test("who becomes prepared among those of a flood takes the place of one that is prepared", () => {
  const queue = new FairQueue(PLACES, 2, () => 0);
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
    const queue = new FairQueue(PLACES, 2, () => 0);
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
    const queue = new FairQueue(40, 2, () => 0);
    fill(queue, 8, (index) => ({ network: `bot${index}` }));
    fill(queue, 8, (index) => ({ network: `home${index % 4}`, known: true }));
    const order = drain(queue).slice(0, 8).map(networkOf);
    expect(order).toEqual(["home0", "home1", "home2", "bot0", "home3", "home0", "home1", "bot1"]);
    const single = new FairQueue(40, 2, () => 0);
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
    const queue = new FairQueue(PLACES, 2, () => 0);
    const [first, second] = [ticket({ network: "a" }), ticket({ network: "b" })];
    enter(queue, first, false);
    enter(queue, second);
    expect([queue.next(), queue.next()]).toEqual([second, undefined]);
    queue.ready(first);
    expect(queue.next()).toBe(first);
  });
});

describe("with time", () => {
  let now = 0;
  const full = (who: (index: number) => Who) => {
    now = 0;
    const queue = new FairQueue(PLACES, 2, () => now);
    return { queue, waiting: fill(queue, PLACES, who) };
  };

  test("who has waited keeps the place, and others get places more beside a flood", () => {
    const { queue, waiting } = full(() => ({ network: "flood" }));
    now = SETTLED_MS - 1;
    expect(enter(queue, ticket({ network: "other0" })).gone).toEqual([waiting.at(-1)]);
    now = 2 * SETTLED_MS;
    const others = Array.from({ length: 2 * PLACES }, (_, index) =>
      enter(queue, ticket({ network: `other${index + 1}` })),
    );
    // With the first, as many as there are places.
    expect(others.filter(({ isAdmitted }) => isAdmitted)).toHaveLength(PLACES - 1);
    expect(others.flatMap(({ gone }) => gone)).toEqual([]);
    expect(queue.size).toBe(2 * PLACES - 1);
    // Not for those who should give way themselves; two of them may name their account.
    const flood = { network: "flood", address: "flood.1" };
    expect([1, 2, 3].map(() => queue.mayEnter(flood, false))).toEqual([true, true, false]);
    expect(enter(queue, ticket({ network: "flood" })).isAdmitted).toBe(false);
  });

  test("a quarter more get a place beside many networks that have waited", () => {
    const { queue } = full((index) => ({ network: `n${index % (PLACES / 2)}` }));
    now = SETTLED_MS;
    const others = Array.from({ length: PLACES }, (_, index) => ({ network: `other${index}` }));
    expect(queue.mayEnter({ network: "other", address: "other.1" }, false)).toBe(true);
    expect(others.filter((who) => enter(queue, ticket(who)).isAdmitted)).toHaveLength(QUARTER);
  });

  test("who prepares gives way at any time", () => {
    now = 0;
    const queue = new FairQueue(PLACES, 2, () => now);
    const slow = Array.from({ length: 3 * PLACES }, () => ticket({ network: "flood" }));
    for (const each of slow) expect(enter(queue, each, false).isAdmitted).toBe(true);
    for (const each of slow.slice(0, PLACES)) expect(queue.ready(each).isAdmitted).toBe(true);
    now = 10 * SETTLED_MS;
    expect(enter(queue, ticket({ network: "other" })).gone).toEqual([slow.at(-1)]);
    expect(queue.ready(slow[PLACES]!)).toEqual({ isAdmitted: false, gone: [] });
  });

  test("the first who is late has a turn, every second one", () => {
    const { queue } = full((index) => ({ network: index < 2 ? "early" : `n${index}` }));
    queue.next();
    now = LATE_MS;
    const names = Array.from({ length: 4 }, () => networkOf(queue.next()!));
    expect(names).toEqual(["early", "n2", "n3", "n4"]);
    fill(queue, 2, (index) => ({ network: `home${index}`, known: true }));
    expect([1, 2, 3].map(() => networkOf(queue.next()!))).toEqual(["n5", "home0", "n6"]);
  });

  test("fewer places are given away, and none is taken back", () => {
    const { queue } = full((index) => ({ network: `n${index}` }));
    queue.resize(4);
    expect(queue.size).toBe(PLACES);
    let turns = 0;
    while (!enter(queue, ticket({ network: "last" })).isAdmitted)
      turns += Number(queue.next() !== undefined);
    expect([turns, queue.size]).toEqual([PLACES - 3, 4]);
    queue.resize(2 * PLACES);
    expect(fill(queue, 2 * PLACES, (index) => ({ network: `m${index}` }))).toHaveLength(PLACES - 4);
  });
});

describe("before the account is known", () => {
  test("a full queue admits those who may get a place, and a few of the others", () => {
    const queue = new FairQueue(PLACES, 2, () => 0);
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
