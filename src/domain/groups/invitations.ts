import { stateAt } from "../accounts/user-state.ts";
import type { Clock } from "../clock.ts";
import { DAY } from "../durations.ts";
import type { Mailer } from "../email/mailer.ts";
import { news } from "../email/mailer.ts";
import { IdentityError } from "../errors.ts";
import type { GroupInvitation, GroupMember, GroupRole, User } from "../model.ts";
import { callingUser, requireUser } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import { countTry } from "../security/rate-limit.ts";
import type { Aggregates, Store } from "../store.ts";
import { changeGroup, groupEvent, memberExists, requireCandidate } from "./changes.ts";
import { findInvitee, type Invitee } from "./invitee.ts";
import { giverOf, groupNotFound, requireRank, requireRole } from "./roles.ts";
import { isStanding } from "./standing.ts";

/** How long an invitation waits for its answer. */
const WAITING_MS = 30 * DAY;
/** How long a user who has declined isn't invited to the same group again. */
const DECLINED_MS = 30 * DAY;

/** The invitations that one user makes. */
const INVITER_LIMIT = { tries: 100, windowMs: DAY };
/** The e-mails about invitations to one user; the pages show the invitations beyond them. */
const LETTER_LIMIT = { tries: 3, windowMs: DAY };

interface InvitationsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly mailer: Mailer;
}

const invitationNotFound = (): IdentityError =>
  new IdentityError(
    "GROUP_INVITATION_NOT_FOUND",
    "There is no such invitation: it was answered or withdrawn, or has expired.",
  );

/** Invitations to groups: no user becomes a member through another user without agreeing. */
export class Invitations {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #mailer: Mailer;

  constructor({ store, clock, mailer }: InvitationsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#mailer = mailer;
  }

  /** Invites a user. Only owners invite administrators and owners. */
  async invite(
    context: RequestContext,
    id: bigint,
    invitee: Invitee,
    role: GroupRole,
  ): Promise<GroupInvitation> {
    const now = this.#clock.now();
    if ((await this.#store.groups.find(id)) === undefined) throw groupNotFound();
    // Checked before the lookup, so that only users who may invite learn who has an account.
    await requireRank(this.#store, { context, now }, id, giverOf(role));
    const user = await findInvitee(
      { store: this.#store, clock: this.#clock },
      context,
      id,
      invitee,
    );
    const inviter = callingUser(context.caller);
    if (inviter !== undefined)
      await countTry(this.#store, this.#clock, `group-invite:${inviter.id}`, INVITER_LIMIT);
    const invitation: GroupInvitation = {
      groupId: id,
      userId: user.id,
      role,
      invitedBy: inviter?.id,
      createdAt: now,
      expiresAt: now + WAITING_MS,
    };
    await changeGroup(this.#store, context, id, async (tx) => {
      await requireRank(tx, { context, now }, id, giverOf(role));
      await requireCandidate(tx, id, user.id);
      if ((await tx.groups.member(id, user.id)) !== undefined) throw memberExists();
      await this.#requireNone(tx, id, user.id);
      await tx.groupInvitations.put(invitation);
      await tx.audit.append(
        groupEvent(this.#clock, context, {
          type: "group.invite",
          id,
          userId: user.id,
          details: { role },
        }),
      );
    });
    this.#write(context, user);
    return invitation;
  }

  /** Makes the calling user a member with the role of the invitation. */
  async accept(context: RequestContext, id: bigint): Promise<GroupMember> {
    const { id: userId } = requireUser(context.caller);
    const member = await this.#answer(context, id, async (tx, invitation) => {
      await tx.groupInvitations.remove(id, userId);
      // An inviter who may not give the role any more can't give it by an older invitation.
      if (!(await isStanding(tx, invitation, this.#clock.now()))) return undefined;
      const { role, invitedBy } = invitation;
      const made: GroupMember = { groupId: id, userId, role, createdAt: this.#clock.now() };
      if (!(await tx.groups.addMember(made))) return tx.groups.member(id, userId);
      const details = { role, ...(invitedBy !== undefined && { inviter: invitedBy }) };
      await tx.audit.append(
        groupEvent(this.#clock, context, { type: "group.accept", id, userId, details }),
      );
      return made;
    });
    // Thrown outside of the transaction, which has removed the invitation.
    if (member === undefined) throw invitationNotFound();
    return member;
  }

  /** Declines an invitation to the calling user, who is then not invited again for a time. */
  async decline(context: RequestContext, id: bigint): Promise<void> {
    const { id: userId } = requireUser(context.caller);
    await this.#answer(context, id, async (tx) => {
      const now = this.#clock.now();
      await tx.groupInvitations.decline(id, userId, now, now + DECLINED_MS);
      await tx.audit.append(
        groupEvent(this.#clock, context, { type: "group.decline", id, userId }),
      );
    });
  }

  /** Takes an invitation back. Administrators take back those of members, owners all. */
  async withdraw(context: RequestContext, id: bigint, userId: string): Promise<void> {
    await changeGroup(this.#store, context, id, async (tx) => {
      await requireRole(tx, context, id, "administrator");
      const found = await this.#findWaiting(tx, id, userId);
      if (found === undefined) throw invitationNotFound();
      await requireRole(tx, context, id, giverOf(found.role));
      await tx.groupInvitations.remove(id, userId);
      await tx.audit.append(
        groupEvent(this.#clock, context, { type: "group.withdraw", id, userId }),
      );
    });
  }

  /** Answers an invitation to the calling user. For a user who has none, no group exists. */
  async #answer<T>(
    context: RequestContext,
    id: bigint,
    work: (tx: Aggregates, invitation: GroupInvitation) => Promise<T>,
  ): Promise<T> {
    const { caller } = context;
    if (caller.kind !== "user")
      throw new IdentityError("PERMISSION_DENIED", "Only a user with a session can do this.");
    if ((await this.#findWaiting(this.#store, id, caller.user.id)) === undefined)
      throw invitationNotFound();
    return changeGroup(this.#store, context, id, async (tx) => {
      const found = await this.#findWaiting(tx, id, caller.user.id);
      if (found === undefined) throw invitationNotFound();
      return work(tx, found);
    });
  }

  /** Finds an invitation that waits for its answer. */
  async #findWaiting(
    { groupInvitations }: Pick<Aggregates, "groupInvitations">,
    id: bigint,
    userId: string,
  ): Promise<GroupInvitation | undefined> {
    const found = await groupInvitations.find(id, userId);
    const waits =
      found !== undefined && found.declinedAt === undefined && found.expiresAt > this.#clock.now();
    return waits ? found : undefined;
  }

  /** Rejects a user who has an invitation that stands, or who has declined one not long ago. */
  async #requireNone(tx: Aggregates, id: bigint, userId: string): Promise<void> {
    const found = await tx.groupInvitations.find(id, userId);
    if (found === undefined || found.expiresAt <= this.#clock.now()) return;
    if (found.declinedAt !== undefined)
      throw new IdentityError(
        "GROUP_INVITATION_DECLINED",
        "The user has declined and can't be invited again for 30 days.",
      );
    if (await isStanding(tx, found, this.#clock.now()))
      throw new IdentityError("GROUP_INVITATION_EXISTS", "The user is invited already.");
  }

  /** Sends an e-mail to a verified address; strangers may have registered any other. */
  #write(context: RequestContext, user: User): void {
    const isActive = stateAt(user, this.#clock.now()) === "active";
    if (user.emailVerifiedAt === undefined || !isActive) return;
    this.#mailer.enqueue(async () => {
      const { tries, windowMs } = LETTER_LIMIT;
      const key = `email:invitation:${user.id}`;
      const hasEnough =
        (await this.#store.attempts.take(key, tries, windowMs, this.#clock.now())) > 0;
      return hasEnough ? undefined : news(this.#clock, context, "group-invitation", user);
    });
  }
}
