import type { Device, EmailToken, PendingSignUp, User, UserState } from "../model.ts";
import type { StorePage, TextPlace } from "../paging.ts";
import type { UserProfile } from "./attributes/user-profile.ts";
import type { UserListStore } from "./lists/list-store.ts";

/** The unique value that another user already has; "look" means `lookOf` the name. */
export type UserConflict = "email" | "username" | "look";

/** The values of a user that no other user may have. An empty one conflicts with none. */
export interface UniqueValues {
  /** The keys of one address, see `emailKeys`. */
  readonly emailKeys?: readonly string[] | undefined;
  readonly username?: string | undefined;
  readonly look?: string | undefined;
  /** The user whose values they are. */
  readonly exceptId?: string | undefined;
}

interface UserFilter {
  readonly realm: string;
  readonly emailKey?: string | undefined;
  readonly username?: string | undefined;
  /** Absent: every state but deleted. */
  readonly state?: UserState | undefined;
}

/** A search for users by the beginning of a value; it also finds deleted users. */
export interface UserSearch {
  readonly realm: string;
  readonly by: "emailKey" | "username" | "accId";
  /** The beginning of the value; empty matches every user. */
  readonly prefix: string;
}

interface UserChange {
  readonly username?: string | undefined;
  /** Whether no other user may claim the look of the new name. */
  readonly claimsLook?: boolean | undefined;
  readonly email?: { readonly address: string; readonly key: string } | undefined;
  readonly developer?: boolean | undefined;
  /** The whole profile; empty: none. */
  readonly profile?: UserProfile | undefined;
}

/** A user, and when a password check from one network was last passed. */
export interface CheckedUser {
  readonly user: User;
  readonly lastCheck: number | undefined;
}

/** A user, and whether it is recorded where the user came from. */
export interface UserWithOrigin {
  readonly user: User;
  readonly hasOrigin: boolean;
}

export interface UserStore extends UserListStore {
  /**
   * Inserts a user; returns the conflict if there is one. Looks are unique among the users who
   * claim theirs.
   */
  insert(user: User, claimsLook?: boolean): Promise<UserConflict | undefined>;
  /** Also finds deleted users. */
  find(id: string): Promise<User | undefined>;
  /** Doesn't find deleted users. */
  findByEmail(realm: string, emailKey: string): Promise<User | undefined>;
  /** Doesn't find deleted users. */
  findByUsername(realm: string, username: string): Promise<User | undefined>;
  /**
   * Finds a user who is not deleted by the key of the address or by the name, with the last
   * password check from the network, in one query.
   */
  findWithCheck(
    realm: string,
    identifier: { readonly emailKey: string } | { readonly username: string },
    network: string,
  ): Promise<CheckedUser | undefined>;
  /** Finds a user in the same way, with the origin, in one query. */
  findWithOrigin(
    realm: string,
    identifier: { readonly emailKey: string } | { readonly username: string },
  ): Promise<UserWithOrigin | undefined>;
  /**
   * Returns the first value that another user who is not deleted has, in one query. A look counts
   * whether the other user claims it or not.
   */
  findConflict(realm: string, values: UniqueValues): Promise<UserConflict | undefined>;
  /** Lists by id, ascending. A lock that ends before or at `now` doesn't count as one. */
  list(filter: UserFilter, page: StorePage, now: number): Promise<User[]>;
  /** Lists by the searched value and then by id, ascending; users without a value come first. */
  search(search: UserSearch, page: StorePage<TextPlace>): Promise<User[]>;
  /**
   * Changes a user who is not deleted and has the epoch, if one is given. A new e-mail address
   * raises the epoch and is unverified.
   */
  update(
    id: string,
    change: UserChange,
    now: number,
    epoch?: number,
  ): Promise<UserConflict | "missing" | undefined>;
  /**
   * Records that the user reads mail at the address, if the user still has the address and the
   * epoch and is not deleted.
   */
  verifyEmail(id: string, emailKey: string, epoch: number, now: number): Promise<boolean>;
  /**
   * Sets a new password and raises the epoch, for a user who is not deleted and has the epoch, if
   * one is given. Returns the new epoch.
   */
  setPassword(
    id: string,
    passwordHash: string,
    now: number,
    epoch?: number,
  ): Promise<number | undefined>;
  /**
   * Records that no other server knows what the user signs in with now, if the user has a password.
   */
  ownPassword(id: string): Promise<boolean>;
  /** Replaces a hash by a stronger one of the same password, if the old one is still stored. */
  rehash(id: string, oldHash: string, newHash: string): Promise<boolean>;
  /** Locks a user who is not deleted and raises the epoch; a locked user can be locked again. */
  lock(id: string, reason: string, until: number | undefined, now: number): Promise<boolean>;
  /** Unlocks a locked user. */
  unlock(id: string, now: number): Promise<boolean>;
  /**
   * Deletes a user who is not deleted yet: frees e-mail address and name, raises the epoch, and
   * records whether the user did it.
   */
  delete(id: string, now: number, bySelf?: boolean): Promise<boolean>;
  /**
   * Finds the user who had this e-mail address or name and was deleted after `since`; with `bySelf`
   * only one who deleted the account. Of several, the one deleted last.
   */
  findDeleted(
    realm: string,
    identifier: { readonly emailKey: string } | { readonly username: string },
    since: number,
    bySelf: boolean,
  ): Promise<User | undefined>;
  /**
   * Takes a deletion back and claims the e-mail address and the name again. A new name, if one is
   * given, replaces the old one, and its look is claimed too.
   */
  restore(
    id: string,
    now: number,
    username?: string,
  ): Promise<UserConflict | "missing" | undefined>;
  /** Grants or revokes administration; returns false when nothing has changed. */
  setAdministrator(id: string, administrator: boolean, now: number): Promise<boolean>;
  /**
   * Keeps other transactions from changing the user until this one ends. With an epoch, only a user
   * who is not deleted and has it. Returns false when there is no such user.
   */
  hold(id: string, epoch?: number): Promise<boolean>;
  /** Raises the epoch, which ends every session and token of the user at once. */
  endAccess(id: string, now: number): Promise<boolean>;
  /**
   * Removes up to `limit` users deleted before `before`, with everything they own. Returns how
   * many.
   */
  purge(before: number, limit: number): Promise<number>;
}

export interface DeviceStore {
  /** Inserts the device, or updates its data. */
  record(device: Device): Promise<void>;
  list(userId: string): Promise<Device[]>;
}

/** Single-use tokens sent by e-mail: at most one for each user and purpose. */
export interface EmailTokenStore {
  /** Inserts the token and removes an older one of the same user and purpose. */
  replace(link: EmailToken): Promise<void>;
  /** Reads the token and its user in one query. */
  find(hash: string): Promise<{ link: EmailToken; user: User } | undefined>;
  /** Consumes the token; returns true for exactly one caller. */
  redeem(hash: string): Promise<boolean>;
}

/** Registrations whose address is unconfirmed; one address may have several. */
export interface PendingSignUpStore {
  insert(signUp: PendingSignUp): Promise<void>;
  find(hash: string): Promise<PendingSignUp | undefined>;
  /** Finds the newest registration of an address that is valid at `now`. */
  newest(realm: string, emailKey: string, now: number): Promise<PendingSignUp | undefined>;
  /** Consumes the registration; returns true for exactly one caller. */
  redeem(hash: string): Promise<boolean>;
}
