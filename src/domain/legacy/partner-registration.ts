import { MINUTE } from "../durations.ts";
import type { RequestContext } from "../request-context.ts";
import { networkOf } from "../security/networks.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import { findByAddress } from "../accounts/find-user.ts";
import type { Client, User } from "../model.ts";
import { checkUsername, MAX_NAME } from "../accounts/usernames.ts";
import { isLongerThan } from "../text.ts";
import { parseEmail } from "../accounts/email-address.ts";
import type { Realms } from "../oauth/clients/realms.ts";
import { MAX_PASSWORD_BYTES } from "../passwords/policy.ts";
import type { Registrations } from "../accounts/registrations.ts";
import type { SignIn } from "../sign-in/sign-in.ts";
import type { Store } from "../store.ts";
import { countTry } from "../security/rate-limit.ts";
import { hashToken } from "../security/tokens.ts";
import type { Users } from "../accounts/users.ts";
import { stateAt } from "../accounts/user-state.ts";

/** The limit of wrong keys from one network. */
const WRONG_KEYS = { tries: 300, windowMs: 5 * MINUTE };
const PER_KEY = { tries: 600, windowMs: MINUTE };
/**
 * The limit for one address of the partner's users. The backend states the address, so it only
 * slows down the partner's own users.
 */
const PER_STATED_ADDRESS = { tries: 60, windowMs: MINUTE };

/** A user in a request of the backend. An empty text is an absent one. */
export interface PartnerUser {
  readonly login: string;
  readonly password: string;
  readonly email: string;
  readonly ip: string;
}

/** Returns the context with the client of the key as its caller, for the audit trail. */
const actingAs = (context: RequestContext, { id }: Client): RequestContext => ({
  caller: { kind: "partner", clientId: id },
  address: context.address,
  userAgent: context.userAgent,
  expired: (withinMs) => context.expired(withinMs),
});

const accessDenied = (): IdentityError =>
  new IdentityError("CLIENT_AUTHENTICATION_FAILED", "The key is missing or wrong.");

/** Returns whether a check doesn't throw. */
function passes(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

export interface PartnerRegistrationDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly users: Users;
  readonly registrations: Registrations;
  readonly signIn: SignIn;
  readonly realms: Realms;
  /** The documented API and the realm of its users. */
  readonly api: string;
  readonly realm: string;
  /** Returns whether a text is an IP address. */
  readonly isAddress: (text: string) => boolean;
}

/**
 * Registers and checks users for the backend of a partner. The only credential is the secret of the
 * partner's client.
 */
export class PartnerRegistration {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #registrations: Registrations;
  readonly #signIn: SignIn;
  readonly #realms: Realms;
  readonly #api: string;
  readonly #realm: string;
  readonly #isAddress: (text: string) => boolean;

  constructor({
    store,
    clock,
    users,
    registrations,
    signIn,
    realms,
    api,
    realm,
    isAddress,
  }: PartnerRegistrationDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#registrations = registrations;
    this.#signIn = signIn;
    this.#realms = realms;
    this.#api = api;
    this.#realm = realm;
    this.#isAddress = isAddress;
  }

  /** Registers a user. Checks the key, the fields, a locked and an existing user, in this order. */
  async register(context: RequestContext, key: string, input: PartnerUser): Promise<void> {
    const client = await this.#clientOf(context, key);
    const asPartner = actingAs(context, client);
    this.#checkFields(input, { email: true, ip: true });
    await this.#count(client, input.ip);
    const { login, email, password } = input;
    await this.#registrations.attempt(asPartner, client.id, async (place) => {
      const there = [
        await this.#store.users.findByUsername(this.#realm, login),
        await findByAddress(this.#store.users, this.#realm, email),
      ];
      if (there.some((user) => this.#isLocked(user)))
        throw new IdentityError("USER_LOCKED", "The user is locked.");
      await this.#users.create(
        asPartner,
        {
          realm: this.#realm,
          username: login,
          email,
          password,
          enforcePasswordPolicy: false,
          registeredBy: { clientId: client.id, ip: input.ip, key },
          api: this.#api,
        },
        place,
      );
    });
  }

  /** Checks the password of a user. */
  async login(
    context: RequestContext,
    key: string,
    input: Omit<PartnerUser, "email">,
  ): Promise<void> {
    const client = await this.#clientOf(context, key);
    this.#checkFields({ ...input, email: "" }, { email: false, ip: input.ip !== "" });
    await this.#count(client, input.ip);
    const partner = { clientId: client.id, reportedAddress: input.ip, key };
    await this.#signIn.check(actingAs(context, client), {
      realm: this.#realm,
      identifier: { username: input.login },
      password: input.password,
      partner,
    });
  }

  async #clientOf(context: RequestContext, key: string): Promise<Client> {
    const client =
      key === ""
        ? undefined
        : await this.#store.clients.findBySecret(hashToken(key), this.#clock.now());
    if (
      client === undefined ||
      client.disabledAt !== undefined ||
      !client.apis.includes(this.#api) ||
      this.#realms.of(client) !== this.#realm
    ) {
      // A missing key is no guess, so it doesn't count.
      if (key !== "")
        await countTry(
          this.#store,
          this.#clock,
          `${this.#api}:wrong-key:${networkOf(context.address)}`,
          WRONG_KEYS,
        );
      throw accessDenied();
    }
    return client;
  }

  /** Rejects the request with all its wrong fields. */
  #checkFields(
    { login, password, email, ip }: PartnerUser,
    needed: { email: boolean; ip: boolean },
  ): void {
    const passwordBytes =
      password.length > MAX_PASSWORD_BYTES ? password.length : Buffer.byteLength(password);
    const wrong = [
      login === "" || isLongerThan(login, MAX_NAME) || !passes(() => checkUsername(login))
        ? "login"
        : "",
      passwordBytes < 1 || passwordBytes > MAX_PASSWORD_BYTES ? "password" : "",
      needed.email && !passes(() => parseEmail(email)) ? "email" : "",
      needed.ip && !this.#isAddress(ip) ? "ip" : "",
    ].filter((field) => field !== "");
    if (wrong.length > 0)
      throw new IdentityError("FIELD_INVALID", `Missing or malformed: ${wrong.join(", ")}.`, {
        fields: wrong.map((field) => ({ field, description: "is missing or malformed" })),
      });
  }

  async #count(client: Client, ip: string): Promise<void> {
    await countTry(this.#store, this.#clock, `${this.#api}:client:${client.id}`, PER_KEY);
    if (ip !== "")
      await countTry(
        this.#store,
        this.#clock,
        `${this.#api}:ip:${client.id}:${networkOf(ip)}`,
        PER_STATED_ADDRESS,
      );
  }

  #isLocked(user: User | undefined): boolean {
    return user !== undefined && stateAt(user, this.#clock.now()) === "locked";
  }
}
