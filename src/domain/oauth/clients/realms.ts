import type { Client, User } from "../../model.ts";
import { DEFAULT_REALM } from "../../accounts/new-user.ts";

/** Maps the documented APIs of a client to the realm of its users (docs/decisions/0009). */
export class Realms {
  readonly #realms: ReadonlyMap<string, string>;

  /** `realms` has the realm of each documented API. An API without one is in the default realm. */
  constructor(realms: Readonly<Record<string, string>> = {}) {
    this.#realms = new Map(Object.entries(realms));
  }

  /**
   * Returns the realm of the client's APIs, or `default` if it has none. After a change of the
   * settings, a client may have APIs of two realms. It then has no realm and works for no user.
   */
  of({ apis }: Pick<Client, "apis">): string | undefined {
    const [realm = DEFAULT_REALM, ...others] = new Set(
      apis.map((api) => this.#realms.get(api) ?? DEFAULT_REALM),
    );
    return others.length === 0 ? realm : undefined;
  }

  /** Returns whether the client is for this user. */
  admits(client: Pick<Client, "apis">, user: Pick<User, "realm">): boolean {
    return this.of(client) === user.realm;
  }
}
