// What the engines' errors mean. It owns their numbers, which nothing above the store may know, and
// the rule by which work is done again.
import { setTimeout as delay } from "node:timers/promises";
import { jitter } from "../../domain/clock.ts";
import { IdentityError } from "../../domain/errors.ts";

/** Another transaction was in the way and nothing has been changed: the whole can be done again. */
export class Contention extends Error {
  override readonly name = "Contention";

  constructor(cause?: unknown) {
    super("another transaction was in the way", { cause });
  }
}

/** How often work is done again before it is given up. */
const RETRIES = 5;

/** When a client may come back after the database could not be reached, in milliseconds. */
const RETRY_AFTER = 1_000;

/**
 * MySQL: lock wait timeout, deadlock (also a Galera conflict), a row changed since it was read, a
 * Galera node out of its cluster.
 */
const CONTENTION: ReadonlySet<unknown> = new Set([1205, 1213, 1020, 1047]);

/**
 * MySQL: disk or table full, too many connections, shutting down, read-only, interrupted, killed.
 */
const REFUSED: ReadonlySet<unknown> = new Set([
  1021, 1114, 1040, 1203, 1226, 1053, 1077, 1079, 1290, 1836, 1317, 1927,
]);

const SQLITE_BUSY = 5;

/**
 * SQLite's primary codes: busy (after the busy timeout), locked, read-only, I/O error, corrupt,
 * full, can't open, no database.
 */
const SQLITE_REFUSED: ReadonlySet<number> = new Set([SQLITE_BUSY, 6, 8, 10, 11, 13, 14, 26]);

/**
 * SQLITE_BUSY_SNAPSHOT: what was read is out of date, so waiting doesn't help but beginning again
 * does.
 */
const SQLITE_BUSY_SNAPSHOT = 517;

interface EngineError {
  /** MySQL's number. */
  readonly errno?: unknown;
  /** SQLite's extended code. */
  readonly errcode?: unknown;
  readonly code?: unknown;
  /** mysql2: the connection is gone. */
  readonly fatal?: unknown;
}

const facts = (error: unknown): EngineError =>
  typeof error === "object" && error !== null ? error : {};

/** Whether a unique value was taken: 1062, or SQLITE_CONSTRAINT_PRIMARYKEY or _UNIQUE. */
export function isDuplicate(error: unknown): boolean {
  const { errno, errcode } = facts(error);
  return errno === 1062 || errcode === 1555 || errcode === 2067;
}

/** Whether another connection has SQLite's file for itself. */
export const isBusy = (error: unknown): boolean => facts(error).errcode === SQLITE_BUSY;

/**
 * Whether a statement that is right otherwise names a table that there is not: 1146, or
 * SQLITE_ERROR.
 */
export function isMissingTable(error: unknown): boolean {
  const { errno, errcode } = facts(error);
  return errno === 1146 || errcode === 1;
}

/** Waits for a write; false when a unique value of it was taken. */
export async function unlessDuplicate(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isDuplicate(error)) return false;
    throw error;
  }
}

/**
 * Waits for an addition to the schema; one that is there already is fine. 1060 is a column's name,
 * 1061 an index's.
 */
export async function unlessPresent(addition: Promise<unknown>): Promise<void> {
  try {
    await addition;
  } catch (error) {
    const { errno } = facts(error);
    if (errno !== 1060 && errno !== 1061) throw error;
  }
}

/**
 * Whether the connection is of no use any more: lost, silent for too long, or to a server that
 * cannot serve.
 */
export function isBroken(error: unknown): boolean {
  const { errno, errcode, code } = facts(error);
  const refused =
    REFUSED.has(errno) || (typeof errcode === "number" && SQLITE_REFUSED.has(errcode & 0xff));
  return isLost(error) || code === "PROTOCOL_SEQUENCE_TIMEOUT" || refused;
}

/** Whether the connection went away before the answer came. */
export const isLost = (error: unknown): boolean => facts(error).fatal === true;

/** What the domain hears when the database cannot be reached. */
export const unavailable = (cause: unknown): IdentityError =>
  new IdentityError("STORE_UNAVAILABLE", "the database cannot be reached", {
    retryAfter: RETRY_AFTER,
    cause,
  });

/**
 * Does the work, and again as a whole when another transaction was in the way; `onRetry` hears of
 * that.
 */
export async function retried<T>(
  work: () => Promise<T>,
  onRetry: () => void = () => undefined,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await work();
    } catch (error) {
      if (!isContention(error)) throw isBroken(error) ? unavailable(error) : error;
      if (attempt > RETRIES) throw unavailable(error);
      onRetry();
      await delay(jitter(10 * 2 ** attempt));
    }
  }
}

function isContention(error: unknown): boolean {
  const { errno, errcode } = facts(error);
  return error instanceof Contention || CONTENTION.has(errno) || errcode === SQLITE_BUSY_SNAPSHOT;
}
