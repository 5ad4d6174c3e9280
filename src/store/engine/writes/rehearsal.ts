import { AsyncLocalStorage } from "node:async_hooks";
import type { ControlledTransaction } from "kysely";
import type { Aggregates, Rehearsals, Store } from "../../../domain/store.ts";
import type { Database } from "../database.ts";
import type { Tables } from "../schema.ts";

/** What rehearsals need of the store that they are made of. */
interface Rehearsed {
  readonly db: Database;
  readonly store: Store;
  readonly aggregates: (db: Database) => Aggregates;
}

/** Methods that only read. All others write, so they need the transaction. */
const READS =
  /^(?:find|list|search|summarize|has|count|member|members|secrets|newest|last|networks|of|taken)/;

type Method = (...parameters: unknown[]) => Promise<unknown>;

/** What one rehearsal changes, from its first change on. */
class Changes {
  readonly #rehearsed: Pick<Rehearsed, "db" | "aggregates">;
  #begun: Promise<{ tx: ControlledTransaction<Tables>; inside: Aggregates }> | undefined;
  #isOver = false;

  constructor(rehearsed: Pick<Rehearsed, "db" | "aggregates">) {
    this.#rehearsed = rehearsed;
  }

  get hasBegun(): boolean {
    return this.#begun !== undefined;
  }

  /** Begins the transaction if there is none yet. */
  async inside(): Promise<Aggregates> {
    // No run would undo it.
    if (this.#isOver) throw new Error("the rehearsal is over");
    this.#begun ??= this.#begin();
    return (await this.#begun).inside;
  }

  async undo(): Promise<void> {
    this.#isOver = true;
    const begun = await this.#begun?.catch(() => undefined);
    await begun?.tx.rollback().execute();
  }

  async #begin() {
    const { db, aggregates } = this.#rehearsed;
    const tx = await db.startTransaction().execute();
    return { tx, inside: limitless(aggregates(tx)) };
  }
}

/**
 * Makes a store whose changes are undone at the end of each run. The transaction begins with the
 * first change, so that nothing is locked while a password is checked. The store is made once: a
 * run costs no more than what it reads and changes.
 */
export function createRehearsals({ db, store, aggregates }: Rehearsed): Rehearsals {
  const current = new AsyncLocalStorage<Changes>();

  const rehearsing = (name: keyof Aggregates): object => {
    const methods = Object.entries(store[name]) as unknown as [string, Method][];
    return Object.fromEntries(
      methods.map(([method, outside]): [string, Method] => {
        const reads = READS.test(method);
        return [
          method,
          async (...parameters) => {
            const changes = current.getStore();
            if (changes === undefined) return outside(...parameters);
            if (name === "attempts")
              return (unlimited as unknown as Record<string, Method>)[method]!();
            if (reads && !changes.hasBegun) return outside(...parameters);
            const inside = (await changes.inside())[name] as unknown as Record<string, Method>;
            return inside[method]!(...parameters);
          },
        ];
      }),
    );
  };

  const names = Object.keys(aggregates(db)) as (keyof Aggregates)[];
  return {
    store: {
      ...store,
      ...(Object.fromEntries(
        names.map((name) => [name, rehearsing(name)]),
      ) as unknown as Aggregates),
      transaction: async (work) => {
        const changes = current.getStore();
        return changes === undefined ? store.transaction(work) : work(await changes.inside());
      },
    },
    async run(work) {
      const changes = new Changes({ db, aggregates });
      try {
        return await current.run(changes, work);
      } finally {
        await changes.undo();
      }
    },
  };
}

/** Counts nothing and refuses nothing. */
const unlimited: Aggregates["attempts"] = {
  take: () => Promise.resolve(0),
  spend: () => Promise.resolve(true),
  takeAll: () => Promise.resolve(true),
  waitFor: () => Promise.resolve(0),
  addAll: () => Promise.resolve(),
  count: () => Promise.resolve(0),
  giveBack: () => Promise.resolve(),
  clear: () => Promise.resolve(),
};

const limitless = (inside: Aggregates): Aggregates => ({ ...inside, attempts: unlimited });
