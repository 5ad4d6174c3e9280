import type { RequestContext } from "../request-context.ts";
import { networkOf } from "../security/networks.ts";
import type { Clock } from "../clock.ts";
import type { EmailVerification } from "./email-verification.ts";
import { auditEvent } from "../audit.ts";
import { IdentityError } from "../errors.ts";
import { findByAddress } from "./find-user.ts";
import type { EmailMessage, Mailer } from "../email/mailer.ts";
import { checkNewUsername, lookOf } from "./usernames.ts";
import { parseEmail } from "./email-address.ts";
import type { PendingSignUps, SignUpRequest } from "./pending-sign-ups.ts";
import type { HashingPlace } from "../passwords/hasher.ts";
import { checkNewPassword } from "../passwords/policy.ts";
import type { Registrations } from "./registrations.ts";
import type { Store } from "../store.ts";
import { DAY, MINUTE } from "../durations.ts";
import { countTry } from "../security/rate-limit.ts";
import type { NewUser } from "./new-user.ts";
import type { Users } from "./users.ts";

const WINDOW_MS = 15 * MINUTE;
/**
 * E-mails to one address, registered or not. One network has fewer, so that it can't block other
 * users alone.
 */
const PER_ADDRESS = { tries: 5, windowMs: WINDOW_MS };
const PER_NETWORK_AND_ADDRESS = { tries: 3, windowMs: WINDOW_MS };
/**
 * How long a name that was requested with a taken address counts as taken too. Otherwise the same
 * form, sent again, would reveal that the address is taken.
 */
const NAME_MS = DAY;

/** The input of the registration page. */
export type SignUpInput = Pick<NewUser, "realm" | "username" | "email" | "password"> & {
  /** The client's authorization request that continues afterwards. */
  readonly request?: string;
};

interface SignUpDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly users: Users;
  readonly registrations: Registrations;
  readonly emailVerification: EmailVerification;
  readonly pendingSignUps: PendingSignUps;
  readonly mailer: Mailer;
  /** Whether an account is created only when its address is confirmed. */
  readonly confirms: boolean;
}

/** Registration on a page, without revealing who is registered already. */
export class SignUp {
  /** Whether an account is created only when its address is confirmed. */
  readonly confirms: boolean;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #registrations: Registrations;
  readonly #verification: EmailVerification;
  readonly #pending: PendingSignUps;
  readonly #mailer: Mailer;

  constructor(dependencies: SignUpDependencies) {
    this.confirms = dependencies.confirms;
    this.#store = dependencies.store;
    this.#clock = dependencies.clock;
    this.#users = dependencies.users;
    this.#registrations = dependencies.registrations;
    this.#verification = dependencies.emailVerification;
    this.#pending = dependencies.pendingSignUps;
    this.#mailer = dependencies.mailer;
  }

  /**
   * Registers a user and sends an e-mail to the address. For an address that a user has already,
   * the response and its time are the same, but the e-mail is another one. So only the reader of
   * the mailbox learns that there is an account. Where addresses are confirmed, the account is
   * created later, so that a sign-in doesn't reveal it either.
   */
  register(context: RequestContext, input: SignUpInput): Promise<void> {
    return this.#registrations.attempt(context, undefined, (place) =>
      this.#register(context, place, input),
    );
  }

  async #register(context: RequestContext, place: HashingPlace, input: SignUpInput): Promise<void> {
    const nameKey = `sign-up:name:${input.realm}:${lookOf(input.username)}`;
    // Checked first: otherwise the error for a taken name would reveal whether the address is
    // taken.
    await this.#users.refuseTakenName(input.realm, input.username);
    const now = this.#clock.now();
    if (input.username !== "" && (await this.#store.attempts.count(nameKey, NAME_MS, now)) > 0)
      throw new IdentityError("USERNAME_TAKEN", "Another user has this name.");
    if (this.confirms) return this.#sendLink(context, place, input);
    try {
      this.#verification.welcome(
        context,
        await this.#users.create(context, { ...input, enforcePasswordPolicy: true }, place),
      );
    } catch (error) {
      if (!(error instanceof IdentityError) || error.reason !== "EMAIL_TAKEN") throw error;
      await place.hash(input.password);
      await this.#store.attempts.take(nameKey, 1, NAME_MS, this.#clock.now());
      this.#verification.notifyOwner(context, input.realm, input.email);
    }
  }

  /** Sends a link. The owner of the address is looked up only after the response. */
  async #sendLink(
    context: RequestContext,
    place: HashingPlace,
    { realm, password, request = "", ...input }: SignUpInput,
  ): Promise<void> {
    const { address: email, key: emailKey } = parseEmail(input.email);
    const username = checkNewUsername(input.username);
    await checkNewPassword(password, input);
    this.#mailer.requirePlace();
    const key = `${realm}:${emailKey}`;
    await countTry(
      this.#store,
      this.#clock,
      `sign-up:address:${networkOf(context.address)}:${key}`,
      PER_NETWORK_AND_ADDRESS,
    );
    await countTry(this.#store, this.#clock, `sign-up:address:${key}`, PER_ADDRESS);
    const passwordHash = await place.hash(password);
    this.#mailer.enqueue(() =>
      this.#write(context, { realm, username, email, emailKey, passwordHash, request }),
    );
  }

  async #write(context: RequestContext, asked: SignUpRequest): Promise<EmailMessage | undefined> {
    const owner = await findByAddress(this.#store.users, asked.realm, asked.email);
    const taken = owner !== undefined && {
      succeeded: false,
      userId: owner.id,
      details: { reason: "EMAIL_TAKEN" },
    };
    await this.#store.audit.append(auditEvent(this.#clock, context, "user.sign_up", { ...taken }));
    if (owner === undefined) return this.#pending.write(context, asked);
    this.#verification.notifyOwner(context, asked.realm, asked.email);
    return undefined;
  }
}
