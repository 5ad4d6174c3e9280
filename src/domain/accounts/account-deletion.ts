// The end of an account by the will of its user, and the way back. It owns what each of them needs,
// and must not know what the pages look like.
import type { RequestContext } from "../principal.ts";
import { requireUser } from "../principal.ts";
import type { Clock } from "../clock.ts";
import type { User } from "../model.ts";
import type { SignedValues } from "../security/signed-values.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import { equalSecrets } from "../security/tokens.ts";
import { RESTORABLE_MS, type Users } from "./users.ts";

/** How long the password that was given opens the way. */
const OFFER_MS = 10 * 60_000;

/** What somebody can come back with. */
export interface RestoreOffer {
  readonly user: User;
  /** From then on there is nothing to come back to. */
  readonly until: number;
  readonly token: string;
}

interface Sealed {
  readonly userId: string;
  /** Of a later deletion, the password must be given again. */
  readonly deletedAt: number;
  /** What the browser is known by: in another one the token is worth nothing. */
  readonly browser: string;
}

export class AccountDeletion {
  readonly #clock: Clock;
  readonly #signIn: SignIn;
  readonly #users: Users;
  readonly #signedValues: SignedValues;

  constructor(clock: Clock, signIn: SignIn, users: Users, signedValues: SignedValues) {
    this.#clock = clock;
    this.#signIn = signIn;
    this.#users = users;
    this.#signedValues = signedValues;
  }

  /** Until when an account that is deleted now could be restored. */
  restorableUntil(deletedAt = this.#clock.now()): number {
    return deletedAt + RESTORABLE_MS;
  }

  /** Deletes the account of the calling user, who gives the password once more. */
  async deleteOwn(context: RequestContext, password: string): Promise<void> {
    await this.#signIn.confirm(context, password);
    await this.#users.delete(context, requireUser(context.caller).id, context.caller);
  }

  /** The way back for whoever has just given the right password of this deleted account. */
  async offer(userId: string, browser: string): Promise<RestoreOffer> {
    const user = await this.#users.get(userId);
    const { deletedAt = 0 } = user;
    return {
      user,
      until: this.restorableUntil(deletedAt),
      token: this.#signedValues.sign(
        "way-back",
        { userId, deletedAt, browser } satisfies Sealed,
        OFFER_MS,
      ),
    };
  }

  /** The offer of a token, if it still is one in this browser. */
  async open(token: string, browser: string): Promise<RestoreOffer | undefined> {
    const sealed = this.#signedValues.open<Sealed>("way-back", token);
    if (sealed === undefined || !equalSecrets(sealed.browser, browser)) return undefined;
    const user = await this.#users.get(sealed.userId);
    return user.deletedAt === sealed.deletedAt
      ? { user, until: this.restorableUntil(sealed.deletedAt), token }
      : undefined;
  }

  /** Takes the deletion back; under another name when one is given. */
  async restore(
    context: RequestContext,
    { user }: RestoreOffer,
    username: string | undefined,
  ): Promise<User> {
    await this.#users.refuseTakenName(user.realm, username ?? user.username, user.id);
    return this.#users.restore(context, user.id, username, true);
  }
}
