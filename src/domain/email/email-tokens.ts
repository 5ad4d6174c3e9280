// Links in letters: whoever follows one reads mail at the address that it was sent to. It owns what
// a link is bound to - one purpose, one user, everything that ends the user's access - and must not
// know what is done with it.
import { act, isSelf } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../principal.ts";
import { anonymous } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Letter } from "./mailer.ts";
import { languageOf } from "./mailer.ts";
import type { EmailToken, EmailTokenPurpose, User } from "../model.ts";
import type { Store } from "../store.ts";
import { hashToken, newToken, PREFIX } from "../security/tokens.ts";
import { admits } from "../accounts/users.ts";

const MINUTE = 60_000;
/** How long a new password can be set. */
export const RESET_MS = 15 * MINUTE;
/** How long each link works. Only what opens nothing may lie in a mailbox for a day. */
const LIFETIME_MS: Readonly<Record<EmailTokenPurpose, number>> = {
  "reset-password": RESET_MS,
  "change-email": 15 * MINUTE,
  "verify-email": 24 * 60 * MINUTE,
};

/** A link that works, and whose it is. */
export interface LiveEmailToken {
  readonly link: EmailToken;
  readonly user: User;
}

function falseIfEnded(error: unknown): false {
  if (error instanceof IdentityError && error.reason === "TOKEN_INVALID") return false;
  throw error;
}

export class EmailTokens {
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(store: Store, clock: Clock) {
    this.#store = store;
    this.#clock = clock;
  }

  /**
   * Makes a link and the letter that carries it; an older link of the user for the same purpose
   * works no more. Makes none when the user has asked for it in a session that has ended meanwhile.
   */
  async write(
    context: RequestContext,
    user: User,
    purpose: EmailTokenPurpose,
    email = user.email,
  ): Promise<Letter | undefined> {
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
      ? { kind: purpose, token, to: email, language: languageOf(context), writtenAt: now }
      : undefined;
  }

  /** The link of a token, if it works for one of these purposes; looking at it changes nothing. */
  async find(
    token: string,
    ...purposes: readonly EmailTokenPurpose[]
  ): Promise<LiveEmailToken | undefined> {
    const found = await this.#store.mailLinks.find(hashToken(token));
    const now = this.#clock.now();
    const works =
      found !== undefined &&
      purposes.includes(found.link.purpose) &&
      found.link.expiresAt > now &&
      admits(found.user, found.link.epoch, now);
    return works ? found : undefined;
  }
}
