import { setImmediate } from "node:timers/promises";
import type { QueryResult } from "kysely";
import { requireTime } from "../../domain/call-time.ts";
import { ticks } from "../../domain/clock.ts";
import { isBusy } from "./errors.ts";
import type { SqliteDatabase } from "./sqlite-database.ts";

/** How many transactions share a commit at most. */
const GROUP_LIMIT = 128;

/** How old a group may get before it is committed, although others wait, in milliseconds. */
const GROUP_TIME = 20;

/**
 * After how many transactions one waits for the next turn of the event loop. SQLite answers at
 * once, so a caller who begins one after the other would leave the rest of the process no time.
 */
const BREATH = 64;

/**
 * How long transactions wait for the lock of another process, in milliseconds: less than a call
 * has, so that its caller has the answer within that time.
 */
const LOCK_TIME = 4_500;
/** After which wait the lock is worth a word, in milliseconds. */
const LONG_LOCK = 250;
/** The longest pause between two tries to get the lock, in milliseconds. */
const LOCK_PAUSE = 25;

/** The savepoint before the changes of one transaction of a group. */
const SAVEPOINT = "before_turn";

/** The right to write, until `commit` or `rollback`. */
export interface WriteTurn {
  run<Row>(sql: string, parameters: readonly unknown[]): QueryResult<Row>;
  /** Resolves when the changes are on the disk. */
  commit(): Promise<void>;
  /** Undoes the changes. After `commit` it does nothing. */
  rollback(): void;
}

interface Waiting<Value> {
  readonly resolve: (value: Value) => void;
  readonly reject: (error: unknown) => void;
}

interface LockOptions {
  /** Is called again and again while another process keeps the lock for long. */
  readonly onLongLock?: () => void;
  /** How long transactions wait for the lock, in milliseconds. */
  readonly lockTime?: number | undefined;
}

/** The transactions between one `begin immediate` and one `commit`. */
interface Group {
  readonly startedAt: number;
  /** Those that have ended, and wait for the commit. */
  readonly members: Waiting<void>[];
  /** Set when the transaction of SQLite can't be committed any more. */
  failure?: { readonly error: unknown };
}

/**
 * Runs transactions one after the other, because SQLite has one writer. A commit waits for the
 * disk, so the transactions that wait when one ends share its commit. Each has its own savepoint,
 * and a failure undoes only the one that failed. No transaction waits for one that hasn't come yet.
 */
export class GroupCommit {
  readonly #database: SqliteDatabase;
  readonly #options: LockOptions;
  readonly #waiting: Waiting<WriteTurn>[] = [];
  /** Whether a transaction has its turn. */
  #busy = false;
  #group: Group | undefined;
  #begun = 0;
  /** Since when another process has had the lock, and how often it was tried; in ticks. */
  #locked: { readonly since: number; readonly tries: number } | undefined;

  constructor(database: SqliteDatabase, options: LockOptions = {}) {
    this.#database = database;
    this.#options = options;
  }

  /** Waits for a turn to write. Rejects when the call has no time left by then. */
  async begin(): Promise<WriteTurn> {
    if (++this.#begun % BREATH === 0) await setImmediate();
    const turn = await new Promise<WriteTurn>((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      if (!this.#busy) this.#next();
    });
    try {
      requireTime();
    } catch (error) {
      turn.rollback();
      throw error;
    }
    return turn;
  }

  /** Runs one statement as a transaction of its own. */
  async runAlone<Row>(sql: string, parameters: readonly unknown[]): Promise<QueryResult<Row>> {
    // SQLite commits a statement outside of a transaction by itself.
    if (!this.#busy && ++this.#begun % BREATH !== 0) {
      try {
        return this.#database.run(sql, parameters);
      } catch (error) {
        if (!isBusy(error)) throw error;
      }
    }
    const turn = await this.begin();
    try {
      const result = turn.run<Row>(sql, parameters);
      await turn.commit();
      return result;
    } catch (error) {
      turn.rollback();
      throw error;
    }
  }

  /** Gives the turn to the next transaction. It commits the group when none waits. */
  #next(): void {
    const group = this.#group;
    if (group && (this.#waiting.length === 0 || group.failure || isFull(group))) this.#end(group);
    this.#busy = this.#waiting.length > 0;
    if (!this.#busy) return;
    let turn: WriteTurn;
    try {
      turn = this.#turn();
    } catch (error) {
      if (isBusy(error) && this.#waits()) return;
      this.#locked = undefined;
      // Another process keeps the lock, or the disk is full. The others would wait as long for the
      // same answer.
      for (const { reject } of this.#waiting.splice(0)) reject(error);
      this.#next();
      return;
    }
    this.#locked = undefined;
    this.#waiting.shift()!.resolve(turn);
  }

  /** Tries again soon to get the lock of another process; returns false after too long a wait. */
  #waits(): boolean {
    const { since, tries } = this.#locked ?? { since: ticks(), tries: 0 };
    const waited = ticks() - since;
    if (waited > (this.#options.lockTime ?? LOCK_TIME)) return false;
    if (waited > LONG_LOCK) this.#options.onLongLock?.();
    this.#locked = { since, tries: tries + 1 };
    // SQLite's own wait would keep the whole process from its other work.
    setTimeout(() => this.#next(), Math.min(2 ** tries, LOCK_PAUSE));
    return true;
  }

  #turn(): WriteTurn {
    const group = this.#group ?? this.#open();
    // The first of a group needs no savepoint, because its rollback can end the group.
    const isFirst = group.members.length === 0;
    if (!isFirst) this.#run(group, `savepoint ${SAVEPOINT}`);
    let over = false;
    const end = (work: () => void): void => {
      over = true;
      try {
        work();
      } catch (error) {
        group.failure ??= { error };
      }
      this.#next();
    };
    return {
      run: (sql, parameters) => this.#run(group, sql, parameters),
      commit: () =>
        new Promise((resolve, reject) => {
          group.members.push({ resolve, reject });
          end(() => {
            if (!isFirst) this.#run(group, `release ${SAVEPOINT}`);
          });
        }),
      rollback: () => {
        if (over) return;
        end(() => {
          if (isFirst) return this.#undo();
          this.#run(group, `rollback to ${SAVEPOINT}`);
          this.#run(group, `release ${SAVEPOINT}`);
        });
      },
    };
  }

  #open(): Group {
    this.#database.run("begin immediate");
    return (this.#group = { startedAt: ticks(), members: [] });
  }

  #run<Row>(group: Group, sql: string, parameters: readonly unknown[] = []): QueryResult<Row> {
    // After SQLite has ended the transaction, it would commit each statement by itself.
    if (group.failure) throw group.failure.error;
    try {
      return this.#database.run(sql, parameters);
    } catch (error) {
      if (!this.#database.inTransaction) group.failure = { error };
      throw error;
    }
  }

  #end(group: Group): void {
    this.#group = undefined;
    try {
      this.#run(group, "commit");
      for (const { resolve } of group.members) resolve();
    } catch (error) {
      this.#undo();
      for (const { reject } of group.members) reject(error);
    }
  }

  #undo(): void {
    this.#group = undefined;
    // On a full disk SQLite ends the transaction by itself. The rollback must not hide the cause.
    if (this.#database.inTransaction) this.#database.run("rollback");
  }
}

const isFull = ({ startedAt, members }: Group): boolean =>
  members.length >= GROUP_LIMIT || ticks() - startedAt >= GROUP_TIME;
