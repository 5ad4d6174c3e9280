import { admits } from "../accounts/user-state.ts";
import { act, isSelf } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { HOUR, isOver, MINUTE } from "../durations.ts";
import { IdentityError } from "../errors.ts";
import type { EmailToken, EmailTokenPurpose, User } from "../model.ts";
import { anonymous } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import { hashToken, newToken, PREFIX } from "../security/tokens.ts";
import type { Store } from "../store.ts";
import { type EmailMessage, languageOf } from "./mailer.ts";

/** How long a link can set a new password. */
export const RESET_MS = 15 * MINUTE;
/** How long each link works. Only a link that grants no access may stay valid for a day. */
const LIFETIME_MS: Readonly<Record<EmailTokenPurpose, number>> = {
  "reset-password": RESET_MS,
  "change-email": 15 * MINUTE,
  "verify-email": 24 * HOUR,
};

/** A valid token and its user. */
export interface LiveEmailToken {
  readonly link: EmailToken;
  readonly user: User;
}

function falseIfEnded(error: unknown): false {
  if (error instanceof IdentityError && error.reason === "TOKEN_INVALID") return false;
  throw error;
}

/**
 * Single-use tokens sent by e-mail. A user who follows the link proves to read mail at the address.
 * A token is bound to one purpose, one user and the user's epoch.
 */
export class EmailTokens {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Creates a token and returns the e-mail with its link. An older token of the user for the same
   * purpose ends. Returns undefined if the session that asked for it has ended meanwhile.
   */
  async write(
    context: RequestContext,
    user: User,
    purpose: EmailTokenPurpose,
    email = user.email,
  ): Promise<EmailMessage | undefined> {
    const token = newToken(this.#clock, PREFIX.mailLink);
    const now = this.#clock.now();
    const asker = isSelf(context.caller, user) ? context.caller : anonymous;
    const isWritten = await act(this.#store, asker, async (tx) => {
      await tx.mailLinks.replace({
        hash: hashToken(token),
        userId: user.id,
        purpose,
        email,
        epoch: user.epoch,
        createdAt: now,
        expiresAt: now + LIFETIME_MS[purpose],
      });
      await tx.audit.append(
        auditEvent(this.#clock, context, "mail_link.create", {
          userId: user.id,
          details: { purpose },
        }),
      );
      return true;
    }).catch(falseIfEnded);
    return isWritten
      ? {
          kind: purpose,
          token,
          to: email,
          realm: user.realm,
          language: languageOf(context),
          writtenAt: now,
        }
      : undefined;
  }

  /** Returns the token if it is valid for one of these purposes. Reading it consumes nothing. */
  async find(
    token: string,
    ...purposes: readonly EmailTokenPurpose[]
  ): Promise<LiveEmailToken | undefined> {
    const found = await this.#store.mailLinks.find(hashToken(token));
    const now = this.#clock.now();
    const works =
      found !== undefined &&
      purposes.includes(found.link.purpose) &&
      !isOver(found.link, now) &&
      admits(found.user, found.link.epoch, now);
    return works ? found : undefined;
  }
}
