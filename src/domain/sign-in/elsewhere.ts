import type { User } from "../model.ts";
import type { OriginSource } from "../origins.ts";
import type { RequestContext } from "../request-context.ts";
import type { Aggregates } from "../store.ts";
import type { Credentials } from "./credentials.ts";
import type { NewUser } from "../accounts/new-user.ts";

/** The address and the name that a user gets; an absent one stays. */
export interface IdentifierChange {
  readonly emailKey?: string | undefined;
  readonly username?: string | undefined;
}

/** Knows passwords of users whose password isn't known here. */
export interface PasswordSource {
  /**
   * Asks about a password; `user` is the one that is known here without a password. Returns the
   * user, who is then known here, if the password is right.
   */
  ask(
    context: RequestContext,
    credentials: Credentials,
    user: User | undefined,
  ): Promise<User | undefined>;
}

/**
 * Another server that still has users of ours. It is asked about those whose password isn't known
 * here, and it learns what happens here, so that an owner can go back to it.
 */
export interface Elsewhere extends PasswordSource {
  /**
   * Registers a user there before it is registered here. Returns what to keep as the origin of the
   * user; undefined when no other server has to know. Rejects with its conflict, and when it can't
   * be asked.
   */
  register(context: RequestContext, user: NewUser): Promise<OriginSource | undefined>;
  /** Deletes a user there before the deletion here; rejects when it can't be asked. */
  delete(context: RequestContext, user: User): Promise<void>;
  /**
   * Notes the address and the name that a change takes from a user; without a change, both. The
   * other server still has them, and must not bring a second user in by them.
   */
  leave(tx: Aggregates, user: User, change?: IdentifierChange): Promise<void>;
  /** Ends the sessions of a user there; a failure changes nothing here. */
  signOut(context: RequestContext, user: User): Promise<void>;
}
