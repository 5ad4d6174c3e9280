import type { Tables } from "../schema.ts";
import { checked } from "../check-parameters.ts";
import type { Database } from "../database.ts";
import { concurrencyOf } from "../lookup.ts";
import { entry, sizedQueries } from "../memo.ts";
import { WriteBatch } from "./write-batch.ts";

type Row = Readonly<Record<string, string | number | null>>;

/** Inserts into one table. All rows have the same columns, in the same order. */
interface Insertion<Inserted> {
  /** Inserts a row, together with those that wait. In a transaction it has its own statement. */
  one(db: Database, row: Inserted): Promise<void>;
  /** Inserts rows by one statement. */
  many(db: Database, rows: readonly Inserted[]): Promise<void>;
}

/** Returns the ways to insert into a table. */
export function insertion<Name extends keyof Tables>(table: Name): Insertion<Tables[Name]> {
  const queryFor = sizedQueries();
  const batches = new WeakMap<object, WriteBatch<Row, void>>();

  const many = async (db: Database, rows: readonly Row[]): Promise<void> => {
    const [first] = rows;
    if (first === undefined) return;
    const query = queryFor(db, rows.length, () =>
      db.insertInto<keyof Tables>(table).values(rows as never),
    );
    const parameters = rows.flatMap((row) => Object.values(row));
    await db.executeQuery({ ...query, parameters });
  };

  const ways = (db: Database) => ({
    together: (rows: readonly Row[]) => many(db, rows),
    alone: (row: Row) => many(db, [row]),
  });

  return {
    many: (db, rows) => many(db, rows as readonly Row[]),
    one: async (db, inserted) => {
      const row = inserted as Row;
      if (db.isTransaction) return many(db, [row]);
      // A wrong type must fail alone, not those that it would be joined with.
      checked(Object.values(row));
      const batch = entry(
        batches,
        db.getExecutor().adapter,
        () => new WriteBatch(ways(db), concurrencyOf(db)),
      );
      return batch.run(row);
    },
  };
}
