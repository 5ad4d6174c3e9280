import type { RequestContext } from "../request-context.ts";
import { networkOf } from "../security/networks.ts";
import { requesterOf } from "../request-context.ts";
import type { Clock } from "../clock.ts";
import type { User } from "../model.ts";
import type { HashingPlace, PasswordHasher } from "../passwords/hasher.ts";
import type { Store } from "../store.ts";
import { MINUTE } from "../durations.ts";
import { FullCounters, type Limit } from "../security/rate-limit.ts";
import type { NewUser } from "./new-user.ts";
import type { Users } from "./users.ts";

const WINDOW_MS = 10 * MINUTE;
/**
 * In the queue for hashing, all registrations from an address count as one account, because each of
 * them names another one.
 */
const ACCOUNT = "registration";

interface RegistrationsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly users: Users;
  /** How many attempts a network has in the window. */
  readonly tries: number;
}

/** Limits registrations by anonymous callers and by partners, over all APIs together. */
export class Registrations {
  readonly #store: Store;
  readonly #hasher: PasswordHasher;
  readonly #users: Users;
  readonly #limit: Limit;
  readonly #full: FullCounters;

  constructor({ store, clock, hasher, users, tries }: RegistrationsDependencies) {
    this.#store = store;
    this.#hasher = hasher;
    this.#users = users;
    this.#limit = { tries, windowMs: WINDOW_MS };
    this.#full = new FullCounters(clock);
  }

  /** Registers a user if the network has attempts left. */
  register(context: RequestContext, input: NewUser): Promise<User> {
    return this.attempt(context, undefined, (place) => this.#users.create(context, input, place));
  }

  /**
   * Takes a place for hashing and then counts an attempt; without a place nothing is done. A failed
   * attempt counts too, because its error can reveal other users. `clientId` is the partner that
   * registers.
   */
  attempt<T>(
    context: RequestContext,
    clientId: string | undefined,
    work: (place: HashingPlace) => Promise<T>,
  ): Promise<T> {
    const key =
      clientId === undefined
        ? `registration:network:${networkOf(context.address)}`
        : `registration:client:${clientId}`;
    this.#full.requireRoom(key);
    return this.#hasher.withPlace(requesterOf(context, ACCOUNT), async (place) => {
      await this.#full.count(this.#store, key, this.#limit);
      return work(place);
    });
  }
}
