import type { Clock } from "../clock.ts";
import type { GroupInvitation } from "../model.ts";
import type { PageOf, PageRequest } from "../paging.ts";
import type { RequestContext } from "../request-context.ts";
import type { PageTokens } from "../security/signed-values.ts";
import type { Store } from "../store.ts";
import { requireRole } from "./roles.ts";
import { isStanding } from "./standing.ts";

/** How many invitations of a user are counted; pages show more as "9+". */
const COUNTED = 10;

/** An invitation with the names that belong to it. */
export interface NamedInvitation {
  readonly invitation: GroupInvitation;
  readonly groupName: string;
  /** The name of the invited user, which may be empty. */
  readonly username: string;
  /** The name of the inviter; empty when a client invites. */
  readonly inviterName: string;
}

interface InvitationListsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly pageTokens: PageTokens;
}

/** Lists of the invitations that can be accepted. */
export class InvitationLists {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pageTokens: PageTokens;

  constructor({ store, clock, pageTokens }: InvitationListsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#pageTokens = pageTokens;
  }

  /** Lists those to a group, for its administrators and owners. */
  async ofGroup(
    context: RequestContext,
    groupId: bigint,
    request: PageRequest,
  ): Promise<PageOf<NamedInvitation>> {
    await requireRole(this.#store, context, groupId, "administrator");
    const page = await this.#pageTokens.page(
      ["invitations", groupId.toString()],
      request,
      (part) => this.#store.groupInvitations.listOf(groupId, this.#clock.now(), part),
      (invitation) => invitation.userId,
    );
    return this.#named(page);
  }

  /** Lists those to a user. */
  async forUser(userId: string, request: PageRequest): Promise<PageOf<NamedInvitation>> {
    const page = await this.#pageTokens.page(
      ["invitations for", userId],
      request,
      ({ after, limit }) =>
        this.#store.groupInvitations.listFor(userId, this.#clock.now(), {
          after: after === undefined ? undefined : BigInt(after),
          limit,
        }),
      (invitation) => invitation.groupId.toString(),
    );
    return this.#named(page);
  }

  /** Counts those to a user, up to 10. */
  async count(userId: string): Promise<number> {
    const now = this.#clock.now();
    const waiting = await this.#store.groupInvitations.listFor(userId, now, { limit: COUNTED });
    return (await this.#standing(waiting)).length;
  }

  /** Adds the names, which are empty where there is none. */
  async withNames(invitation: GroupInvitation): Promise<NamedInvitation> {
    const { groups, users } = this.#store;
    const [group, user, inviter] = await Promise.all([
      groups.find(invitation.groupId),
      users.find(invitation.userId),
      invitation.invitedBy === undefined ? undefined : users.find(invitation.invitedBy),
    ]);
    return {
      invitation,
      groupName: group?.name ?? "",
      username: user?.username ?? "",
      inviterName: inviter?.username ?? "",
    };
  }

  async #named(page: PageOf<GroupInvitation>): Promise<PageOf<NamedInvitation>> {
    const standing = await this.#standing(page.items);
    return { ...page, items: await Promise.all(standing.map((each) => this.withNames(each))) };
  }

  /** Returns those that can still be accepted. */
  async #standing(invitations: readonly GroupInvitation[]): Promise<readonly GroupInvitation[]> {
    const now = this.#clock.now();
    const stand = await Promise.all(invitations.map((each) => isStanding(this.#store, each, now)));
    return invitations.filter((_, index) => stand[index]);
  }
}
