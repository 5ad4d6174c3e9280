// Registration by oneself, in a browser. It owns the silence about who is registered already,
// and must not know what the page looks like.
import type { RequestContext } from "../principal.ts";
import { networkOf } from "../principal.ts";
import type { Clock } from "../clock.ts";
import type { EmailVerification } from "./email-verification.ts";
import { auditEvent } from "../audit.ts";
import { IdentityError } from "../errors.ts";
import { findByAddress } from "./find-user.ts";
import type { Letter, Mailer } from "../email/mailer.ts";
import { checkNewUsername, lookOf, parseEmail } from "./identifiers.ts";
import type { PendingSignUps, SignUpRequest } from "./pending-sign-ups.ts";
import type { HashingPlace } from "../passwords/hasher.ts";
import { checkNewPassword } from "../passwords/hasher.ts";
import type { Registrations } from "./registrations.ts";
import type { Store } from "../store.ts";
import { countTry } from "../security/rate-limit.ts";
import type { NewUser, Users } from "./users.ts";

const WINDOW_MS = 15 * 60_000;
/**
 * Letters to one address, registered or not; fewer from one network, so that one alone keeps no
 * visitor out.
 */
const PER_ADDRESS = { tries: 5, windowMs: WINDOW_MS };
const PER_NETWORK_AND_ADDRESS = { tries: 3, windowMs: WINDOW_MS };
/**
 * How long a name that was asked for with a taken address is taken too: else the same form, sent
 * again, would tell the address.
 */
const NAME_MS = 24 * 60 * 60_000;

/** What the page asks for. */
export type SignUpInput = Pick<NewUser, "realm" | "username" | "email" | "password"> & {
  /** The application's request that goes on afterwards. */ readonly request?: string;
};

export class SignUp {
  /** Whether an account comes to be only when its address is confirmed. */
  readonly confirms: boolean;
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #registrations: Registrations;
  readonly #verification: EmailVerification;
  readonly #pending: PendingSignUps;
  readonly #mailer: Mailer;

  constructor(
    store: Store,
    clock: Clock,
    users: Users,
    registrations: Registrations,
    {
      verification,
      pending,
      mailer,
      confirms,
    }: {
      verification: EmailVerification;
      pending: PendingSignUps;
      mailer: Mailer;
      confirms: boolean;
    },
  ) {
    this.confirms = confirms;
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#registrations = registrations;
    this.#verification = verification;
    this.#pending = pending;
    this.#mailer = mailer;
  }

  /**
   * Registers a user and sends a letter to the address. For one that somebody has already, the
   * answer and the time it takes are the same, and the letter is another one: only who reads the
   * mailbox learns that there is an account. Where addresses are confirmed there is none before, so
   * that no sign-in tells it either.
   */
  register(context: RequestContext, input: SignUpInput): Promise<void> {
    return this.#registrations.attempt(context, undefined, (place) =>
      this.#register(context, place, input),
    );
  }

  async #register(context: RequestContext, place: HashingPlace, input: SignUpInput): Promise<void> {
    const nameKey = `sign-up:name:${input.realm}:${lookOf(input.username)}`;
    // Before anything else, or a name that is taken would tell whether the address is.
    await this.#users.refuseTakenName(input.realm, input.username);
    if (input.username !== "" && (await this.#store.attempts.count(nameKey, this.#clock.now())) > 0)
      throw new IdentityError("USERNAME_TAKEN", "Another user has this name.");
    if (this.confirms) return this.#ask(context, place, input);
    try {
      this.#verification.welcome(
        context,
        await this.#users.create(context, { ...input, enforcePasswordPolicy: true }, place),
      );
    } catch (error) {
      if (!(error instanceof IdentityError) || error.reason !== "EMAIL_TAKEN") throw error;
      await place.hash(input.password);
      await this.#store.attempts.take(nameKey, 1, NAME_MS, this.#clock.now());
      this.#verification.tellOwner(context, input.realm, input.email);
    }
  }

  /** Who has the address is looked up behind the answer only. */
  async #ask(
    context: RequestContext,
    place: HashingPlace,
    { realm, password, request = "", ...input }: SignUpInput,
  ): Promise<void> {
    const { address: email, key: emailKey } = parseEmail(input.email);
    const username = checkNewUsername(input.username);
    checkNewPassword(password, input);
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

  async #write(context: RequestContext, asked: SignUpRequest): Promise<Letter | undefined> {
    const owner = await findByAddress(this.#store.users, asked.realm, asked.email);
    const taken = owner !== undefined && {
      succeeded: false,
      userId: owner.id,
      details: { reason: "EMAIL_TAKEN" },
    };
    await this.#store.audit.append(auditEvent(this.#clock, context, "user.sign_up", { ...taken }));
    if (owner === undefined) return this.#pending.write(context, asked);
    this.#verification.tellOwner(context, asked.realm, asked.email);
    return undefined;
  }
}
