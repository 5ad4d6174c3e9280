// What can be done with an e-mail address and an AccID, a weak shared secret, instead of a password.
// It owns the proof that such calls need and must not know which documented API makes them.
import { auditEvent } from "./audit.ts";
import type { Authentication } from "./authentication.ts";
import type { Context } from "./caller.ts";
import { networkOf } from "./caller.ts";
import type { Clock } from "./clock.ts";
import { IdentityError } from "./errors.ts";
import { findByAddress } from "./find-user.ts";
import type { User } from "./model.ts";
import { parseEmail } from "./names.ts";
import type { Store } from "./store.ts";
import { countTry } from "./throttle.ts";
import { equalSecrets, hashToken } from "./tokens.ts";
import type { Users } from "./users.ts";
import { stateAt } from "./users.ts";

const MINUTE = 60_000;
/** How long a password check counts as a recent one. */
const RECENT_MS = 10 * MINUTE;
const PER_ACC_ID = { tries: 60, windowMs: MINUTE };
const PER_NETWORK = { tries: 600, windowMs: MINUTE };

/** What a deletion without a password needs: a token or a recent password check from the same network; a token; nothing. */
export type DeleteProof = "recent_login" | "token" | "none";

/** Who is meant. */
export interface AccIdAccount {
  readonly api: string;
  readonly realm: string;
  readonly accId: string;
  readonly email: string;
}

/** Who was deleted a moment ago has no session left to end. */
function ignoreGone(error: unknown): void {
  if (!(error instanceof IdentityError && error.reason === "USER_NOT_FOUND")) throw error;
}

export class AccIdAccounts {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #users: Users;
  readonly #authentication: Authentication;

  constructor(store: Store, clock: Clock, users: Users, authentication: Authentication) {
    this.#store = store;
    this.#clock = clock;
    this.#users = users;
    this.#authentication = authentication;
  }

  /** Ends every session and token. Nobody learns whether there is such a user. */
  async signOut(context: Context, account: AccIdAccount): Promise<void> {
    await this.#count(context, account);
    const user = await this.#find(account);
    if (user !== undefined) await this.#users.endAccess(context, user.id).catch(ignoreGone);
  }

  /** Deletes the user, softly. Without proof, and for somebody unknown or locked, one refusal. */
  async delete(context: Context, account: AccIdAccount, token: string, proof: DeleteProof): Promise<void> {
    await this.#count(context, account);
    const user = await this.#find(account);
    if (user === undefined || !(await this.#isProven(context, account.api, user, token, proof))) {
      const refusal = new IdentityError("PROOF_REQUIRED", "Sign in first: the caller has not shown to be this user.");
      await this.#store.audit.append(auditEvent(this.#clock, context, "user.delete", { succeeded: false, userId: user?.id, details: { reason: refusal.reason } }));
      throw refusal;
    }
    await this.#users.delete(context, user.id);
  }

  async #isProven(context: Context, api: string, user: User, token: string, proof: DeleteProof): Promise<boolean> {
    // Nobody gets rid of a lock by registering anew.
    if (stateAt(user, this.#clock.now()) === "locked") return false;
    if (proof === "none") return true;
    if (token !== "") {
      const caller = await this.#authentication.callerOf(token, api).catch((error: unknown) => {
        if (error instanceof IdentityError && error.reason === "TOKEN_INVALID") return undefined;
        throw error;
      });
      return caller?.kind === "user" && caller.user.id === user.id;
    }
    if (proof === "token") return false;
    const last = await this.#store.passwordChecks.last(user.id, networkOf(context.address));
    return last !== undefined && last + RECENT_MS > this.#clock.now();
  }

  async #find({ realm, accId, email }: AccIdAccount): Promise<User | undefined> {
    const user = await findByAddress(this.#store.users, realm, parseEmail(email).address);
    return user !== undefined && equalSecrets(user.accId, accId) ? user : undefined;
  }

  async #count(context: Context, { api, accId }: AccIdAccount): Promise<void> {
    await countTry(this.#store, this.#clock, `${api}:acc-id:${hashToken(accId)}`, PER_ACC_ID);
    await countTry(this.#store, this.#clock, `${api}:network:${networkOf(context.address)}`, PER_NETWORK);
  }
}
