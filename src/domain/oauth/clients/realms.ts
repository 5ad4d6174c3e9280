// Whose users a client is for. It owns the one rule from the documented APIs that a client names to
// a realm, for pages and calls alike, and must not know which APIs are served.
import type { Client, User } from "../../model.ts";
import { DEFAULT_REALM } from "../../accounts/new-user.ts";

/** The realms of clients (docs/decisions/0009). */
export class Realms {
  readonly #realms: ReadonlyMap<string, string>;

  /** `realms`: the realm of each documented API; one that is missing is in the default one. */
  constructor(realms: Readonly<Record<string, string>> = {}) {
    this.#realms = new Map(Object.entries(realms));
  }

  /**
   * The realm of the client: that of the APIs that it names, `default` when it names none. One that
   * names APIs of two realms, since before a setting changed, has none: it is for no user.
   */
  of({ apis }: Pick<Client, "apis">): string | undefined {
    const [realm = DEFAULT_REALM, ...others] = new Set(
      apis.map((api) => this.#realms.get(api) ?? DEFAULT_REALM),
    );
    return others.length === 0 ? realm : undefined;
  }

  /** Whether the user is one of those that the client is for. */
  admits(client: Pick<Client, "apis">, user: Pick<User, "realm">): boolean {
    return this.of(client) === user.realm;
  }
}
