import { SECOND } from "../durations.ts";
import { IdentityError } from "../errors.ts";
import { ownWork } from "../security/concurrency-limiter.ts";
import type { Store } from "../store.ts";
import type { PasswordHasher } from "./hasher.ts";

const PAGE = 100;
const PAUSE_MS = 2 * SECOND;
/** How many are wrapped at once: fewer than the places in the queue, which sign-ins need. */
const AT_ONCE = 8;

/** What becomes of the hash of a user; `wrapped` is undefined where nothing is to be done. */
interface WrappedUser {
  readonly id: string;
  readonly before: string;
  readonly wrapped: string | undefined;
}

/**
 * Wraps the hashes that wait. Two processes may do so at once: a hash is replaced only if it is
 * still the one that was read, so a sign-in or another process wins.
 */
export class Wrapping {
  readonly #store: Store;
  readonly #hasher: PasswordHasher;

  constructor(store: Store, hasher: PasswordHasher) {
    this.#store = store;
    this.#hasher = hasher;
  }

  /** Wraps all that wait, until `stopped` says so; returns how many users are done. */
  async run(stopped: () => boolean = () => false): Promise<number> {
    let done = 0;
    let after = "";
    while (!stopped()) {
      const ids = await this.#store.userImports.waiting({ after, limit: PAGE });
      const last = ids.at(-1);
      if (last === undefined) break;
      for (let at = 0; at < ids.length && !stopped(); at += AT_ONCE) {
        const some = ids.slice(at, at + AT_ONCE);
        await this.#wrapSome(some);
        done += some.length;
      }
      after = last;
    }
    return done;
  }

  /**
   * Wraps what waits, now and again, until the returned function is called. The next run tries
   * again after a failure. The calls themselves report a database that is away or a full queue.
   */
  follow(onFault: (error: unknown) => void): () => void {
    let isStopped = false;
    let timer: NodeJS.Timeout | undefined;
    const next = async (): Promise<void> => {
      await this.run(() => isStopped).catch((error: unknown) => {
        if (!(error instanceof IdentityError)) onFault(error);
      });
      if (!isStopped) timer = setTimeout(() => void next(), PAUSE_MS).unref();
    };
    timer = setTimeout(() => void next(), PAUSE_MS).unref();
    return () => {
      isStopped = true;
      clearTimeout(timer);
    };
  }

  async #wrapSome(ids: readonly string[]): Promise<void> {
    const done = await Promise.all(ids.map((id) => this.#wrap(id)));
    await this.#store.transaction(async (tx) => {
      for (const { id, before, wrapped } of done) {
        if (wrapped !== undefined) await tx.users.rehash(id, before, wrapped);
        await tx.userImports.endWaiting(id);
      }
    });
  }

  async #wrap(id: string): Promise<WrappedUser> {
    const before = (await this.#store.users.find(id))?.passwordHash ?? "";
    const wrapped = await this.#hasher.withPlace(ownWork, (place) =>
      this.#hasher.wrapped(place, before),
    );
    return { id, before, wrapped };
  }
}
