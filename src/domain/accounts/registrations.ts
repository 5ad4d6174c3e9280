// Registration by callers that nothing vouches for. It owns how often a network, or a partner's
// client, may try to register users on all APIs together, and must not know what a user is made of.
import type { RequestContext } from "../principal.ts";
import { networkOf, requesterOf } from "../principal.ts";
import type { Clock } from "../clock.ts";
import type { User } from "../model.ts";
import type { HashingPlace, PasswordHasher } from "../passwords/hasher.ts";
import type { Store } from "../store.ts";
import { FullCounters, type Limit } from "../security/rate-limit.ts";
import type { NewUser, Users } from "./users.ts";

const WINDOW_MS = 10 * 60_000;
/**
 * All registrations of an address take turns as if they were one account's: each of them names
 * another one.
 */
const ACCOUNT = "registration";

export class Registrations {
  readonly #store: Store;
  readonly #hasher: PasswordHasher;
  readonly #users: Users;
  readonly #limit: Limit;
  readonly #full: FullCounters;

  constructor(store: Store, clock: Clock, hasher: PasswordHasher, users: Users, tries: number) {
    this.#store = store;
    this.#hasher = hasher;
    this.#users = users;
    this.#limit = { tries, windowMs: WINDOW_MS };
    this.#full = new FullCounters(clock);
  }

  /** Registers a user whose network has tries left. */
  register(context: RequestContext, input: NewUser): Promise<User> {
    return this.attempt(context, undefined, (place) => this.#users.create(context, input, place));
  }

  /**
   * Takes a place for the password and counts a try, in this order: where there is no place,
   * nothing is done. A try that fails counts too, or what it tells of other users would cost
   * nothing. `clientId` is that of the partner who registers.
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
