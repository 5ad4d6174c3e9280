import type { Compilable } from "kysely";
import { checked } from "../check-parameters.ts";
import { type Database, PARAMETER } from "../database.ts";
import { committed, Contention } from "../errors.ts";
import { concurrencyOf } from "../lookup.ts";
import { padded } from "../lookup-batch.ts";
import { entry, sizedQueries } from "../memo.ts";
import { WriteBatch } from "./write-batch.ts";

/** The use of a row, and the rows that it inserts. */
export interface Use<Gift> {
  readonly key: string;
  readonly now: number;
  readonly gift: Gift;
}

interface SingleUse<Gift> {
  /**
   * Builds the update that marks the rows of some keys that aren't used yet. Its parameters are
   * first the time and then the keys, in one `in`.
   */
  mark(db: Database, now: number, keys: readonly string[]): Compilable;
  /** Inserts what the uses give. */
  give(tx: Database, gifts: readonly Gift[]): Promise<void>;
  /** All values that the use of a row writes. */
  valuesOf(gift: Gift): readonly unknown[];
}

/**
 * Returns how to use a row that can be used once. It gives true to exactly one caller, for whom the
 * rows of its gift are inserted in the same transaction. Uses that wait for a running one share the
 * next transaction. Of several uses of one row in it the first counts.
 */
export function singleUse<Gift>({
  mark,
  give,
  valuesOf,
}: SingleUse<Gift>): (db: Database, use: Use<Gift>) => Promise<boolean> {
  const queryFor = sizedQueries();
  const batches = new WeakMap<object, WriteBatch<Use<Gift>, boolean>>();

  /** Marks unused rows; returns how many. */
  const marked = async (tx: Database, now: number, keys: readonly string[]): Promise<number> => {
    const query = queryFor(tx, keys.length, () =>
      mark(
        tx,
        0,
        keys.map(() => PARAMETER),
      ),
    );
    const result = await tx.executeQuery({ ...query, parameters: [now, ...keys] });
    return Number(result.numAffectedRows ?? 0n);
  };

  const useIn = async (tx: Database, { key, now, gift }: Use<Gift>): Promise<boolean> => {
    if ((await marked(tx, now, [key])) === 0) return false;
    await give(tx, [gift]);
    return true;
  };

  const ways = (db: Database) => ({
    keyOf: ({ key }: Use<Gift>) => key,
    repeated: false,
    alone: (use: Use<Gift>) =>
      valuesOf(use.gift).length === 0
        ? useIn(db, use) // A single statement.
        : db.transaction().execute((tx) => useIn(tx, use)),
    together: async (uses: readonly Use<Gift>[]) => {
      // In one order, so that two batches don't deadlock.
      const keys = uses.map(({ key }) => key).toSorted();
      const now = Math.max(...uses.map((use) => use.now));
      await committed((commits) =>
        db.transaction().execute(async (tx) => {
          if ((await marked(tx, now, padded(keys))) !== uses.length) throw new Contention();
          await give(
            tx,
            uses.map(({ gift }) => gift),
          );
          commits();
        }),
      );
      return true;
    },
  });

  return async (db, use) => {
    if (db.isTransaction) return useIn(db, use);
    // A wrong type must fail alone, not those that it would be joined with.
    checked([use.key, use.now, ...valuesOf(use.gift)]);
    const batch = entry(
      batches,
      db.getExecutor().adapter,
      () => new WriteBatch(ways(db), concurrencyOf(db)),
    );
    return batch.run(use);
  };
}
