import type { Clock } from "../../clock.ts";
import { DAY, startOfDay } from "../../durations.ts";
import { timeOfId } from "../../ids.ts";
import type { UserState } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Store } from "../../store.ts";
import { requireAdministratorOr } from "../administrators.ts";
import { countDays, REFUSAL_REASONS, type RefusalReason } from "./daily-counts.ts";
import type { DailyCount, TableCounts } from "./store.ts";
import { FEW_ROWS, type TableCounter } from "./table-counter.ts";

/** The types of events that are in the charts. */
const SIGN_IN = "user.sign_in";
const REGISTRATION = "user.create";
/** A registration that was refused before there was a user. */
const SIGN_UP = "user.sign_up";
const TYPES: readonly string[] = [SIGN_IN, REGISTRATION, SIGN_UP];

/** After every id. */
const LAST_ID = "g";
/** How often the daily counts are read again because the position has moved. */
const TRIES = 3;

/** How many events that aren't in the daily counts yet are read while a caller waits. */
const TAIL = 5_000;
/** How many waiting requests are counted. */
const MANY_REQUESTS = 1_000;

/** One day of the charts. */
export interface DayStatistics {
  /** When it began, UTC. */
  readonly day: number;
  readonly signIns: number;
  readonly refusedSignIns: number;
  readonly registrations: number;
  readonly refusedRegistrations: number;
  /** The refusals of both by reason. */
  readonly refusals: Readonly<Record<RefusalReason, number>>;
}

/** How many of everything there are. */
export interface InstallationNumbers {
  readonly countedAt: number;
  readonly users: Readonly<Record<UserState, number>>;
  readonly clients: number;
  /** The sessions that are alive, by API, the most first. */
  readonly sessions: readonly { readonly api: string; readonly sessions: number }[];
}

/** What the first page of the administration shows. */
export interface StatisticsReport {
  /** The oldest first; today is the last one. */
  readonly days: readonly DayStatistics[];
  /** All events before this time are counted. */
  readonly countedUntil: number;
  /** Undefined until they have been counted for the first time. */
  readonly numbers: InstallationNumbers | undefined;
  /** The requests of applications that wait for an answer, at most 1,000. */
  readonly waitingRequests: number;
}

/** The numbers and the charts of the installation. They change nothing. */
export class Statistics {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #counter: TableCounter;

  constructor(store: Store, clock: Clock, counter: TableCounter) {
    this.#store = store;
    this.#clock = clock;
    this.#counter = counter;
  }

  /** Returns the numbers of now and the charts of so many days. */
  async read(context: RequestContext, period: number): Promise<StatisticsReport> {
    requireAdministratorOr(context, "audit.read");
    const today = startOfDay(this.#clock.now());
    const since = today - (period - 1) * DAY;
    const { counts, countedUntil } = await this.#daily(since);
    return {
      days: Array.from({ length: period }, (_, index) => dayFrom(counts, since + index * DAY)),
      countedUntil,
      numbers: numbersOf(await this.#tables()),
      waitingRequests: await this.#store.statistics.countRequests(MANY_REQUESTS),
    };
  }

  /**
   * Returns the daily counts with the events that aren't in them yet. Both fit together if the
   * position is the same before and after. While it moves on and on, the stored counts are enough.
   */
  async #daily(
    since: number,
  ): Promise<{ readonly counts: readonly DailyCount[]; readonly countedUntil: number }> {
    const { statistics } = this.#store;
    const now = this.#clock.now();
    let position = await statistics.position();
    for (let tries = 1; ; tries++) {
      const stored = await statistics.daily(TYPES, since);
      const events = await statistics.events(position, LAST_ID, TAIL);
      const after = await statistics.position();
      if (after === position)
        return {
          counts: [...stored, ...countDays(events.filter(({ type }) => TYPES.includes(type)))],
          countedUntil: events.length < TAIL ? now : events.at(-1)!.at,
        };
      if (tries === TRIES) return { counts: stored, countedUntil: timeOfId(position) };
      position = after;
    }
  }

  /** Returns the counts of the tables: of now, unless there are so many rows that it takes long. */
  async #tables(): Promise<TableCounts | undefined> {
    const stored = await this.#store.statistics.tables();
    const rows = [...(stored?.counts.values() ?? [])].reduce((sum, each) => sum + each, 0);
    return (rows > FEW_ROWS ? undefined : await this.#counter.countFew()) ?? stored;
  }
}

function dayFrom(counts: readonly DailyCount[], day: number): DayStatistics {
  const ofDay = counts.filter((count) => count.day === day);
  const sum = (fits: (count: DailyCount) => boolean): number =>
    ofDay.filter(fits).reduce((total, { events }) => total + events, 0);
  const refusals = Object.fromEntries(
    REFUSAL_REASONS.map((reason) => [
      reason,
      sum((count) => !count.succeeded && count.reason === reason),
    ]),
  ) as Record<RefusalReason, number>;
  return {
    day,
    signIns: sum(({ type, succeeded }) => type === SIGN_IN && succeeded),
    refusedSignIns: sum(({ type, succeeded }) => type === SIGN_IN && !succeeded),
    registrations: sum(({ type, succeeded }) => type === REGISTRATION && succeeded),
    refusedRegistrations: sum(({ type, succeeded }) => type !== SIGN_IN && !succeeded),
    refusals,
  };
}

function numbersOf(tables: TableCounts | undefined): InstallationNumbers | undefined {
  if (tables === undefined) return undefined;
  const of = (name: string): number => tables.counts.get(name) ?? 0;
  const SESSIONS = "sessions.";
  return {
    countedAt: tables.countedAt,
    users: {
      active: of("users.active"),
      locked: of("users.locked"),
      deleted: of("users.deleted"),
    },
    clients: of("clients"),
    sessions: [...tables.counts]
      .filter(([name]) => name.startsWith(SESSIONS))
      .map(([name, sessions]) => ({ api: name.slice(SESSIONS.length), sessions }))
      .toSorted((one, other) => other.sessions - one.sessions),
  };
}
