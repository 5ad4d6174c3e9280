// The meaning of the engines' error numbers.
import { IdentityError, storeUnavailable } from "../../domain/errors.ts";

/** A conflict with another transaction. Nothing has changed, so the whole work can run again. */
export class Contention extends Error {
  override readonly name = "Contention";

  constructor(cause?: unknown) {
    super("another transaction was in the way", { cause });
  }
}

/** MySQL: a Galera node out of its cluster. */
const NOT_IN_CLUSTER = 1047;

/** MySQL: lock wait timeout, deadlock (also a Galera conflict), a row changed since it was read. */
const ROW_CONFLICT: ReadonlySet<unknown> = new Set([1205, 1213, 1020]);

const CONTENTION: ReadonlySet<unknown> = new Set([...ROW_CONFLICT, NOT_IN_CLUSTER]);

/**
 * MySQL: disk or table full, too many connections, shutting down, read-only, interrupted, killed,
 * and a failure of the storage engine or of the commit. `failure.ts` names the causes.
 */
const REFUSED: ReadonlySet<unknown> = new Set([
  3, 1021, 1026, 1030, 1114, 1180, 1040, 1203, 1226, 1053, 1077, 1079, 1036, 1290, 1792, 1836, 1317,
  1927, 1969, 3024,
]);

/** MySQL: a statement was interrupted, on Galera also by a schema change of another node. */
const INTERRUPTED = 1317;

const SQLITE_BUSY = 5;

/**
 * SQLite's primary codes: busy (after the busy timeout), locked, read-only, I/O error, corrupt,
 * full, can't open, no database.
 */
const SQLITE_REFUSED: ReadonlySet<number> = new Set([SQLITE_BUSY, 6, 8, 10, 11, 13, 14, 26]);

/**
 * SQLITE_BUSY_SNAPSHOT: the transaction has read outdated data. Waiting doesn't help, starting
 * again does.
 */
const SQLITE_BUSY_SNAPSHOT = 517;

interface EngineError {
  /** MySQL's number. */
  readonly errno?: unknown;
  /** SQLite's extended code. */
  readonly errcode?: unknown;
  readonly code?: unknown;
  /** mysql2: the connection is lost. */
  readonly fatal?: unknown;
}

const facts = (error: unknown): EngineError =>
  typeof error === "object" && error !== null ? error : {};

/** Returns whether a statement was interrupted, as a schema change of another node does. */
export const isInterrupted = (error: unknown): boolean => facts(error).errno === INTERRUPTED;

/** Returns whether a unique value was taken: 1062, or SQLITE_CONSTRAINT_PRIMARYKEY or _UNIQUE. */
export function isDuplicate(error: unknown): boolean {
  const { errno, errcode } = facts(error);
  return errno === 1062 || errcode === 1555 || errcode === 2067;
}

/** Returns whether another process has locked the whole SQLite file, and waiting helps. */
export function isBusy(error: unknown): boolean {
  const { errcode } = facts(error);
  return (
    typeof errcode === "number" &&
    (errcode & 0xff) === SQLITE_BUSY &&
    errcode !== SQLITE_BUSY_SNAPSHOT
  );
}

/** Returns whether a statement names a table that doesn't exist: 1146, or SQLITE_ERROR. */
export function isMissingTable(error: unknown): boolean {
  const { errno, errcode } = facts(error);
  return errno === 1146 || errcode === 1;
}

/** Waits for a write; returns false when one of its unique values was taken. */
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
 * Waits for an addition to the schema, and accepts that it already exists: 1060 is a duplicate
 * column name, 1061 a duplicate index name.
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
 * Returns whether a table can't be changed in the way that was asked for: 1845 and 1846. MySQL 8
 * has also 4092 and 4093, when a table has had too many instant changes.
 */
export function isNotOnline(error: unknown): boolean {
  const { errno } = facts(error);
  return errno === 1845 || errno === 1846 || errno === 4092 || errno === 4093;
}

/**
 * Returns whether the connection is unusable: lost, without an answer for too long, or to a server
 * that can't serve.
 */
export function isBroken(error: unknown): boolean {
  const { errno, errcode } = facts(error);
  const refused =
    REFUSED.has(errno) || (typeof errcode === "number" && SQLITE_REFUSED.has(errcode & 0xff));
  return isUnanswered(error) || refused;
}

/** Returns whether a statement was sent and no answer came: what it did is not known. */
export const isUnanswered = (error: unknown): boolean =>
  isLost(error) || facts(error).code === "PROTOCOL_SEQUENCE_TIMEOUT";

/** Returns whether a server of several should be asked whether it still takes writes. */
export const meansAnother = (error: unknown): boolean =>
  isBroken(error) || facts(error).errno === NOT_IN_CLUSTER;

/** Returns whether the connection was lost before the answer came. */
export const isLost = (error: unknown): boolean => facts(error).fatal === true;

/** Returns the error of a call that can't use the database. */
export const unavailable = (cause: unknown): IdentityError =>
  storeUnavailable("the database cannot be reached", { cause });

/** Returns the error of a change that the database was sent and didn't answer. */
export const unconfirmed = (cause: unknown): IdentityError =>
  storeUnavailable("the database did not confirm the change; it may have been made", {
    cause,
    isUnknown: true,
  });

/** Returns whether the error already says that the database can't be used. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof IdentityError && error.reason === "STORE_UNAVAILABLE";

/** Returns whether the error is that of an unusable database, for each of its callers. */
export const meansUnavailable = (error: unknown): boolean =>
  isBroken(error) || isUnavailable(error);

/**
 * Runs a transaction that calls `commits` as its last step. An error after that means that the
 * database is unavailable, unless it is a conflict: the transaction may have been committed.
 */
export async function committed(work: (commits: () => void) => Promise<unknown>): Promise<void> {
  let isCommitting = false;
  try {
    await work(() => void (isCommitting = true));
  } catch (error) {
    const isOpen = isCommitting && !isContention(error) && !isUnavailable(error);
    throw isOpen ? unavailable(error) : error;
  }
}

/** Returns whether the work may run again as a whole: it was in conflict and changed nothing. */
export function isContention(error: unknown): boolean {
  const { errno, errcode } = facts(error);
  return error instanceof Contention || CONTENTION.has(errno) || errcode === SQLITE_BUSY_SNAPSHOT;
}

/** Returns whether another transaction has changed or locked the same row. */
export const isRowConflict = (error: unknown): boolean => ROW_CONFLICT.has(facts(error).errno);
