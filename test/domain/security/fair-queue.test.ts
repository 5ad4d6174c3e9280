// The queue of passwords against a plain list of who waits: who gets a place, who gives way and
// whose turn it is.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Entry, FairQueue } from "../../../src/domain/security/fair-queue.ts";
import { Ticket } from "../../../src/domain/security/ticket.ts";

const PLACES = 12;
const QUARTER = 3;
const OVERTAKING = 4;
/** While few are ready, so many times as many may prepare. */
const ROOM = 5;

interface Who {
  readonly network: string;
  readonly address?: string;
  readonly account?: string;
  readonly known?: boolean;
}

/** A ticket that the test can let expire. */
function ticket({ network, address = "1", account = "ada", known = false }: Who) {
  const state = { isExpired: false };
  const made = new Ticket(
    { network, address: `${network}.${address}`, account, expired: () => state.isExpired },
    known,
  );
  return Object.assign(made, { expire: () => void (state.isExpired = true) });
}
type TestTicket = ReturnType<typeof ticket>;

const networkOf = ({ path: [network = ""] }: Ticket): string => network;
const countBy = (tickets: Iterable<Ticket>): Map<string, number> => {
  const counts = new Map<string, number>();
  for (const each of tickets) counts.set(networkOf(each), (counts.get(networkOf(each)) ?? 0) + 1);
  return counts;
};

/** Puts so many ready tickets in; answers those that have a place. */
function fill(queue: FairQueue, count: number, who: (index: number) => Who): TestTicket[] {
  const made = Array.from({ length: count }, (_, index) => ticket(who(index)));
  return made.filter((each) => enter(queue, each).isAdmitted);
}

function enter(queue: FairQueue, each: Ticket, isReady = true): Entry {
  const entry = queue.enter(each);
  if (!entry.isAdmitted || !isReady) return entry;
  const { isAdmitted, gone } = queue.ready(each);
  return { isAdmitted, gone: [...entry.gone, ...gone] };
}

/** Prepares a ticket, which may cost it or another the place. */
function prepare(queue: FairQueue, waiting: Set<TestTicket>, one: TestTicket): void {
  const ready = [...waiting].filter(({ isReady }) => isReady);
  const { isAdmitted, gone } = queue.ready(one);
  expect(gone.every((lost) => waiting.delete(lost as TestTicket))).toBe(true);
  if (!isAdmitted) expect(waiting.delete(one)).toBe(true);
  // Only where all places are taken by those that are prepared, and then one of them goes or this
  // one.
  expect(gone.length + Number(!isAdmitted)).toBe(ready.length < PLACES ? 0 : 1);
  expect(gone.every((lost) => ready.includes(lost as TestTicket))).toBe(true);
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

  test("whatever happens, the numbers are right and nobody is treated worse than the rules say", () => {
    let [entered, refused, gaveWay, turns] = [0, 0, 0, 0];
    const property = fc.property(fc.array(step, { minLength: 60, maxLength: 200 }), (steps) => {
      const queue = new FairQueue(PLACES, 2);
      const waiting = new Set<TestTicket>();
      for (const each of steps) {
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
            // Who finds a free place pushes nobody out, and one at most has to give way.
            expect(displaced.length).toBeLessThanOrEqual(size >= places || isOver ? 1 : 0);
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
            // Of one account at one address, the first who came.
            const same = [...waiting].filter(
              ({ path, isReady }) => isReady && path.join() === next.path.join(),
            );
            expect(same.every((other) => order.get(other)! > order.get(next)!)).toBe(true);
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
        expect([...waiting].filter(({ isReady }) => isReady).length).toBeLessThanOrEqual(PLACES);
      }
    });
    const order = new Map<Ticket, number>();
    fc.assert(property, { numRuns: 200 });
    expect(Math.min(entered, refused, gaveWay, turns)).toBeGreaterThan(300);
  });

  test("nobody starves: a ticket has its turn before any other network had more than a few, whoever goes on coming", () => {
    let seen = 0;
    fc.assert(
      fc.property(
        fc.array(who, { minLength: 1, maxLength: PLACES }),
        fc.infiniteStream(who),
        (first, later) => {
          const queue = new FairQueue(PLACES, 2);
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

describe("places", () => {
  test("an idle server's are one network's, until another comes: then the newest of the greediest gives way", () => {
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
  });

  test("a network has no more than its quarter while others wait, also where places are free", () => {
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

  test("who had many turns gives way to who had few, so that many networks are not many times as strong", () => {
    const queue = new FairQueue(PLACES, 2);
    const come = () => fill(queue, 100, (index) => ({ network: `bot${index}` }));
    come();
    // Nobody has more than one place now, and a stranger has no better claim than they have.
    expect(enter(queue, ticket({ network: "other" })).isAdmitted).toBe(false);
    for (let turns = 0; turns < 4 * PLACES; turns++) {
      const next = queue.next()!;
      enter(queue, ticket({ network: networkOf(next) }));
    }
    expect(enter(queue, ticket({ network: "other" })).isAdmitted).toBe(true);
  });

  test("those who are known get three quarters of the places from those who aren't, and no more", () => {
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
  test("a full queue lets those pass who may get a place, and a few for each turn of the others", () => {
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
