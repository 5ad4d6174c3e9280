import type { User } from "../../model.ts";
import type { Store } from "../../store.ts";
import { type UserClaim, userClaims } from "./user-claims.ts";

/** The most groups of a user that are named. */
const MAX_GROUPS = 1000;

/** Reads what is known of users, claim by claim. */
export class KnownClaims {
  readonly #store: Pick<Store, "groups" | "users">;

  constructor(store: Pick<Store, "groups" | "users">) {
    this.#store = store;
  }

  /** Returns the claims of a user by their names. */
  async of(
    user: User,
    asked: ReadonlySet<UserClaim>,
  ): Promise<Readonly<Partial<Record<UserClaim, unknown>>>> {
    return userClaims(user, asked, asked.has("groups") ? await this.groupsOf(user.id) : []);
  }

  /** Does the same for an id; an unknown user has no claims. */
  async ofId(
    userId: string,
    asked: ReadonlySet<UserClaim>,
  ): Promise<Readonly<Partial<Record<UserClaim, unknown>>>> {
    const user = asked.size === 0 ? undefined : await this.#store.users.find(userId);
    return user === undefined ? {} : this.of(user, asked);
  }

  /** Returns the ids of the groups: their names are not unique, and members choose them. */
  async groupsOf(userId: string): Promise<readonly string[]> {
    const groups = await this.#store.groups.listOf(userId, { limit: MAX_GROUPS });
    return groups.map(({ id }) => id.toString());
  }
}
