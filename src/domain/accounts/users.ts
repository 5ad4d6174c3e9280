// Users: who there is and what may be done to them. It owns their life from creation to deletion
// and must not know how they prove who they are, except that a password is checked elsewhere.
import { act, isSelf, touch } from "../acting.ts";
import type { AuditType } from "../audit.ts";
import { auditEvent } from "../audit.ts";
import type { Principal, RequestContext } from "../principal.ts";
import { callingUser, networkOf, requesterOf, requireRecent } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError, userNotFound } from "../errors.ts";
import type { Mailer } from "../email/mailer.ts";
import { notify } from "../email/mailer.ts";
import type { Device, User, UserState } from "../model.ts";
import { findByAddress, findByName } from "./find-user.ts";
import { newUser } from "./new-user.ts";
import {
  checkLockReason,
  checkNewUsername,
  checkUsername,
  emailKey,
  lookOf,
  parseEmail,
} from "./identifiers.ts";
import type { PageOf, PageRequest, PageTokens } from "../security/page-token.ts";
import type { HashingPlace, PasswordHasher } from "../passwords/hasher.ts";
import { checkNewPassword } from "../passwords/hasher.ts";
import type { Aggregates, Store, UserConflict } from "../store.ts";

/** The realm of whoever says nothing else. */
export const DEFAULT_REALM = "default";
/** How long a deleted user can be restored. */
export const RESTORABLE_MS = 30 * 86_400_000;

/** A new user. The documented APIs set no policy for passwords and names; ours does. */
export interface NewUser {
  readonly realm: string;
  readonly username: string;
  readonly email: string;
  readonly password: string;
  readonly accId?: string;
  readonly device?: Omit<Device, "userId" | "seenAt">;
  /** Also of names: what one shows is all of it, and it looks like no other. */
  readonly enforcePasswordPolicy: boolean;
  /**
   * The partner who registers the user, and the user's address as the partner tells it: kept in the
   * audit trail.
   */
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
  user.state === "locked" && user.lockUntil !== undefined && user.lockUntil <= now
    ? "active"
    : user.state;

/**
 * Whether a session or token of this epoch still opens anything of its user, who may since have
 * been locked, deleted or ended all access.
 */
export const admits = (user: User | undefined, epoch: number, now: number): user is User =>
  user !== undefined && user.epoch === epoch && stateAt(user, now) === "active";

/** The rule that a name breaks which may be taken for another user's. */
export const LOOK_ALIKE = "look_alike";

const wrongState = (message: string): IdentityError =>
  new IdentityError("USER_STATE_CONFLICT", message);

export function refuseConflict(conflict: UserConflict | undefined): void {
  if (conflict === "email")
    throw new IdentityError("EMAIL_TAKEN", "Another user has this e-mail address.");
  if (conflict === "username")
    throw new IdentityError("USERNAME_TAKEN", "Another user has this name.");
  if (conflict === "look") {
    const description = "looks like another user's name";
    throw new IdentityError("USERNAME_TAKEN", `The user name ${description}.`, {
      fields: [{ field: "username", description, rule: LOOK_ALIKE }],
    });
  }
}

export class Users {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #hasher: PasswordHasher;
  readonly #pageTokens: PageTokens;
  readonly #mailer: Mailer;

  constructor(
    store: Store,
    clock: Clock,
    hasher: PasswordHasher,
    pageTokens: PageTokens,
    mailer: Mailer,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#hasher = hasher;
    this.#pageTokens = pageTokens;
    this.#mailer = mailer;
  }

  /**
   * Registers a user; of many who ask for one e-mail address or name at once, exactly one gets it.
   * Callers that nothing vouches for come by way of `Registrations`, which counts them and brings
   * the place.
   */
  async create(context: RequestContext, input: NewUser, place?: HashingPlace): Promise<User> {
    if (place === undefined && context.caller.kind === "anonymous")
      throw new Error("an anonymous registration has not been counted");
    const email = parseEmail(input.email);
    const isOurs = input.enforcePasswordPolicy;
    const username = isOurs ? checkNewUsername(input.username) : checkUsername(input.username);
    if (isOurs) checkNewPassword(input.password, input);
    const hash = async (taken: HashingPlace): Promise<string> => {
      await this.#refuseTaken(input, username, isOurs);
      return taken.hash(input.password);
    };
    const passwordHash = await (place === undefined
      ? this.#hasher.withPlace(requesterOf(context, email.key), hash)
      : hash(place));
    const now = this.#clock.now();
    const user = newUser(this.#clock, {
      realm: input.realm,
      username,
      email: email.address,
      emailKey: email.key,
      accId: input.accId,
      passwordHash,
    });
    refuseConflict(
      await this.#store.transaction(async (tx) => {
        const conflict = await tx.users.insert(user, isOurs);
        if (conflict !== undefined) return conflict;
        if (input.device !== undefined)
          await tx.devices.record({ ...input.device, userId: user.id, seenAt: now });
        // Whoever has just set the password knows it: this counts as a password check from here.
        if (context.caller.kind === "anonymous" && input.registeredBy === undefined) {
          await tx.passwordChecks.record(user.id, networkOf(context.address), now);
        }
        await this.#note(
          tx,
          context,
          "user.create",
          user.id,
          input.registeredBy && { ...input.registeredBy },
        );
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

  /**
   * The user with this id, e-mail address or name, which only the first finds once deleted. What
   * holds an @ is no name.
   */
  async identify(realm: string, text: string): Promise<User> {
    const { users } = this.#store;
    const user =
      (await users.find(text)) ??
      (text.includes("@")
        ? await findByAddress(users, realm, text)
        : await findByName(users, realm, text));
    if (user === undefined) throw userNotFound();
    return user;
  }

  async list(query: UserQuery): Promise<PageOf<User>> {
    const { realm, username, state } = query;
    const key =
      query.email === ""
        ? undefined
        : ((await findByAddress(this.#store.users, realm, query.email))?.emailKey ??
          emailKey(query.email));
    if (query.email !== "" && key === undefined) return { items: [], nextPageToken: "" };
    const filter = {
      realm,
      emailKey: key,
      username: username === "" ? undefined : username,
      state,
    };
    return this.#pageTokens.page(
      ["users", realm, key ?? "", username, state ?? ""],
      query,
      (page) => this.#store.users.list(filter, page, this.#clock.now()),
      (user) => user.id,
    );
  }

  /**
   * Changes what is given, at once. Of a new e-mail address the old one is told; users change
   * theirs by a link only.
   */
  async update(context: RequestContext, id: string, update: UserUpdate): Promise<User> {
    if (
      callingUser(context.caller) !== undefined &&
      (update.developer !== undefined || update.email !== undefined)
    ) {
      throw new IdentityError(
        "PERMISSION_DENIED",
        "Only an administrator changes who is a developer, or an address at once.",
      );
    }
    const email = update.email === undefined ? undefined : parseEmail(update.email);
    const before =
      email === undefined && update.username === undefined
        ? undefined
        : await this.#store.users.find(id);
    // A name that a documented API has brought stays one that its user may keep.
    const isNew = update.username !== before?.username;
    const username =
      update.username === undefined || !isNew ? undefined : checkNewUsername(update.username);
    if (username !== undefined && before !== undefined)
      await this.refuseTakenName(before.realm, username, id);
    const conflict = await act(this.#store, context.caller, async (tx) => {
      await touch(tx, context.caller, id);
      const result = await tx.users.update(
        id,
        { username, claimsLook: true, email, developer: update.developer },
        this.#clock.now(),
      );
      const fields = Object.entries(update).flatMap(([field, value]) =>
        value === undefined ? [] : [field],
      );
      if (result === undefined)
        await this.#note(tx, context, "user.update", id, { fields: fields.join(" ") });
      return result;
    });
    if (conflict === "missing") throw userNotFound();
    refuseConflict(conflict);
    if (before !== undefined && email !== undefined && before.emailKey !== email.key)
      notify(this.#mailer, this.#clock, context, "email-changed", before.email);
    return this.get(id);
  }

  /**
   * Makes the calling user a developer, who may register clients. Only the user's own session does
   * it, no client that acts for the user.
   */
  async becomeDeveloper(context: RequestContext): Promise<void> {
    const { caller } = context;
    if (caller.kind !== "user")
      throw new IdentityError("PERMISSION_DENIED", "Only users make themselves developers.");
    if (caller.user.developer) return;
    requireRecent(caller, this.#clock.now());
    const turnOn = async (tx: Aggregates, now: number): Promise<boolean> =>
      (await tx.users.update(caller.user.id, { developer: true }, now)) === undefined;
    await this.#change(context, "user.update", caller.user.id, turnOn, userNotFound, {
      details: { fields: "developer" },
    });
  }

  /**
   * Deletes softly: sessions and tokens are dead at once, the rest can be restored. A user needs a
   * recent password, or has `shown` the will otherwise: then the credential, if it was one, must
   * not have ended since.
   */
  async delete(context: RequestContext, id: string, shown?: Principal): Promise<User> {
    const { caller } = context;
    if (shown === undefined) requireRecent(caller, this.#clock.now());
    return this.#change(
      context,
      "user.delete",
      id,
      async (tx, now, user) => {
        // Only the command line takes away what it has given: else the last one could be lost by a
        // page, or by a stolen session.
        if (user.administrator && isSelf(caller, user))
          throw wrongState(
            "An administrator can't delete the account: `latchkey admin revoke` comes first.",
          );
        return tx.users.delete(id, now, callingUser(caller)?.id === id);
      },
      userNotFound,
      { as: shown },
    );
  }

  /**
   * Takes a deletion back; under another name when one is given. `bySelf`: the user has just given
   * the password.
   */
  async restore(
    context: RequestContext,
    id: string,
    username?: string,
    bySelf = false,
  ): Promise<User> {
    const name = username === undefined ? undefined : checkNewUsername(username);
    const { caller } = context;
    if (!bySelf) requireRecent(caller, this.#clock.now());
    if (name !== undefined) await this.refuseTakenName((await this.get(id)).realm, name, id);
    const result = await act(this.#store, context.caller, async (tx) => {
      const user = await touch(tx, caller, id, bySelf);
      const tooOld = (user.deletedAt ?? 0) + RESTORABLE_MS <= this.#clock.now();
      const outcome =
        user.state !== "deleted" || tooOld
          ? "missing"
          : await tx.users.restore(id, this.#clock.now(), name);
      if (outcome === undefined) await this.#note(tx, context, "user.restore", id);
      return outcome;
    });
    if (result === "missing") throw wrongState("The user is not deleted, or was too long ago.");
    refuseConflict(result);
    return this.get(id);
  }

  async lock(
    context: RequestContext,
    id: string,
    reason: string,
    until: number | undefined,
  ): Promise<User> {
    checkLockReason(reason);
    const details = {
      reason,
      ...(until !== undefined && { until: new Date(until).toISOString() }),
    };
    const lock = async (tx: Aggregates, now: number, user: User): Promise<boolean> => {
      if (isSelf(context.caller, user))
        throw new IdentityError("PERMISSION_DENIED", "Nobody locks the account that they use.");
      return tx.users.lock(id, reason, until, now);
    };
    return this.#change(context, "user.lock", id, lock, userNotFound, { details });
  }

  async unlock(context: RequestContext, id: string): Promise<User> {
    return this.#change(
      context,
      "user.unlock",
      id,
      (tx, now) => tx.users.unlock(id, now),
      () => wrongState("The user is not locked."),
    );
  }

  /** Ends every session and token of the user at once; `isAllowed`: also an administrator's. */
  async endAccess(context: RequestContext, id: string, isAllowed = false): Promise<void> {
    await this.#change(
      context,
      "user.sign_out",
      id,
      (tx, now) => tx.users.endAccess(id, now),
      userNotFound,
      { details: { all: "true" }, isAllowed },
    );
  }

  /**
   * One atomic change of a user whom the caller may touch, and its trace, together or not at all.
   */
  async #change(
    context: RequestContext,
    type: AuditType,
    id: string,
    change: (tx: Aggregates, now: number, user: User) => Promise<boolean>,
    otherwise: () => IdentityError,
    {
      details,
      isAllowed,
      as = context.caller,
    }: {
      readonly details?: Record<string, string>;
      readonly isAllowed?: boolean;
      readonly as?: Principal | undefined;
    } = {},
  ): Promise<User> {
    const changed = await act(this.#store, as, async (tx) => {
      const done = await change(
        tx,
        this.#clock.now(),
        await touch(tx, context.caller, id, isAllowed),
      );
      if (done) await this.#note(tx, context, type, id, details);
      return done;
    });
    if (!changed) throw otherwise();
    return this.get(id);
  }

  /**
   * Refuses a name that another user has, or that looks like another user's. Of two at once, the
   * database admits one.
   */
  async refuseTakenName(realm: string, username: string, exceptId = ""): Promise<void> {
    if (username === "") return;
    const { users } = this.#store;
    const owner = await users.findByUsername(realm, username);
    if (owner !== undefined && owner.id !== exceptId) refuseConflict("username");
    const look = lookOf(username);
    if (look !== "" && (await users.hasLook(realm, look, exceptId))) refuseConflict("look");
  }

  /**
   * Saves the hash, the dearest part of a registration, when it can't succeed; the insert decides.
   */
  async #refuseTaken({ realm, email }: NewUser, username: string, isOurs: boolean): Promise<void> {
    if ((await findByAddress(this.#store.users, realm, email)) !== undefined)
      refuseConflict("email");
    if (isOurs) await this.refuseTakenName(realm, username);
    else if (
      username !== "" &&
      (await this.#store.users.findByUsername(realm, username)) !== undefined
    )
      refuseConflict("username");
  }

  #note(
    tx: Aggregates,
    context: RequestContext,
    type: AuditType,
    userId: string,
    details?: Record<string, string>,
  ): Promise<void> {
    return tx.audit.append(
      auditEvent(this.#clock, context, type, {
        userId,
        ...(details === undefined ? {} : { details }),
      }),
    );
  }
}
