import type { Clock } from "../../clock.ts";
import { pause } from "../../clock.ts";
import { CLOCK_SKEW, MINUTE, SECOND } from "../../durations.ts";
import { earliestId } from "../../ids.ts";
import type { Store } from "../../store.ts";
import { repeatedly } from "./repeatedly.ts";
import { countDays } from "./daily-counts.ts";

/**
 * How old an event is when it is counted. Ids begin with the time at which they were made, and an
 * event is committed later: after a call of at most a minute, which may be repeated after a
 * conflict, and by a process whose clock may be behind. An event that is committed even later
 * is in the audit trail, but not in the daily counts.
 */
export const LAG_MS = 3 * MINUTE + CLOCK_SKEW;

/** How many events are counted in one transaction. */
const PART = 2_000;
/** Between two parts, so that requests come first. */
const PAUSE_MS = 20;
const EVERY_MS = 30 * SECOND;

/**
 * Counts audit events by day. The position and the counts change in one transaction that begins by
 * moving the position, so a process that is killed or late counts nothing twice and loses nothing.
 */
export class AuditRollup {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /** Counts one part; returns how many events it had. */
  async part(limit = PART): Promise<number> {
    const { statistics } = this.#store;
    const position = await statistics.position();
    const before = earliestId(this.#clock.now() - LAG_MS);
    const events = await statistics.events(position, before, limit);
    const last = events.at(-1);
    if (last === undefined) return 0;
    const counts = countDays(events);
    const isFirst = await this.#store.transaction(async (tx) => {
      if (!(await tx.statistics.movePosition(position, last.id))) return false;
      await tx.statistics.add(counts);
      return true;
    });
    return isFirst ? events.length : 0;
  }

  /** Counts all that is old enough, until `stopped` says so; returns how many events. */
  async run(stopped: () => boolean = () => false, limit = PART): Promise<number> {
    for (let total = 0; ;) {
      const counted = await this.part(limit);
      total += counted;
      if (counted < limit || stopped()) return total;
      await pause(PAUSE_MS);
    }
  }

  /** Counts now and again, until the returned function is called. */
  follow(onFault: (error: unknown) => void): () => void {
    return repeatedly((stopped) => this.run(stopped), EVERY_MS, onFault);
  }
}
