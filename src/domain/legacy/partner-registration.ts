// Users whom a partner's backend registers and checks, with the secret of its application as the
// only credential. It owns the order of the checks and must not know how the answers look.
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

const MINUTE = 60_000;
/** Wrong keys from one network: nothing is checked for them, and nobody needs so many. */
const WRONG_KEYS = { tries: 300, windowMs: 5 * MINUTE };
const PER_KEY = { tries: 600, windowMs: MINUTE };
/**
 * The address that the backend tells: good enough to slow its own users down, and for nothing else.
 */
const PER_TOLD_ADDRESS = { tries: 60, windowMs: MINUTE };

/** What the backend says of a user; empty is absent. */
export interface PartnerUser {
  readonly login: string;
  readonly password: string;
  readonly email: string;
  readonly ip: string;
}

/** The call as one of the client whose key it shows, for the audit trail. */
const actingAs = (context: RequestContext, { id }: Client): RequestContext => ({
  caller: { kind: "partner", clientId: id },
  address: context.address,
  userAgent: context.userAgent,
  expired: () => context.expired(),
});

const accessDenied = (): IdentityError =>
  new IdentityError("CLIENT_AUTHENTICATION_FAILED", "The key is missing or wrong.");

/** Whether a text passes a check that throws. */
function passes(check: () => unknown): boolean {
  try {
    check();
    return true;
  } catch {
    return false;
  }
}

export class PartnerRegistration {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #registrations: Registrations;
  readonly #signIn: SignIn;
  readonly #api: string;
  readonly #realm: string;
  readonly #realms: Realms;
  readonly #isAddress: (text: string) => boolean;

  constructor(
    store: Store,
    clock: Clock,
    users: Users,
    registrations: Registrations,
    signIn: SignIn,
    options: { api: string; realm: string; realms: Realms; isAddress: (text: string) => boolean },
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#registrations = registrations;
    this.#signIn = signIn;
    this.#api = options.api;
    this.#realm = options.realm;
    this.#realms = options.realms;
    this.#isAddress = options.isAddress;
  }

  /** Registers a user. In this order: the key, the fields, a locked user, an existing user. */
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
          registeredBy: { clientId: client.id, ip: input.ip },
        },
        place,
      );
    });
  }

  /** Checks a password. */
  async login(
    context: RequestContext,
    key: string,
    input: Omit<PartnerUser, "email">,
  ): Promise<void> {
    const client = await this.#clientOf(context, key);
    this.#checkFields({ ...input, email: "" }, { email: false, ip: input.ip !== "" });
    await this.#count(client, input.ip);
    const partner = { clientId: client.id, reportedAddress: input.ip };
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
      !client.apis.includes(this.#api) ||
      this.#realms.of(client) !== this.#realm
    ) {
      // One that is missing is no guess.
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

  /** Names every wrong field at once. */
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
        PER_TOLD_ADDRESS,
      );
  }

  #isLocked(user: User | undefined): boolean {
    return user !== undefined && stateAt(user, this.#clock.now()) === "locked";
  }
}
