// Users: who there is and what may be done to them. It owns their life from creation to deletion
// and must not know how they prove who they are, except that a password is checked elsewhere.
import type { AuditType } from "./audit.ts";
import { auditEvent } from "./audit.ts";
import type { Context } from "./caller.ts";
import { callingUser, isRecent, networkOf, requesterOf } from "./caller.ts";
import type { Clock } from "./clock.ts";
import { newId } from "./clock.ts";
import { IdentityError, userNotFound } from "./errors.ts";
import type { Letters } from "./letters.ts";
import { tell } from "./letters.ts";
import type { Device, User, UserState } from "./model.ts";
import { checkLockReason, checkUsername, emailKey, parseEmail } from "./names.ts";
import type { PageOf, PageRequest, PageTokens } from "./page-token.ts";
import type { HashingPlace, PasswordHasher } from "./passwords.ts";
import { checkNewPassword } from "./passwords.ts";
import type { Aggregates, Store, UserConflict } from "./store.ts";

/** The realm of whoever says nothing else. */
export const DEFAULT_REALM = "default";
/** How long a deleted user can be restored. */
export const RESTORABLE_MS = 30 * 86_400_000;

/** A new user. The documented APIs set no policy for passwords; ours does. */
export interface NewUser {
  readonly realm: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly accId?: string;
  readonly device?: Omit<Device, "userId" | "seenAt">;
  readonly enforcePasswordPolicy: boolean;
  /** The partner who registers the user, and the user's address as the partner tells it: kept in the audit trail. */
  readonly registeredBy?: { readonly clientId: string; readonly ip: string };
}

export interface UserQuery extends PageRequest {
  readonly realm: string;
  readonly email: string;
  readonly username: string;
  readonly state?: UserState | undefined;
}

export interface UserUpdate {
  readonly username?: string | undefined;
  readonly email?: string | undefined;
  readonly developer?: boolean | undefined;
}

/** What a user may do at this time: a lock whose end has come is none. */
export const stateAt = (user: User, now: number): UserState =>
  user.state === "locked" && user.lockUntil !== undefined && user.lockUntil <= now ? "active" : user.state;

/** Whether a session or token of this epoch still opens anything of its user, who may since have been locked, deleted or ended all access. */
export const admits = (user: User | undefined, epoch: number, now: number): user is User => user !== undefined && user.epoch === epoch && stateAt(user, now) === "active";

const wrongState = (message: string): IdentityError => new IdentityError("USER_STATE_CONFLICT", message);

function refuseConflict(conflict: UserConflict | undefined): void {
  if (conflict === "email") throw new IdentityError("EMAIL_TAKEN", "Another user has this e-mail address.");
  if (conflict === "username") throw new IdentityError("USERNAME_TAKEN", "Another user has this name.");
}

export class Users {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #pageTokens: PageTokens;
  readonly #letters: Letters;

  constructor(store: Store, clock: Clock, hasher: PasswordHasher, pageTokens: PageTokens, letters: Letters) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#pageTokens = pageTokens;
    this.#letters = letters;
  }

  /**
   * Registers a user; of many who ask for one e-mail address or name at once, exactly one gets it. Callers that nothing
   * vouches for come by way of `Registrations`, which counts them and brings the place.
   */
  async create(context: Context, input: NewUser, place?: HashingPlace): Promise<User> {
    if (place === undefined && context.caller.kind === "anonymous") throw new Error("an anonymous registration has not been counted");
    const email = parseEmail(input.email);
    const username = checkUsername(input.username);
    if (input.enforcePasswordPolicy) checkNewPassword(input.password, input);
    const hash = async (taken: HashingPlace): Promise<string> => {
      await this.#refuseTaken(input.realm, email.key, username);
      return taken.hash(input.password);
    };
    const passwordHash = await (place === undefined ? this.#hasher.withPlace(requesterOf(context, email.key), hash) : hash(place));
    const now = this.#clock.now();
    const user: User = {
      id: newId(this.#clock),
      realm: input.realm,
      username,
      email: email.address,
      emailKey: email.key,
      accId: input.accId ?? "",
      passwordHash,
      state: "active",
      developer: false,
      administrator: false,
      epoch: 0,
      lockReason: "",
      createdAt: now,
      updatedAt: now,
    };
    refuseConflict(
      await this.#store.transaction(async (tx) => {
        const conflict = await tx.users.insert(user);
        if (conflict !== undefined) return conflict;
        if (input.device !== undefined) await tx.devices.record({ ...input.device, userId: user.id, seenAt: now });
        // Whoever has just set the password knows it: this counts as a password check from here.
        if (context.caller.kind === "anonymous" && input.registeredBy === undefined) {
          await tx.passwordChecks.record(user.id, networkOf(context.address), now);
        }
        await this.#note(tx, context, "user.create", user.id, input.registeredBy && { ...input.registeredBy });
        return undefined;
      }),
    );
    return user;
  }

  async get(id: string): Promise<User> {
    const user = await this.#store.users.find(id);
    if (user === undefined) throw userNotFound();
    return user;
  }

  /** The user with this id, e-mail address or name, which only the first finds once deleted. What holds an @ is no name. */
  async identify(realm: string, text: string): Promise<User> {
    const { users } = this.#store;
    const key = emailKey(text);
    const user = (await users.find(text)) ?? (key === undefined ? await users.findByUsername(realm, text) : await users.findByEmail(realm, key));
    if (user === undefined) throw userNotFound();
    return user;
  }

  list(query: UserQuery): Promise<PageOf<User>> {
    const { realm, username, state } = query;
    const key = query.email === "" ? undefined : emailKey(query.email);
    if (query.email !== "" && key === undefined) return Promise.resolve({ items: [], nextPageToken: "" });
    const filter = { realm, emailKey: key, username: username === "" ? undefined : username, state };
    return this.#pageTokens.page(
      ["users", realm, key ?? "", username, state ?? ""],
      query,
      (page) => this.#store.users.list(filter, page, this.#clock.now()),
      (user) => user.id,
    );
  }

  /** Changes what is given. Of a new e-mail address the old one is told. */
  async update(context: Context, id: string, update: UserUpdate): Promise<User> {
    const { caller } = context;
    if (callingUser(caller) !== undefined && update.developer !== undefined) {
      throw new IdentityError("PERMISSION_DENIED", "Only an administrator changes who is a developer.");
    }
    const email = update.email === undefined ? undefined : parseEmail(update.email);
    if (email !== undefined && caller.kind === "user" && !isRecent(caller.session, this.#clock.now())) {
      throw new IdentityError("REAUTHENTICATION_REQUIRED", "Sign in again to change the e-mail address.");
    }
    const username = update.username === undefined ? undefined : checkUsername(update.username);
    const before = email === undefined ? undefined : await this.#store.users.find(id);
    const conflict = await this.#store.transaction(async (tx) => {
      const result = await tx.users.update(id, { username, email, developer: update.developer }, this.#clock.now());
      // As after a new password: whoever else was in is out.
      if (result === undefined && email !== undefined && caller.kind === "user") await tx.sessions.carryOver(caller.session.id, caller.user.epoch, caller.user.epoch + 1);
      const fields = Object.entries(update).flatMap(([field, value]) => (value === undefined ? [] : [field]));
      if (result === undefined) await this.#note(tx, context, "user.update", id, { fields: fields.join(" ") });
      return result;
    });
    if (conflict === "missing") throw userNotFound();
    refuseConflict(conflict);
    if (before !== undefined && before.emailKey !== email?.key) tell(this.#letters, this.#clock, context, "email-changed", before.email);
    return this.get(id);
  }

  /** Makes the calling user a developer, who may register clients. Only the user's own session does it, no client that acts for the user. */
  async becomeDeveloper(context: Context): Promise<void> {
    const { caller } = context;
    if (caller.kind !== "user") throw new IdentityError("PERMISSION_DENIED", "Only users make themselves developers.");
    if (caller.user.developer) return;
    const turnOn = async (tx: Aggregates, now: number): Promise<boolean> => (await tx.users.update(caller.user.id, { developer: true }, now)) === undefined;
    await this.#change(context, "user.update", caller.user.id, turnOn, userNotFound, { fields: "developer" });
  }

  /** Deletes softly: sessions and tokens are dead at once, the rest can be restored. */
  async delete(context: Context, id: string): Promise<User> {
    // Only the command line takes away what it has given: else the last one could be lost by a page, or by a stolen session.
    if (callingUser(context.caller)?.administrator === true) throw wrongState("An administrator can't delete the account: `latchkey admin revoke` comes first.");
    return this.#change(context, "user.delete", id, (tx, now) => tx.users.delete(id, now, callingUser(context.caller)?.id === id), userNotFound);
  }

  /** Takes a deletion back; under another name when one is given. */
  async restore(context: Context, id: string, username?: string): Promise<User> {
    const name = username === undefined ? undefined : checkUsername(username);
    const user = await this.get(id);
    const tooOld = (user.deletedAt ?? 0) + RESTORABLE_MS <= this.#clock.now();
    const result = user.state !== "deleted" || tooOld ? "missing" : await this.#store.users.restore(id, this.#clock.now(), name);
    if (result === "missing") throw wrongState("The user is not deleted, or was too long ago.");
    refuseConflict(result);
    await this.#note(this.#store, context, "user.restore", id);
    return this.get(id);
  }

  async lock(context: Context, id: string, reason: string, until: number | undefined): Promise<User> {
    checkLockReason(reason);
    return this.#change(context, "user.lock", id, (tx, now) => tx.users.lock(id, reason, until, now), userNotFound, { reason, ...(until !== undefined && { until: new Date(until).toISOString() }) });
  }

  async unlock(context: Context, id: string): Promise<User> {
    await this.get(id);
    return this.#change(context, "user.unlock", id, (tx, now) => tx.users.unlock(id, now), () => wrongState("The user is not locked."));
  }

  /** Ends every session and token of the user at once. */
  async endAccess(context: Context, id: string): Promise<void> {
    await this.#change(context, "user.sign_out", id, (tx, now) => tx.users.endAccess(id, now), userNotFound, { all: "true" });
  }

  /** One atomic change and its trace, together or not at all. */
  async #change(
    context: Context,
    type: AuditType,
    id: string,
    change: (tx: Aggregates, now: number) => Promise<boolean>,
    otherwise: () => IdentityError,
    details?: Record<string, string>,
  ): Promise<User> {
    const changed = await this.#store.transaction(async (tx) => {
      const done = await change(tx, this.#clock.now());
      if (done) await this.#note(tx, context, type, id, details);
      return done;
    });
    if (!changed) throw otherwise();
    return this.get(id);
  }

  /** Saves the hash, the dearest part of a registration, when it can't succeed; the insert decides. */
  async #refuseTaken(realm: string, key: string, username: string): Promise<void> {
    if ((await this.#store.users.findByEmail(realm, key)) !== undefined) refuseConflict("email");
    if (username !== "" && (await this.#store.users.findByUsername(realm, username)) !== undefined) refuseConflict("username");
  }

  #note(tx: Aggregates, context: Context, type: AuditType, userId: string, details?: Record<string, string>): Promise<void> {
    return tx.audit.append(auditEvent(this.#clock, context, type, { userId, ...(details === undefined ? {} : { details }) }));
  }
}
