// What the domain needs kept. It owns the verbs, each named for the rule it keeps, and must not
// know how they are kept. Absent is `undefined`. A verb that must happen once is one atomic
// statement.
import type { Load } from "./instrumentation.ts";
import type {
  AuditEvent,
  Device,
  Group,
  GroupMember,
  GroupRole,
  EmailToken,
  PendingSignUp,
  Session,
  SigningKey,
  User,
  UserState,
} from "./model.ts";
import type {
  ApiRequestStore,
  ClientStore,
  CodeStore,
  ConsentStore,
  TokenStore,
} from "./oauth/store.ts";
import type { UserImportStore } from "./accounts/user-import-progress.ts";

export type {
  ApiRequestStore as ApiRequests,
  ClientChange,
  ClientStore as Clients,
  CodeStore as Codes,
  ConsentStore as Grants,
  ConsentSummary as GrantSummary,
  TokenStore as Tokens,
  TokenSummary,
} from "./oauth/store.ts";

/** Which unique value another user has; a look is that of a name, see `lookOf`. */
export type UserConflict = "email" | "username" | "look";

/** A part of a list that is ordered by an id; `after` is the last id of the part before. */
export interface StorePage<Key = string> {
  readonly after?: Key | undefined;
  readonly limit: number;
}

export interface UserFilter {
  readonly realm: string;
  readonly emailKey?: string | undefined;
  readonly username?: string | undefined;
  /** Absent: all but the deleted. */
  readonly state?: UserState | undefined;
}

/** What a user is looked for by, the deleted among them. */
export interface UserSearch {
  readonly realm: string;
  readonly by: "emailKey" | "username" | "accId";
  /** How that begins; empty: anyhow. */
  readonly prefix: string;
}

/** Where a list goes on that is ordered by a text and then by id: those of its last item. */
export type TextPlace = readonly [text: string, id: string];

export interface UserChange {
  readonly username?: string | undefined;
  /** Whether no other user may claim the look of the new name. */
  readonly claimsLook?: boolean | undefined;
  readonly email?: { readonly address: string; readonly key: string } | undefined;
  readonly developer?: boolean | undefined;
}

export interface UserStore {
  /**
   * Answers the conflict, or nothing when the user is in; the look of the name is unique among
   * those who claim theirs.
   */
  insert(user: User, claimsLook?: boolean): Promise<UserConflict | undefined>;
  /** Also finds the deleted. */
  find(id: string): Promise<User | undefined>;
  /** Never finds the deleted. */
  findByEmail(realm: string, emailKey: string): Promise<User | undefined>;
  /** Never finds the deleted. */
  findByUsername(realm: string, username: string): Promise<User | undefined>;
  /** Whether another user who is not deleted has a name that looks so, claimed or not. */
  hasLook(realm: string, look: string, exceptId: string): Promise<boolean>;
  /** By id, ascending; a lock whose end has come by `now` is none. */
  list(filter: UserFilter, page: StorePage, now: number): Promise<User[]>;
  /** By what is looked for, then by id, ascending; those who have nothing there come first. */
  search(search: UserSearch, page: StorePage<TextPlace>): Promise<User[]>;
  /**
   * Changes a user who is not deleted and, if it is given, still has that epoch; a new e-mail
   * address raises it, and is not verified.
   */
  update(
    id: string,
    change: UserChange,
    now: number,
    epoch?: number,
  ): Promise<UserConflict | "missing" | undefined>;
  /**
   * Notes that the user reads mail at the address, if it still is that of a user who is not deleted
   * and has that epoch.
   */
  verifyEmail(id: string, emailKey: string, epoch: number, now: number): Promise<boolean>;
  /**
   * Sets a new password and raises the epoch, of a user who is not deleted and, if it is given,
   * still has that epoch; answers the new one.
   */
  setPassword(
    id: string,
    passwordHash: string,
    now: number,
    epoch?: number,
  ): Promise<number | undefined>;
  /** Puts a stronger hash of the same password, only where the old one still is. */
  rehash(id: string, oldHash: string, newHash: string): Promise<boolean>;
  /** Locks a user who is not deleted (again is fine) and raises the epoch. */
  lock(id: string, reason: string, until: number | undefined, now: number): Promise<boolean>;
  /** Unlocks one who is locked. */
  unlock(id: string, now: number): Promise<boolean>;
  /**
   * Deletes one who is not deleted: frees e-mail and name, raises the epoch, and notes whether it
   * is the user's own will.
   */
  delete(id: string, now: number, bySelf?: boolean): Promise<boolean>;
  /**
   * Of those who deleted their account themselves after `since` and had this e-mail address or
   * name, the last.
   */
  findLeft(
    realm: string,
    identifier: { readonly emailKey: string } | { readonly username: string },
    since: number,
  ): Promise<User | undefined>;
  /**
   * Takes a deletion back; claims the e-mail address again, and the name or another one, of which
   * also the look.
   */
  restore(
    id: string,
    now: number,
    username?: string,
  ): Promise<UserConflict | "missing" | undefined>;
  /** Gives or takes the power of an administrator; false when nothing has changed. */
  setAdministrator(id: string, administrator: boolean, now: number): Promise<boolean>;
  /**
   * Keeps others from changing the user before the transaction ends. With an epoch: one who is not
   * deleted and has it. False when there is no such user.
   */
  hold(id: string, epoch?: number): Promise<boolean>;
  /** Raises the epoch: every session and token of the user is dead at once. */
  endAccess(id: string, now: number): Promise<boolean>;
  /**
   * Removes up to `limit` users deleted before `before`, with all that is theirs; answers how many.
   */
  purge(before: number, limit: number): Promise<number>;
}

export interface DeviceStore {
  /** Puts the device in, or its newest data. */
  record(device: Device): Promise<void>;
  list(userId: string): Promise<Device[]>;
}

export interface SessionStore {
  insert(session: Session): Promise<void>;
  find(id: string): Promise<Session | undefined>;
  /** The session and its user in one look. */
  findByToken(tokenHash: string): Promise<{ session: Session; user: User } | undefined>;
  /** Those of this epoch which are not expired, newest first; `after` is an id. */
  list(userId: string, epoch: number, now: number, page: StorePage): Promise<Session[]>;
  /** Notes a use. */
  touch(id: string, now: number): Promise<void>;
  /** Keeps the session from ending before the transaction does; false when it was not there. */
  hold(id: string): Promise<boolean>;
  /**
   * Takes the session over from one epoch into another, so that it outlives a change that its own
   * user has made.
   */
  carryOver(id: string, from: number, to: number): Promise<void>;
  /** Ends it; false when it was not there. */
  delete(id: string): Promise<boolean>;
  /** Ends all of a user, or all but one; answers how many. */
  deleteAll(userId: string, except?: string): Promise<number>;
}

export interface GroupStore {
  /** False when the number is taken. */
  insert(group: Group): Promise<boolean>;
  find(id: bigint): Promise<Group | undefined>;
  /** Those the user is a member of, in one of the roles if they are said, by id, ascending. */
  listOf(userId: string, page: StorePage<bigint>, roles?: readonly GroupRole[]): Promise<Group[]>;
  /** With its members. */
  delete(id: bigint): Promise<boolean>;
  /** False when the user is a member already. */
  addMember(member: GroupMember): Promise<boolean>;
  member(groupId: bigint, userId: string): Promise<GroupMember | undefined>;
  /** By user id, ascending. */
  members(groupId: bigint, page: StorePage): Promise<GroupMember[]>;
  /**
   * Keeps others from changing who is in the group before the transaction ends; false when there is
   * no such group.
   */
  hold(id: bigint): Promise<boolean>;
  /**
   * Removes a member, but no owner unless another one can act: who is deleted, or locked at `now`,
   * can't.
   */
  removeMember(
    groupId: bigint,
    userId: string,
    now: number,
  ): Promise<"removed" | "missing" | "last-owner">;
  /** Gives a member another role, but takes it from no owner unless another one can act. */
  changeRole(
    groupId: bigint,
    userId: string,
    role: GroupRole,
    now: number,
  ): Promise<"changed" | "missing" | "last-owner">;
  /** Those with the role who can act. */
  countMembers(groupId: bigint, role: GroupRole, now: number): Promise<number>;
}

export interface SigningKeyStore {
  insert(key: SigningKey): Promise<void>;
  /** The newest first. */
  list(): Promise<SigningKey[]>;
  /** Has the key sign no more from then on, unless its end is set already. */
  retire(kid: string, at: number): Promise<void>;
  /** Puts the key in unless there is one already: for the first start of many processes. */
  insertFirst(key: SigningKey): Promise<boolean>;
}

/** Counters that every process shares. */
export interface AttemptStore {
  /**
   * Counts one try under the key if fewer than `limit` were counted in the window, which begins
   * with the first. Answers 0 when it was counted, else the milliseconds until the window ends.
   */
  take(key: string, limit: number, windowMs: number, now: number): Promise<number>;
  /** How many tries were counted under the key in the window that now is in. */
  count(key: string, now: number): Promise<number>;
  /** Takes one try back. */
  giveBack(key: string): Promise<void>;
  clear(key: string): Promise<void>;
}

/** From which networks a user has passed a password check. */
export interface PasswordCheckStore {
  record(userId: string, network: string, now: number): Promise<void>;
  /** When the last one was. */
  last(userId: string, network: string): Promise<number | undefined>;
  /** Every network that is remembered. */
  networks(userId: string): Promise<string[]>;
  /** Forgets them all. */
  clear(userId: string): Promise<void>;
}

/** The links in letters: at most one for each user and purpose. */
export interface EmailTokenStore {
  /** Puts the link in the place of the one of the same user and purpose. */
  replace(link: EmailToken): Promise<void>;
  /** The link and its user in one look. */
  find(hash: string): Promise<{ link: EmailToken; user: User } | undefined>;
  /** Uses the link up; true for exactly one caller. */
  redeem(hash: string): Promise<boolean>;
}

/** Registrations whose address is unconfirmed; as many as there are for one address. */
export interface SignUps {
  insert(signUp: PendingSignUp): Promise<void>;
  find(hash: string): Promise<PendingSignUp | undefined>;
  /** The last for an address that works at `now`. */
  newest(realm: string, emailKey: string, now: number): Promise<PendingSignUp | undefined>;
  /** Uses the registration up; true for exactly one caller. */
  redeem(hash: string): Promise<boolean>;
}

export interface AuditFilter {
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly actor?: string | undefined;
  readonly type?: string | undefined;
  readonly succeeded?: boolean | undefined;
  /** From this id on. */
  readonly from?: string | undefined;
  /** Before this id. */
  readonly before?: string | undefined;
}

export interface AuditStore {
  append(event: AuditEvent): Promise<void>;
  /** Those that fit everything that is said, newest first; `after` is an id. */
  list(filter: AuditFilter, page: StorePage): Promise<AuditEvent[]>;
}

/** Everything that is kept. */
export interface Aggregates {
  readonly users: UserStore;
  readonly devices: DeviceStore;
  readonly sessions: SessionStore;
  readonly groups: GroupStore;
  readonly clients: ClientStore;
  readonly apiRequests: ApiRequestStore;
  readonly grants: ConsentStore;
  readonly codes: CodeStore;
  readonly tokens: TokenStore;
  readonly signingKeys: SigningKeyStore;
  readonly attempts: AttemptStore;
  readonly passwordChecks: PasswordCheckStore;
  readonly mailLinks: EmailTokenStore;
  readonly signUps: SignUps;
  readonly userImports: UserImportStore;
  readonly audit: AuditStore;
}

export interface Store extends Aggregates {
  /**
   * All or nothing. Inside, only what `work` is given may be used. It is done again as a whole when
   * the database says that another transaction was in the way, so it must have no effect besides.
   */
  transaction<T>(work: (tx: Aggregates) => Promise<T>): Promise<T>;
  /** Reaches the database and answers whether its schema is the one that this program needs. */
  ready(): Promise<boolean>;
  /** Removes up to `limit` rows of each kind that can never be used again; answers how many. */
  purgeExpired(now: number, limit: number): Promise<number>;
  /**
   * Makes the keys of users anew that were made by older rules, as by a program of the version
   * before; answers how many it has looked at.
   */
  renewKeys(): Promise<number>;
  /** Its connections at work, and the work that waits for one. */
  readonly load: Load;
  close(): Promise<void>;
}
