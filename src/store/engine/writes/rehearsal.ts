import type { ControlledTransaction } from "kysely";
import type { Aggregates, Store } from "../../../domain/store.ts";
import type { Database } from "../database.ts";
import type { Tables } from "../schema.ts";

/** What a rehearsal needs of the store that it is made of. */
interface Rehearsed {
  readonly db: Database;
  readonly all: Aggregates;
  readonly aggregates: (db: Database) => Aggregates;
}

/** Methods that only read. All others write, so they need the transaction. */
const READS =
  /^(?:find|list|search|summarize|has|count|member|members|secrets|newest|last|networks|of|taken)/;

type Method = (...parameters: unknown[]) => Promise<unknown>;

/**
 * Runs work on a store whose changes are undone at the end. The transaction begins with the first
 * change, so that nothing is locked while a password is checked.
 */
export async function rehearse<T>(
  { db, all, aggregates }: Rehearsed,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  let begun: Promise<{ tx: ControlledTransaction<Tables>; inside: Aggregates }> | undefined;
  const begin = () =>
    (begun ??= db
      .startTransaction()
      .execute()
      .then((tx) => ({ tx, inside: aggregates(tx) })));
  const store: Store = {
    ...(Object.fromEntries(
      Object.entries(all).map(([name, aggregate]) => [
        name,
        name === "attempts" ? unlimited : rehearsed(name as keyof Aggregates, aggregate as object),
      ]),
    ) as unknown as Aggregates),
    transaction: async (transacted) => transacted(limitless((await begin()).inside)),
    rehearse: (again) => again(store),
    ready: () => Promise.resolve(true),
    checkWritable: () => Promise.resolve(),
    purgeExpired: () => Promise.resolve(0),
    renewKeys: () => Promise.resolve(0),
    load: { busy: 0, waiting: 0 },
    close: () => Promise.resolve(),
  };

  function rehearsed(name: keyof Aggregates, aggregate: object): object {
    const methods = Object.entries(aggregate) as [string, Method][];
    return Object.fromEntries(
      methods.map(([method, outside]): [string, Method] => [
        method,
        async (...parameters) => {
          if (begun === undefined && READS.test(method)) return outside(...parameters);
          const inside = (await begin()).inside[name] as unknown as Record<string, Method>;
          return inside[method]!(...parameters);
        },
      ]),
    );
  }

  try {
    return await work(store);
  } finally {
    const opened = await begun?.catch(() => undefined);
    await opened?.tx.rollback().execute();
  }
}

/** Counts nothing and refuses nothing. */
const unlimited: Aggregates["attempts"] = {
  take: () => Promise.resolve(0),
  takeAll: () => Promise.resolve(true),
  count: () => Promise.resolve(0),
  giveBack: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};

const limitless = (inside: Aggregates): Aggregates => ({ ...inside, attempts: unlimited });
