import { findWithOrigin } from "../accounts/find-user.ts";
import type { UserWithOrigin } from "../accounts/store.ts";
import { stateAt } from "../accounts/user-state.ts";
import type { Clock } from "../clock.ts";
import { canonicalId } from "../ids.ts";
import { hashToken } from "../security/tokens.ts";
import type { Store } from "../store.ts";
import type { FormerIdentifiers } from "./former-identifiers.ts";

/** Returns whether only Latchkey knows the password of a user. */
export const hasPasswordOfOurs = ({ user, hasOrigin }: UserWithOrigin): boolean =>
  user.passwordHash !== "" && (user.hasOwnPassword === true || !hasOrigin);

/** What a call says of its user; an absent or empty value says nothing. */
interface NamedUser {
  readonly email?: string | undefined;
  readonly username?: string | undefined;
}

/** A token that isn't live here, and what it says of itself. It isn't verified. */
interface ShownToken extends NamedUser {
  readonly text: string;
  /** When it was made; undefined when it doesn't say so. */
  readonly madeAt: number | undefined;
}

/** Returns whether the predecessor doesn't know what something is, because it was made here. */
export class Ownership {
  readonly #store: Pick<Store, "users" | "origins" | "codes" | "sessions" | "clients">;
  readonly #clock: Clock;
  readonly #former: FormerIdentifiers;

  constructor(
    store: Pick<Store, "users" | "origins" | "codes" | "sessions" | "clients">,
    { clock, former }: { readonly clock: Clock; readonly former: FormerIdentifiers },
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#former = former;
  }

  /**
   * A user whose password only Latchkey knows: chosen here, or of an account made here. Also one
   * who had the address or the name, and was deleted here or has another one now.
   */
  async ofUser(realm: string, named: NamedUser): Promise<boolean> {
    const found = await this.#find(realm, named);
    return found === undefined
      ? this.#former.wasLeft({ realm, ...named })
      : hasPasswordOfOurs(found);
  }

  /** A user about whom the predecessor isn't asked: also one who was locked or deleted here. */
  async decidesOn(realm: string, named: NamedUser): Promise<boolean> {
    const found = await this.#find(realm, named);
    if (found === undefined) return this.#former.hasLeft({ realm, ...named });
    return stateAt(found.user, this.#clock.now()) !== "active" || hasPasswordOfOurs(found);
  }

  async ofCode(code: string): Promise<boolean> {
    return (await this.#store.codes.find(hashToken(code))) !== undefined;
  }

  /** A token of a session that Latchkey has opened with a token of its own. */
  async ofToken(token: string): Promise<boolean> {
    const found = await this.#store.sessions.findByToken(hashToken(token));
    return found !== undefined && found.session.hasForeignToken !== true;
  }

  /**
   * Returns whether a token of the predecessor's that isn't live here was ended here: its session,
   * or all access of its user. The predecessor doesn't know that, and would accept it.
   */
  async hasEnded(realm: string, { text, madeAt, ...named }: ShownToken): Promise<boolean> {
    if ((await this.#store.sessions.findByToken(hashToken(text))) !== undefined) return true;
    const user = (await this.#find(realm, named))?.user;
    if (user === undefined) return this.#former.hasLeft({ realm, ...named });
    if (stateAt(user, this.#clock.now()) !== "active") return true;
    return user.accessEndedAt !== undefined && (madeAt ?? 0) <= user.accessEndedAt;
  }

  /** An application that is registered here, also one that came from the predecessor. */
  async knowsApplication(id: string): Promise<boolean> {
    return (await this.#store.clients.find(canonicalId(id))) !== undefined;
  }

  /** An application that an administrator has switched off; the predecessor doesn't know that. */
  async hasSwitchedOff(id: string): Promise<boolean> {
    if (id === "") return false;
    return (await this.#store.clients.find(canonicalId(id)))?.disabledAt !== undefined;
  }

  /** An application that was registered here, so that the predecessor doesn't know it. */
  async ofApplication(id: string): Promise<boolean> {
    // First, since both are stored at once: one that is learnt meanwhile has its origin then.
    if (!(await this.knowsApplication(id))) return false;
    for (const kind of ["client", "secret_pair"] as const)
      if ((await this.#store.origins.find(kind, canonicalId(id))) !== undefined) return false;
    return true;
  }

  async #find(
    realm: string,
    { email = "", username = "" }: NamedUser,
  ): Promise<UserWithOrigin | undefined> {
    const { users } = this.#store;
    return (
      (await findWithOrigin(users, realm, { email })) ??
      (username === "" ? undefined : await findWithOrigin(users, realm, { username }))
    );
  }
}
