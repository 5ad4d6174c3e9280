// Ten times more load than can be done, in simulated time: who is admitted, and how soon.
import { describe, expect, test } from "vitest";
import { placeOf } from "../../../src/domain/security/networks.ts";
import { FairQueue } from "../../../src/domain/security/fair-queue.ts";
import { Ticket } from "../../../src/domain/security/ticket.ts";

const PLACES = 40;
/** A second: as a machine with two cores does it. */
const CAPACITY = 300;
const FLOOD = 10 * CAPACITY;
const SECONDS = 20;
/**
 * What the caller needs before the work can begin, in thousandths of a second: look-ups and counts.
 */
const PREPARATION_MS = 3;

interface Caller {
  readonly address: string;
  readonly account: string;
  readonly known: boolean;
}

/** Requests from 0 up, so many a second. */
interface Source {
  readonly rate: number;
  caller(index: number): Caller;
}

interface Outcome {
  asked: number;
  done: number;
  /** Milliseconds from the request to its turn, and to its refusal. */
  readonly waits: number[];
  readonly refusals: number[];
}

/** What a machine can do in a second, and how many may wait on it. */
interface Machine {
  readonly capacity: number;
  readonly places: number;
}

/** Plays every millisecond: who comes, who is prepared, whose turn it is. */
function simulate(
  sources: readonly Source[],
  { capacity, places }: Machine = { capacity: CAPACITY, places: PLACES },
): { outcomes: Outcome[]; turns: number } {
  let now = 0;
  const queue = new FairQueue(places, 2, () => now);
  const outcomes = sources.map((): Outcome => ({ asked: 0, done: 0, waits: [], refusals: [] }));
  const came = new Map<Ticket, { at: number; outcome: Outcome }>();
  const prepared: { at: number; ticket: Ticket }[] = [];
  let turns = 0;
  const refuse = (tickets: readonly Ticket[]): void => {
    for (const ticket of tickets) {
      const { at, outcome } = came.get(ticket)!;
      came.delete(ticket);
      outcome.refusals.push(now - at);
    }
  };
  for (; now < SECONDS * 1000; now++) {
    for (const [which, { rate, caller }] of sources.entries()) {
      const outcome = outcomes[which]!;
      while (outcome.asked < (now * rate) / 1000) {
        const { address, account, known } = caller(outcome.asked++);
        // What stands before the body is read, then what stands before anything is looked up.
        if (!queue.mayEnter(placeOf(address), known)) continue;
        const ticket = new Ticket({ ...placeOf(address), account, expired: () => false }, known);
        const { isAdmitted, gone } = queue.enter(ticket);
        refuse(gone);
        if (!isAdmitted) continue;
        came.set(ticket, { at: now, outcome });
        prepared.push({ at: now + PREPARATION_MS, ticket });
      }
    }
    while ((prepared[0]?.at ?? Infinity) <= now) {
      const { ticket } = prepared.shift()!;
      if (!came.has(ticket)) continue;
      const { isAdmitted, gone } = queue.ready(ticket);
      refuse(isAdmitted ? gone : [ticket]);
    }
    while (turns < (now * capacity) / 1000) {
      const ticket = queue.next();
      if (ticket === undefined) break;
      const { at, outcome } = came.get(ticket)!;
      came.delete(ticket);
      outcome.done++;
      outcome.waits.push(now - at);
      turns++;
    }
  }
  return { outcomes, turns };
}

const p99 = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length * 0.99)] ?? Number.NaN;

/** A pattern without a period that the rest of the simulation could share. */
const scattered = (index: number, most: number): number =>
  (Math.imul(index, 2_654_435_761) >>> 8) % most;

const floods: readonly [string, (index: number) => Caller][] = [
  [
    "one address, with one account",
    () => ({ address: "192.0.2.66", account: "eve", known: false }),
  ],
  [
    "one address, with eight accounts of its own and right passwords",
    (index) => ({ address: "192.0.2.66", account: `eve${index % 8}`, known: true }),
  ],
  [
    "one address, with another name each time",
    (index) => ({ address: "192.0.2.66", account: `guess${index}`, known: false }),
  ],
  [
    "two hundred addresses of one network",
    (index) => ({
      address: `192.0.2.${50 + scattered(index, 200)}`,
      account: `guess${index}`,
      known: false,
    }),
  ],
  [
    "64 networks, guessing",
    (index) => ({
      address: `10.0.${scattered(index, 64)}.1`,
      account: `guess${index}`,
      known: false,
    }),
  ],
  [
    "64 networks, with accounts of their own",
    (index) => ({
      address: `10.0.${scattered(index, 64)}.1`,
      account: `eve${index % 8}`,
      known: true,
    }),
  ],
  [
    "2,000 networks, guessing",
    (index) => ({
      address: `10.${scattered(index, 2000) >> 8}.${scattered(index, 2000) & 255}.1`,
      account: `guess${index}`,
      known: false,
    }),
  ],
];

describe.each(floods)("in a flood of %s", (name, caller) => {
  /** Sixteen sign-ins a second from eight networks. */
  const others = (known: boolean): Source => ({
    rate: 16,
    caller: (index) => ({ address: `198.51.${index % 8}.1`, account: `user${index % 8}`, known }),
  });

  test.each([true, false])("others sign in, known or not: %s", (known) => {
    // Nothing tells a stranger from thousands of strangers.
    if (!known && name.startsWith("2,000")) return;
    const {
      outcomes: [flooded, other],
      turns,
    } = simulate([{ rate: FLOOD, caller }, others(known)]);
    expect(flooded!.asked).toBeGreaterThan(50_000);
    expect(other!.asked).toBeGreaterThan(300);
    expect(other!.done / other!.asked).toBeGreaterThanOrEqual(0.95);
    // No slot is idle, and no admitted call waits long.
    expect(turns).toBeGreaterThan(0.99 * CAPACITY * SECONDS);
    expect(p99([...flooded!.waits, ...other!.waits])).toBeLessThan(700);
    expect(p99(other!.waits)).toBeLessThan(300);
  });

  test("a neighbour of the flood signs in, from another address of the same network", () => {
    if (!name.includes("one address")) return;
    const neighbour = {
      rate: 5,
      caller: () => ({ address: "192.0.2.7", account: "ada", known: false }),
    };
    const {
      outcomes: [, other],
    } = simulate([{ rate: FLOOD, caller }, neighbour]);
    expect(other!.done / other!.asked).toBeGreaterThanOrEqual(0.95);
  });
});

describe("a machine that does 80 a second", () => {
  /** Their work is 400 ms. */
  const machine = { capacity: 80, places: 32 };
  const floodsOf64: readonly [string, (index: number) => Pick<Caller, "account" | "known">][] = [
    ["known users", (index) => ({ account: `user${index % 8}`, known: true })],
    ["strangers", (index) => ({ account: `guess${index}`, known: false })],
    ["some of both", (index) => ({ account: `user${index}`, known: scattered(index, 2) === 0 })],
  ];
  const among: readonly [string, (index: number) => number][] = [
    ["alike", (index) => scattered(index, 64)],
    ["some of which send most", (index) => Math.floor(64 * (scattered(index, 1000) / 1000) ** 3)],
  ];

  test.each(
    [1, 1.2, 2, 10].flatMap((times) =>
      floodsOf64.flatMap(([whom, who]) =>
        among.map(([how, network]) => ({ times, whom, how, who, network })),
      ),
    ),
  )(
    "is offered $times times as much by $whom of 64 networks, $how: refuses soon or never",
    ({ times, who, network }) => {
      const caller = (index: number): Caller => ({
        ...who(index),
        address: `10.0.${network(index)}.1`,
      });
      const {
        outcomes: [outcome],
        turns,
      } = simulate([{ rate: times * machine.capacity, caller }], machine);
      expect(turns).toBeGreaterThan(0.9 * machine.capacity * SECONDS);
      expect(outcome!.asked).toBeGreaterThan(1_500);
      expect(p99(outcome!.waits)).toBeLessThan(800);
      if (times === 10) expect(outcome!.refusals.length).toBeGreaterThan(100);
      expect(Math.max(0, ...outcome!.refusals)).toBeLessThan(30);
    },
  );

  test.each(floods.slice(0, 5))("others sign in beside %s", (_, caller) => {
    const rate = machine.capacity / 20;
    const {
      outcomes: [, other],
    } = simulate(
      [
        { rate: 10 * machine.capacity, caller },
        {
          rate,
          caller: (index) => ({
            address: `198.51.${index % 8}.1`,
            account: `user${index % 8}`,
            known: true,
          }),
        },
      ],
      machine,
    );
    expect(other!.asked).toBe(rate * SECONDS);
    expect(other!.done / other!.asked).toBeGreaterThanOrEqual(0.95);
    expect(p99(other!.waits)).toBeLessThan(300);
  });
});
