import { isSelf } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../request-context.ts";
import { networkOf } from "../security/networks.ts";
import { requireUser } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import { findByAddress, keyOfOwn } from "./find-user.ts";
import type { EmailMessage, Mailer } from "../email/mailer.ts";
import { news, notify } from "../email/mailer.ts";
import type { LiveEmailToken, EmailTokens } from "../email/email-tokens.ts";
import type { User } from "../model.ts";
import type { Email } from "./email-address.ts";
import { parseEmail } from "./email-address.ts";
import type { PasswordCheck } from "../sign-in/password-check.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import { DAY, MINUTE } from "../durations.ts";
import type { Aggregates, Store } from "../store.ts";
import { countTry } from "../security/rate-limit.ts";
import type { Elsewhere } from "../sign-in/elsewhere.ts";
import { stateAt } from "./user-state.ts";

const WINDOW_MS = 15 * MINUTE;
const PER_NETWORK = { tries: 60, windowMs: WINDOW_MS };
const PER_USER = { tries: 5, windowMs: WINDOW_MS };
/** E-mails to one address, for any user. */
const PER_ADDRESS = { tries: 5, windowMs: WINDOW_MS };
/** E-mails that report to a user that others have tried the address. */
const PER_OWNER = { tries: 3, windowMs: DAY };

const addressKey = (key: string): string => `email:address:${key}`;

interface EmailVerificationDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly signIn: SignIn;
  readonly passwordCheck: PasswordCheck;
  readonly emailTokens: EmailTokens;
  readonly mailer: Mailer;
  readonly elsewhere?: Elsewhere | undefined;
}

/** The proof that a user reads mail at an address: the current one, or a new one. */
export class EmailVerification {
  readonly #dependencies: EmailVerificationDependencies;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #emailTokens: EmailTokens;
  readonly #mailer: Mailer;

  constructor(dependencies: EmailVerificationDependencies) {
    this.#dependencies = dependencies;
    this.#store = dependencies.store;
    this.#clock = dependencies.clock;
    this.#emailTokens = dependencies.emailTokens;
    this.#mailer = dependencies.mailer;
  }

  /**
   * Sends the first e-mail to a new user. An address over its limit gets none, so that accounts
   * created and deleted in turn can't flood it.
   */
  welcome(context: RequestContext, user: User): void {
    this.#mailer.enqueue(async () => {
      const hasEnough =
        (await this.#store.attempts.take(
          addressKey(user.emailKey),
          PER_ADDRESS.tries,
          PER_ADDRESS.windowMs,
          this.#clock.now(),
        )) > 0;
      return hasEnough ? undefined : this.#emailTokens.write(context, user, "verify-email");
    });
  }

  /** Sends the link once more. */
  async sendAgain(context: RequestContext): Promise<void> {
    const user = await this.#admit(context);
    if (user.emailVerifiedAt !== undefined) return;
    await countTry(this.#store, this.#clock, addressKey(user.emailKey), PER_ADDRESS);
    this.#mailer.enqueue(() => this.#emailTokens.write(context, user, "verify-email"));
  }

  /**
   * Sends a link to a new address, which becomes the user's when the link is followed. If another
   * user has the address, only that user learns of it.
   */
  async requestChange(context: RequestContext, newEmail: string, password: string): Promise<void> {
    const wanted = parseEmail(newEmail);
    const { realm, email, emailKey: own } = requireUser(context.caller);
    await this.#dependencies.signIn.check(context, { realm, identifier: { email }, password });
    if (wanted.key === own)
      throw new IdentityError("EMAIL_TAKEN", "This is the user's address already.");
    (await this.admitChange(context, wanted))();
  }

  /**
   * Counts an e-mail to a new address of the calling user, and returns the function that sends it.
   * A user who already has the address gets a report instead of the link.
   */
  async admitChange(context: RequestContext, { address, key }: Email): Promise<() => void> {
    const user = await this.#admit(context);
    await countTry(this.#store, this.#clock, addressKey(key), PER_ADDRESS);
    const write = async (): Promise<EmailMessage | undefined> => {
      const owner = await findByAddress(this.#store.users, user.realm, address);
      return owner === undefined
        ? this.#emailTokens.write(context, user, "change-email", address)
        : this.#newsForOwner(context, owner);
    };
    return () => this.#mailer.enqueue(write);
  }

  /** Reports to the owner of an address that another client has tried to register it. */
  notifyOwner(context: RequestContext, realm: string, email: string): void {
    this.#mailer.enqueue(async () => {
      const owner = await findByAddress(this.#store.users, realm, email);
      return owner && this.#newsForOwner(context, owner);
    });
  }

  /**
   * Returns the token of a link that confirms an address. Reading consumes nothing, so programs
   * that scan the links in e-mails do no harm.
   */
  find(token: string): Promise<LiveEmailToken | undefined> {
    return this.#emailTokens.find(token, "verify-email", "change-email");
  }

  /**
   * Returns whether the signed-in caller is the user of the link. Every other caller must give the
   * password: otherwise a link could confirm an account whose password a stranger chose.
   */
  isByItsUser({ caller }: RequestContext, { user }: LiveEmailToken): boolean {
    return isSelf(caller, user);
  }

  /**
   * Consumes the link: confirms the address, or makes it the user's. Returns undefined when the
   * link is no longer valid.
   */
  async confirm(
    context: RequestContext,
    token: string,
    password: string,
  ): Promise<LiveEmailToken | undefined> {
    const found = await this.find(token);
    if (found === undefined) return undefined;
    const { link, user } = found;
    if (!this.isByItsUser(context, found))
      await this.#dependencies.passwordCheck.checkUser(context, user, password);
    const changes = link.purpose === "change-email";
    const done = await this.#store.transaction(async (tx) => {
      if (!(await tx.mailLinks.redeem(link.hash))) return false;
      if (
        !(await (changes ? this.#change(tx, context, found) : this.#verify(tx, found, link.epoch)))
      )
        return false;
      await tx.audit.append(
        auditEvent(this.#clock, context, changes ? "user.change_email" : "user.verify_email", {
          userId: user.id,
        }),
      );
      return true;
    });
    if (!done) return undefined;
    if (changes) notify(this.#dependencies, context, "email-changed", user);
    return found;
  }

  /**
   * Changes the address and ends every session except the calling one, if it is the user's. Returns
   * false when another user has taken the address since.
   */
  async #change(
    tx: Aggregates,
    { caller }: RequestContext,
    { link, user }: LiveEmailToken,
  ): Promise<boolean> {
    const email = parseEmail(link.email);
    if ((await tx.users.update(user.id, { email }, this.#clock.now(), link.epoch)) !== undefined)
      return false;
    await this.#dependencies.elsewhere?.leave(tx, user, { emailKey: email.key });
    if (caller.kind === "user" && caller.user.id === user.id)
      await tx.sessions.carryOver(caller.session.id, link.epoch, link.epoch + 1);
    return this.#verify(tx, { link, user }, link.epoch + 1);
  }

  #verify(tx: Aggregates, { link, user }: LiveEmailToken, epoch: number): Promise<boolean> {
    return tx.users.verifyEmail(user.id, keyOfOwn(user, link.email), epoch, this.#clock.now());
  }

  /** Counts a request for an e-mail and returns the calling user, who must have a session. */
  async #admit({ caller, address }: RequestContext): Promise<User> {
    if (caller.kind !== "user")
      throw new IdentityError("PERMISSION_DENIED", "Only a user can do this.");
    this.#mailer.requirePlace();
    await countTry(this.#store, this.#clock, `email:network:${networkOf(address)}`, PER_NETWORK);
    await countTry(this.#store, this.#clock, `email:user:${caller.user.id}`, PER_USER);
    return caller.user;
  }

  async #newsForOwner(context: RequestContext, owner: User): Promise<EmailMessage | undefined> {
    const now = this.#clock.now();
    if (stateAt(owner, now) !== "active") return undefined;
    const hasEnough =
      (await this.#store.attempts.take(
        `email:owner:${owner.id}`,
        PER_OWNER.tries,
        PER_OWNER.windowMs,
        now,
      )) > 0;
    return hasEnough ? undefined : news(this.#clock, context, "already-registered", owner);
  }
}
