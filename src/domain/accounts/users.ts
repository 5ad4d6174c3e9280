import { act, isSelf, requireMayTouch, touch } from "../acting.ts";
import { auditEvent } from "../audit.ts";
import type { Clock } from "../clock.ts";
import { type Mailer, type NewsKind, notify } from "../email/mailer.ts";
import { IdentityError, userNotFound } from "../errors.ts";
import type { User, UserState } from "../model.ts";
import type { PageOf, PageRequest } from "../paging.ts";
import type { HashingPlace, PasswordHasher } from "../passwords/hasher.ts";
import { callingUser, type Principal, requireRecent } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import type { PageTokens } from "../security/signed-values.ts";
import type { Store } from "../store.ts";
import type { Elsewhere } from "../sign-in/elsewhere.ts";
import { changeUser, type UserAction, wrongState } from "./changes/change-user.ts";
import { updateUser, type UserUpdate } from "./changes/update-user.ts";
import { emailKey } from "./email-address.ts";
import { findByAddress, findByNameOrAddress } from "./find-user.ts";
import { checkLockReason } from "./lock-reason.ts";
import type { NewUser } from "./new-user.ts";
import { refuseConflict, refuseTakenName } from "./user-conflict.ts";
import { createUser } from "./user-creation.ts";
import { RESTORABLE_MS } from "./user-state.ts";
import { checkNewUsername } from "./usernames.ts";

export interface UserQuery extends PageRequest {
  readonly realm: string;
  readonly email: string;
  readonly username: string;
  readonly state?: UserState | undefined;
}

export interface UsersDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly hasher: PasswordHasher;
  readonly pageTokens: PageTokens;
  readonly mailer: Mailer;
  readonly elsewhere?: Elsewhere | undefined;
}

export class Users {
  readonly #dependencies: UsersDependencies;
  readonly #store: Store;
  readonly #clock: Clock;

  constructor(dependencies: UsersDependencies) {
    this.#dependencies = dependencies;
    this.#store = dependencies.store;
    this.#clock = dependencies.clock;
  }

  /** Registers a user; see `createUser`. */
  create(context: RequestContext, input: NewUser, place?: HashingPlace): Promise<User> {
    return createUser(this.#dependencies, context, input, place);
  }

  /** Returns the user; the calling user as the authentication of this call has read it. */
  async view({ caller }: Pick<RequestContext, "caller">, id: string): Promise<User> {
    const self = callingUser(caller);
    return self?.id === id ? self : this.get(id);
  }

  async get(id: string): Promise<User> {
    const user = await this.#store.users.find(id);
    if (user === undefined) throw userNotFound();
    return user;
  }

  /**
   * Returns the user with this id, e-mail address or name. A deleted user is found by id only. A
   * text with an `@` is never a name.
   */
  async identify(realm: string, text: string): Promise<User> {
    const { users } = this.#store;
    const user = (await users.find(text)) ?? (await findByNameOrAddress(users, realm, text));
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
    return this.#dependencies.pageTokens.page(
      ["users", realm, key ?? "", username, state ?? ""],
      query,
      (page) => this.#store.users.list(filter, page, this.#clock.now()),
      (user) => user.id,
    );
  }

  /** Changes the given values; see `updateUser`. */
  async update(
    context: RequestContext,
    id: string,
    update: UserUpdate,
    isAdministration = false,
  ): Promise<User> {
    await updateUser(this.#dependencies, context, id, { ...update, isAdministration });
    return this.get(id);
  }

  /**
   * Makes the calling user a developer, who may register clients. Only a session of the user can do
   * this, not a client that acts for the user.
   */
  async becomeDeveloper(context: RequestContext): Promise<void> {
    const { caller } = context;
    if (caller.kind !== "user")
      throw new IdentityError("PERMISSION_DENIED", "Only users make themselves developers.");
    const { id, developer } = caller.user;
    if (developer) return;
    requireRecent(caller, this.#clock.now());
    await this.#change(context, id, {
      type: "user.update",
      details: { fields: "developer" },
      change: async (tx, now) =>
        (await tx.users.update(id, { developer: true }, now)) === undefined,
    });
  }

  /**
   * Deletes a user softly: sessions and tokens end at once, everything else can be restored. A
   * session needs a recent password. With `shown`, the password has just been checked instead; that
   * credential must still be valid if it was a session.
   */
  async delete(context: RequestContext, id: string, shown?: Principal): Promise<User> {
    const { caller } = context;
    if (shown === undefined) requireRecent(caller, this.#clock.now());
    const { elsewhere } = this.#dependencies;
    // Outside of the transaction, which holds locks.
    if (elsewhere !== undefined) {
      const user = await this.get(id);
      requireMayTouch(caller, user);
      if (user.state !== "deleted") await elsewhere.delete(context, user);
    }
    const deleted = await this.#change(context, id, {
      type: "user.delete",
      as: shown,
      change: async (tx, now, user) => {
        // Only the command line revokes administration. Otherwise the last administrator could be
        // lost through a page or a stolen session.
        if (user.administrator && isSelf(caller, user))
          throw wrongState(
            "An administrator can't delete the account: `latchkey admin revoke` comes first.",
          );
        await elsewhere?.leave(tx, user);
        await tx.groupInvitations.removeFor(id);
        return tx.users.delete(id, now, callingUser(caller)?.id === id);
      },
    });
    this.#report(context, "account-deleted", deleted);
    return deleted;
  }

  #report(context: RequestContext, kind: NewsKind, user: User): void {
    if (user.email !== "") notify(this.#dependencies, context, kind, user);
  }

  /**
   * Takes a deletion back, under another name if one is given. `bySelf` means that the password of
   * the user has just been checked.
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
    const result = await act(this.#store, caller, async (tx) => {
      const user = await touch(tx, caller, id, bySelf);
      const tooOld = (user.deletedAt ?? 0) + RESTORABLE_MS <= this.#clock.now();
      const outcome =
        user.state !== "deleted" || tooOld
          ? "missing"
          : await tx.users.restore(id, this.#clock.now(), name);
      if (outcome === undefined)
        await tx.audit.append(auditEvent(this.#clock, context, "user.restore", { userId: id }));
      return outcome;
    });
    if (result === "missing")
      throw wrongState("The user is not deleted, or was deleted too long ago.");
    refuseConflict(result);
    const restored = await this.get(id);
    this.#report(context, "account-restored", restored);
    return restored;
  }

  /** Locks a user, until a time if there is one. */
  async lock(
    context: RequestContext,
    id: string,
    reason: string,
    until: number | undefined,
  ): Promise<User> {
    checkLockReason(reason);
    if (until !== undefined && until <= this.#clock.now())
      throw new IdentityError("FIELD_INVALID", "The end of the lock is in the past.", {
        fields: [{ field: "until", description: "is in the past" }],
      });
    return this.#change(context, id, {
      type: "user.lock",
      details: { reason, ...(until !== undefined && { until: new Date(until).toISOString() }) },
      change: async (tx, now, user) => {
        if (isSelf(context.caller, user))
          throw new IdentityError("PERMISSION_DENIED", "A user can't lock their own account.");
        return tx.users.lock(id, reason, until, now);
      },
    });
  }

  async unlock(context: RequestContext, id: string): Promise<User> {
    return this.#change(context, id, {
      type: "user.unlock",
      change: (tx, now) => tx.users.unlock(id, now),
      otherwise: () => wrongState("The user is not locked."),
    });
  }

  /** Ends every session and token of the user; with `isAllowed`, also an administrator's. */
  async endAccess(context: RequestContext, id: string, isAllowed = false): Promise<void> {
    await this.#change(context, id, {
      type: "user.sign_out",
      details: { all: "true" },
      change: (tx, now) => tx.users.endAccess(id, now),
      isAllowed,
    });
  }

  /** Rejects a name that another user has, or that looks like another user's. */
  refuseTakenName(realm: string, username: string, exceptId?: string): Promise<void> {
    return refuseTakenName(this.#store.users, {
      realm,
      username,
      ...(exceptId !== undefined && { exceptId }),
    });
  }

  #change(context: RequestContext, id: string, action: UserAction): Promise<User> {
    return changeUser(this.#dependencies, context, id, action);
  }
}
