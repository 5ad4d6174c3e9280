import { findWithOrigin } from "../accounts/find-user.ts";
import type { UserWithOrigin } from "../accounts/store.ts";
import { canonicalId } from "../ids.ts";
import { hashToken } from "../security/tokens.ts";
import type { Store } from "../store.ts";
import type { FormerIdentifiers } from "./former-identifiers.ts";

/** Returns whether only Latchkey knows the password of a user. */
export const hasPasswordOfOurs = ({ user, hasOrigin }: UserWithOrigin): boolean =>
  user.passwordHash !== "" && (user.hasOwnPassword === true || !hasOrigin);

/** Returns whether the predecessor doesn't know what something is, because it was made here. */
export class Ownership {
  readonly #store: Pick<Store, "users" | "codes" | "sessions" | "clients">;

  readonly #former: FormerIdentifiers;

  constructor(
    store: Pick<Store, "users" | "codes" | "sessions" | "clients">,
    former: FormerIdentifiers,
  ) {
    this.#store = store;
    this.#former = former;
  }

  /**
   * A user whose password only Latchkey knows: chosen here, or of an account made here. Also one
   * who had the address or the name, and was deleted here or has another one now.
   */
  async ofUser(
    realm: string,
    { email = "", username = "" }: { readonly email?: string; readonly username?: string },
  ): Promise<boolean> {
    const { users } = this.#store;
    const found =
      (await findWithOrigin(users, realm, { email })) ??
      (username === "" ? undefined : await findWithOrigin(users, realm, { username }));
    return found === undefined
      ? this.#former.wasLeft({ realm, email, username })
      : hasPasswordOfOurs(found);
  }

  async ofCode(code: string): Promise<boolean> {
    return (await this.#store.codes.find(hashToken(code))) !== undefined;
  }

  /** A token of a session that Latchkey has opened with a token of its own. */
  async ofToken(token: string): Promise<boolean> {
    const found = await this.#store.sessions.findByToken(hashToken(token));
    return found !== undefined && found.session.hasForeignToken !== true;
  }

  /** An application that is registered here, also one that came from the predecessor. */
  async knowsApplication(id: string): Promise<boolean> {
    return (await this.#store.clients.find(canonicalId(id))) !== undefined;
  }
}
