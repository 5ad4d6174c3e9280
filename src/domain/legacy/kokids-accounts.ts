import { CLOCK_SKEW, MINUTE } from "../durations.ts";
import { isSelf } from "../acting.ts";
import type { AuditType } from "../audit.ts";
import { auditEvent } from "../audit.ts";
import type { Authentication } from "../sessions/authentication.ts";
import type { Principal } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import { networkOf } from "../security/networks.ts";
import type { Clock } from "../clock.ts";
import type { Reason } from "../errors.ts";
import { IdentityError } from "../errors.ts";
import type { Elsewhere } from "../sign-in/elsewhere.ts";
import { findByAddress } from "../accounts/find-user.ts";
import type { User } from "../model.ts";
import { parseEmail } from "../accounts/email-address.ts";
import type { Store } from "../store.ts";
import { countTry } from "../security/rate-limit.ts";
import { equalSecrets, hashToken } from "../security/tokens.ts";
import type { Users } from "../accounts/users.ts";
import { stateAt } from "../accounts/user-state.ts";

/** How long a password check counts as recent. */
const RECENT_MS = 10 * MINUTE;
const PER_ACC_ID = { tries: 60, windowMs: MINUTE };
const PER_NETWORK = { tries: 600, windowMs: MINUTE };

/**
 * What a deletion without a password needs: a token or a recent password check from the same
 * network (`recent_login`), a token, or nothing.
 */
export type DeleteProof = "recent_login" | "token" | "none";

/** The account of a call. */
export interface KokidsAccount {
  readonly api: string;
  readonly realm: string;
  readonly accId: string;
  readonly email: string;
}

/**
 * Returns false if the user no longer exists, or is an administrator, whom only the user and the
 * operator can change.
 */
async function isDone(act: Promise<unknown>): Promise<boolean> {
  try {
    await act;
    return true;
  } catch (error) {
    if (error instanceof IdentityError && REFUSALS.has(error.reason)) return false;
    throw error;
  }
}

/**
 * The errors that must look like an unknown user. `TOKEN_INVALID` means that the token that was the
 * proof has ended meanwhile.
 */
const REFUSALS: ReadonlySet<string> = new Set([
  "USER_NOT_FOUND",
  "PERMISSION_DENIED",
  "TOKEN_INVALID",
]);

export interface KokidsAccountsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly users: Users;
  readonly authentication: Authentication;
  readonly elsewhere?: Elsewhere | undefined;
}

/** Calls with an e-mail address and an AccID, a weak shared secret, instead of a password. */
export class KokidsAccounts {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #authentication: Authentication;
  readonly #elsewhere: Elsewhere | undefined;

  constructor({ store, clock, users, authentication, elsewhere }: KokidsAccountsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#authentication = authentication;
    this.#elsewhere = elsewhere;
  }

  /** Ends every session and token. The response doesn't reveal whether the user exists. */
  async signOut(context: RequestContext, account: KokidsAccount): Promise<void> {
    await this.#count(context, account);
    const user = await this.#find(account);
    if (user === undefined) return;
    if (await isDone(this.#users.endAccess(context, user.id)))
      await this.#elsewhere?.signOut(context, user);
    else await this.#noteRefusal(context, "user.sign_out", user, "PERMISSION_DENIED");
  }

  /**
   * Deletes the user softly. One error covers a missing proof, and a user who is unknown, locked or
   * an administrator.
   */
  async delete(
    context: RequestContext,
    account: KokidsAccount,
    token: string,
    proof: DeleteProof,
  ): Promise<void> {
    await this.#count(context, account);
    const user = await this.#find(account);
    const prover =
      user && (await this.#prover(context, user, { api: account.api, token, required: proof }));
    if (
      user !== undefined &&
      prover !== undefined &&
      (await isDone(this.#users.delete(context, user.id, prover)))
    )
      return;
    const refusal = new IdentityError(
      "PROOF_REQUIRED",
      "Sign in first: the caller has not proved to be this user.",
    );
    await this.#noteRefusal(context, "user.delete", user, refusal.reason);
    throw refusal;
  }

  /**
   * Returns the principal that has proved to be the user: the caller of the token, or else the
   * caller of this call. Returns undefined without a proof.
   */
  async #prover(
    context: RequestContext,
    user: User,
    proof: { readonly api: string; readonly token: string; readonly required: DeleteProof },
  ): Promise<Principal | undefined> {
    const { api, token, required } = proof;
    // Otherwise a locked user could delete the account and register again.
    if (stateAt(user, this.#clock.now()) === "locked") return undefined;
    if (required === "none") return context.caller;
    if (token !== "") {
      const caller = await this.#authentication.callerOf(token, api).catch((error: unknown) => {
        if (error instanceof IdentityError && error.reason === "TOKEN_INVALID") return undefined;
        throw error;
      });
      return caller !== undefined && isSelf(caller, user) ? caller : undefined;
    }
    if (required === "token") return undefined;
    const last = await this.#store.passwordChecks.last(user.id, networkOf(context.address));
    const now = this.#clock.now();
    // A time ahead of now comes from a clock that was wrong, and shows no recent sign-in.
    const isRecent = last !== undefined && last + RECENT_MS > now && last <= now + CLOCK_SKEW;
    return isRecent ? context.caller : undefined;
  }

  #noteRefusal(
    context: RequestContext,
    type: AuditType,
    user: User | undefined,
    reason: Reason,
  ): Promise<void> {
    return this.#store.audit.append(
      auditEvent(this.#clock, context, type, {
        succeeded: false,
        userId: user?.id,
        details: { reason },
      }),
    );
  }

  async #find({ realm, accId, email }: KokidsAccount): Promise<User | undefined> {
    const user = await findByAddress(this.#store.users, realm, parseEmail(email).address);
    return user !== undefined && equalSecrets(user.accId, accId) ? user : undefined;
  }

  async #count(context: RequestContext, { api, accId }: KokidsAccount): Promise<void> {
    await countTry(this.#store, this.#clock, `${api}:acc-id:${hashToken(accId)}`, PER_ACC_ID);
    await countTry(
      this.#store,
      this.#clock,
      `${api}:network:${networkOf(context.address)}`,
      PER_NETWORK,
    );
  }
}
