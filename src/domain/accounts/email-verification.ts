// Whether a user reads mail at an address, the one that is known or one that is to take its place.
// It owns the way by a link in a letter and must not know what the pages look like.
import { isSelf } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { RequestContext } from "../principal.ts";
import { networkOf, requireUser } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import { findByAddress, keyOfOwn } from "./find-user.ts";
import type { Letter, Mailer } from "../email/mailer.ts";
import { news, notify } from "../email/mailer.ts";
import type { LiveEmailToken, EmailTokens } from "../email/email-tokens.ts";
import type { User } from "../model.ts";
import type { Email } from "./identifiers.ts";
import { parseEmail } from "./identifiers.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import type { Aggregates, Store } from "../store.ts";
import { countTry } from "../security/rate-limit.ts";
import { stateAt } from "./users.ts";

const WINDOW_MS = 15 * 60_000;
const PER_NETWORK = { tries: 60, windowMs: WINDOW_MS };
const PER_USER = { tries: 5, windowMs: WINDOW_MS };
/** To one address, whoever asks for it. */
const PER_ADDRESS = { tries: 5, windowMs: WINDOW_MS };
/** News to somebody that others try the address. */
const PER_OWNER = { tries: 3, windowMs: 24 * 60 * 60_000 };

const addressKey = (key: string): string => `email:address:${key}`;

export class EmailVerification {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #signIn: SignIn;
  readonly #links: EmailTokens;
  readonly #mailer: Mailer;

  constructor(store: Store, clock: Clock, signIn: SignIn, links: EmailTokens, mailer: Mailer) {
    this.#store = store;
    this.#clock = clock;
    this.#signIn = signIn;
    this.#links = links;
    this.#mailer = mailer;
  }

  /**
   * Sends the first letter to a new user; none to an address that has had enough, or it could be
   * flooded by accounts that come and go.
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
      return hasEnough ? undefined : this.#links.write(context, user, "verify-email");
    });
  }

  /** Sends the letter once more. */
  async sendAgain(context: RequestContext): Promise<void> {
    const user = await this.#admit(context);
    if (user.emailVerifiedAt !== undefined) return;
    await countTry(this.#store, this.#clock, addressKey(user.emailKey), PER_ADDRESS);
    this.#mailer.enqueue(() => this.#links.write(context, user, "verify-email"));
  }

  /**
   * Sends a link to a new address, which is the user's only when it is followed. Whether somebody
   * else has the address is told to nobody but them.
   */
  async requestChange(context: RequestContext, newEmail: string, password: string): Promise<void> {
    const wanted = parseEmail(newEmail);
    const { realm, email, emailKey: own } = requireUser(context.caller);
    await this.#signIn.check(context, { realm, identifier: { email }, password });
    if (wanted.key === own)
      throw new IdentityError("EMAIL_TAKEN", "This is the user's address already.");
    (await this.admitChange(context, wanted))();
  }

  /**
   * Counts a letter to a new address of the calling user and answers what sends it: a link, or news
   * to the user who has the address.
   */
  async admitChange(context: RequestContext, { address, key }: Email): Promise<() => void> {
    const user = await this.#admit(context);
    await countTry(this.#store, this.#clock, addressKey(key), PER_ADDRESS);
    const write = async (): Promise<Letter | undefined> => {
      const owner = await findByAddress(this.#store.users, user.realm, address);
      return owner === undefined
        ? this.#links.write(context, user, "change-email", address)
        : this.#newsForOwner(context, owner);
    };
    return () => this.#mailer.enqueue(write);
  }

  /** Tells the owner of an address that somebody has tried to register it. */
  tellOwner(context: RequestContext, realm: string, email: string): void {
    this.#mailer.enqueue(async () => {
      const owner = await findByAddress(this.#store.users, realm, email);
      return owner && this.#newsForOwner(context, owner);
    });
  }

  /**
   * The link of a token that confirms an address. Programs that look at the links in letters do no
   * harm by it.
   */
  find(token: string): Promise<LiveEmailToken | undefined> {
    return this.#links.find(token, "verify-email", "change-email");
  }

  /**
   * Whether the link's own user follows it, signed in: all others give the password. A link that
   * opens by itself would confirm an account, and its password, that a stranger made.
   */
  isByItsUser({ caller }: RequestContext, { user }: LiveEmailToken): boolean {
    return isSelf(caller, user);
  }

  /**
   * Does what the link was sent for, once: notes that the address is the user's, or makes it so.
   * Answers nothing when it can't be done.
   */
  async confirm(
    context: RequestContext,
    token: string,
    password: string,
  ): Promise<LiveEmailToken | undefined> {
    const found = await this.find(token);
    if (found === undefined) return undefined;
    const { link, user } = found;
    if (!this.isByItsUser(context, found)) await this.#signIn.checkUser(context, user, password);
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
    if (changes) notify(this.#mailer, this.#clock, context, "email-changed", user.email);
    return found;
  }

  /**
   * Ends every session but the one that it is done in, if that is the user's; false when somebody
   * else has taken the address since.
   */
  async #change(
    tx: Aggregates,
    { caller }: RequestContext,
    { link, user }: LiveEmailToken,
  ): Promise<boolean> {
    const email = parseEmail(link.email);
    if ((await tx.users.update(user.id, { email }, this.#clock.now(), link.epoch)) !== undefined)
      return false;
    if (caller.kind === "user" && caller.user.id === user.id)
      await tx.sessions.carryOver(caller.session.id, link.epoch, link.epoch + 1);
    return this.#verify(tx, { link, user }, link.epoch + 1);
  }

  #verify(tx: Aggregates, { link, user }: LiveEmailToken, epoch: number): Promise<boolean> {
    return tx.users.verifyEmail(user.id, keyOfOwn(user, link.email), epoch, this.#clock.now());
  }

  /** Who asks for a letter: a user in a session, not too often. */
  async #admit({ caller, address }: RequestContext): Promise<User> {
    if (caller.kind !== "user")
      throw new IdentityError("PERMISSION_DENIED", "Only a user can do this.");
    this.#mailer.requirePlace();
    await countTry(this.#store, this.#clock, `email:network:${networkOf(address)}`, PER_NETWORK);
    await countTry(this.#store, this.#clock, `email:user:${caller.user.id}`, PER_USER);
    return caller.user;
  }

  async #newsForOwner(context: RequestContext, owner: User): Promise<Letter | undefined> {
    const now = this.#clock.now();
    if (stateAt(owner, now) !== "active") return undefined;
    const hasEnough =
      (await this.#store.attempts.take(
        `email:owner:${owner.id}`,
        PER_OWNER.tries,
        PER_OWNER.windowMs,
        now,
      )) > 0;
    return hasEnough ? undefined : news(this.#clock, context, "already-registered", owner.email);
  }
}
