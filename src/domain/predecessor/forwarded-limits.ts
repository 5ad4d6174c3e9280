import { takingBack } from "../call-time.ts";
import { accountNameOf } from "../sign-in/password-check.ts";
import { findWithCheck } from "../accounts/find-user.ts";
import { IdentityError } from "../errors.ts";
import {
  type ClientAuthentication,
  wrongSecretsOf,
} from "../oauth/clients/client-authentication.ts";
import { networkOf } from "../security/networks.ts";
import type { SignInRateLimiter } from "../security/sign-in-rate-limiter.ts";
import type { Store } from "../store.ts";
import { LEARNING } from "./facts.ts";

interface ForwardedLimitsDependencies {
  readonly store: Pick<Store, "users" | "attempts" | "transaction">;
  readonly rateLimiter: SignInRateLimiter;
  readonly clientAuthentication: ClientAuthentication;
}

/** Sends a call to the predecessor; undefined when it can't be asked. */
interface Question<Reply> {
  readonly ask: () => Promise<Reply | undefined>;
  /** Whether the predecessor has taken the secret of the call for right. */
  readonly isRight: (reply: Reply) => boolean;
}

/** Ends a check without a verdict. */
const noVerdict = new Error("the predecessor has given no verdict");

/**
 * The limits of wrong passwords and wrong secrets, for calls that Latchkey leaves to the
 * predecessor. They are those of `own`, so that forwarding is no way around them.
 */
export class ForwardedLimits {
  readonly #store: ForwardedLimitsDependencies["store"];
  readonly #rateLimiter: SignInRateLimiter;
  readonly #clientAuthentication: ClientAuthentication;

  constructor({ store, rateLimiter, clientAuthentication }: ForwardedLimitsDependencies) {
    this.#store = store;
    this.#rateLimiter = rateLimiter;
    this.#clientAuthentication = clientAuthentication;
  }

  /**
   * Forwards an exchange of a code. A secret that isn't right here counts as a wrong one, unless
   * the predecessor takes it.
   */
  async redeem<Reply>(
    { clientId, clientSecret, address }: Record<"clientId" | "clientSecret" | "address", string>,
    { ask, isRight }: Question<Reply>,
  ): Promise<Reply | undefined> {
    // Without an application there is no secret to guess.
    if (clientId === "" || (await this.#isRightHere(clientId, clientSecret, address))) return ask();
    const wrong = wrongSecretsOf(clientId, address);
    const takeBack = () => takingBack(() => this.#store.attempts.giveBack(wrong));
    const reply = await ask().catch(async (error: unknown) => {
      await takeBack();
      throw error;
    });
    if (reply === undefined || isRight(reply)) await takeBack();
    return reply;
  }

  /** Forwards a call with a password. Without a user in it, only its network counts. */
  async signIn<Reply>(
    user: Record<"realm" | "email" | "username" | "address", string>,
    { ask, isRight }: Question<Reply>,
  ): Promise<Reply | undefined> {
    const attempt = await this.#attemptOf(user);
    this.#rateLimiter.requireOpen(user.address);
    let reply: Reply | undefined;
    const check = async (): Promise<Reply | undefined> => {
      reply = await ask();
      if (reply === undefined) throw noVerdict;
      if (!isRight(reply)) return undefined;
      await this.#store.transaction((tx) => this.#rateLimiter.forgive(tx, attempt));
      return reply;
    };
    await this.#rateLimiter.check(attempt, check).catch((error: unknown) => {
      if (error !== noVerdict) throw error;
    });
    return reply;
  }

  /** Returns whether the secret is right here; counts a wrong one, and rejects beyond the limit. */
  async #isRightHere(clientId: string, clientSecret: string, address: string): Promise<boolean> {
    try {
      const credentials = { authorization: "", clientId, clientSecret };
      await this.#clientAuthentication.authenticate({ ...LEARNING, address }, credentials);
      return true;
    } catch (error) {
      const isWrong =
        error instanceof IdentityError && error.reason === "CLIENT_AUTHENTICATION_FAILED";
      if (!isWrong) throw error;
      return false;
    }
  }

  async #attemptOf({
    realm,
    email,
    username,
    address,
  }: Record<"realm" | "email" | "username" | "address", string>) {
    if (email === "" && username === "") return { address, known: false };
    const identifier = email === "" ? { username } : { email };
    const network = networkOf(address);
    const found = await findWithCheck(this.#store.users, { realm, identifier, network });
    const account = found?.user.id ?? accountNameOf({ realm, identifier, password: "" });
    return { account, address, known: found?.lastCheck !== undefined };
  }
}
