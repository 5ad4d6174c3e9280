import type { Session, User } from "../model.ts";
import type { StorePage } from "../paging.ts";

export interface SessionStore {
  insert(session: Session): Promise<void>;
  find(id: string): Promise<Session | undefined>;
  /** Reads the session and its user in one query. */
  findByToken(tokenHash: string): Promise<{ session: Session; user: User } | undefined>;
  /** Lists sessions of this epoch that have not expired, newest first; `after` is an id. */
  list(userId: string, epoch: number, now: number, page: StorePage): Promise<Session[]>;
  /** Records a use. */
  touch(id: string, now: number): Promise<void>;
  /** Keeps the session from ending before the transaction does; false when there is none. */
  hold(id: string): Promise<boolean>;
  /** Moves the session to another epoch, so that it survives a change that its own user made. */
  carryOver(id: string, from: number, to: number): Promise<void>;
  /** Ends it; returns false when there is none. */
  delete(id: string): Promise<boolean>;
  /**
   * Ends all sessions of a user, or all but one, also those of foreign tokens that have not been
   * used yet; returns how many there were.
   */
  deleteAll(userId: string, now: number, except?: string): Promise<number>;
}
