import type { RequestContext } from "../request-context.ts";
import { requireUser } from "../principal.ts";
import type { Clock } from "../clock.ts";
import type { User } from "../model.ts";
import type { SignedValues } from "../security/signed-values.ts";
import type { PasswordCheck } from "../sign-in/password-check.ts";
import { MINUTE } from "../durations.ts";
import { equalSecrets } from "../security/tokens.ts";
import { RESTORABLE_MS } from "./user-state.ts";
import { type Users } from "./users.ts";

/** How long a restore offer is valid after the password check. */
const OFFER_MS = 10 * MINUTE;

/** The offer to restore a deleted account, made after a right password. */
export interface RestoreOffer {
  readonly user: User;
  /** From then on the account can't be restored. */
  readonly until: number;
  readonly token: string;
}

interface SignedOffer {
  readonly userId: string;
  /** A later deletion needs another password check. */
  readonly deletedAt: number;
  /** Identifies the browser; the token is invalid in any other. */
  readonly browser: string;
}

interface AccountDeletionDependencies {
  readonly clock: Clock;
  readonly passwordCheck: PasswordCheck;
  readonly users: Users;
  readonly signedValues: SignedValues;
}

/** The deletion of an account by its user, and the restore by the same user. */
export class AccountDeletion {
  readonly #clock: Clock;
  readonly #passwordCheck: PasswordCheck;
  readonly #users: Users;
  readonly #signedValues: SignedValues;

  constructor({ clock, passwordCheck, users, signedValues }: AccountDeletionDependencies) {
    this.#clock = clock;
    this.#passwordCheck = passwordCheck;
    this.#users = users;
    this.#signedValues = signedValues;
  }

  /** Returns until when an account deleted at that time can be restored. */
  restorableUntil(deletedAt = this.#clock.now()): number {
    return deletedAt + RESTORABLE_MS;
  }

  /** Deletes the account of the calling user, who must give the password once more. */
  async deleteOwn(context: RequestContext, password: string): Promise<void> {
    await this.#passwordCheck.confirm(context, password);
    await this.#users.delete(context, requireUser(context.caller).id, context.caller);
  }

  /** Returns the offer for a client that has just given the right password of this account. */
  async offer(userId: string, browser: string): Promise<RestoreOffer> {
    const user = await this.#users.get(userId);
    const { deletedAt = 0 } = user;
    return {
      user,
      until: this.restorableUntil(deletedAt),
      token: this.#signedValues.sign(
        "way-back",
        { userId, deletedAt, browser } satisfies SignedOffer,
        OFFER_MS,
      ),
    };
  }

  /** Returns the offer of a token, if it is still valid in this browser. */
  async open(token: string, browser: string): Promise<RestoreOffer | undefined> {
    const offer = this.#signedValues.open<SignedOffer>("way-back", token);
    if (offer === undefined || !equalSecrets(offer.browser, browser)) return undefined;
    const user = await this.#users.get(offer.userId);
    return user.deletedAt === offer.deletedAt
      ? { user, until: this.restorableUntil(offer.deletedAt), token }
      : undefined;
  }

  /** Takes the deletion back, under another name if one is given. */
  async restore(
    context: RequestContext,
    { user }: RestoreOffer,
    username: string | undefined,
  ): Promise<User> {
    await this.#users.refuseTakenName(user.realm, username ?? user.username, user.id);
    return this.#users.restore(context, user.id, username, true);
  }
}
