import type { Group, GroupMember, GroupRole, User } from "../model.ts";
import type { PageOf, PageRequest } from "../paging.ts";
import { requireUser } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import type { Store } from "../store.ts";
import type { Groups } from "./groups.ts";
import { groupNotFound, mayRemove } from "./roles.ts";

/** A group and the role of the user in it. */
export interface Membership {
  readonly group: Group;
  readonly role: GroupRole;
}

/** A member and their name, which may be empty. */
export interface NamedMember {
  readonly member: GroupMember;
  readonly name: string;
  /** Whether the account is deleted but may still be restored; the name is then empty. */
  readonly isGone: boolean;
}

interface CommunitiesDependencies {
  readonly store: Store;
  readonly groups: Groups;
}

/** Groups as pages show them: with the names of members instead of ids. */
export class Communities {
  readonly #store: Store;
  readonly #groups: Groups;

  constructor({ store, groups }: CommunitiesDependencies) {
    this.#store = store;
    this.#groups = groups;
  }

  /** Lists the groups of the calling user. */
  async list(context: RequestContext, request: PageRequest): Promise<PageOf<Membership>> {
    const { id } = requireUser(context.caller);
    const page = await this.#groups.listOf(id, request);
    const items = await Promise.all(
      page.items.map(async (group) => ({
        group,
        member: await this.#store.groups.member(group.id, id),
      })),
    );
    return {
      ...page,
      items: items.flatMap(({ group, member }) =>
        member === undefined ? [] : [{ group, role: member.role }],
      ),
    };
  }

  /** Returns a group of the calling user. */
  async get(context: RequestContext, id: bigint): Promise<Membership> {
    const group = await this.#groups.get(context, id);
    const member = await this.#store.groups.member(id, requireUser(context.caller).id);
    if (member === undefined) throw groupNotFound();
    return { group, role: member.role };
  }

  /**
   * Lists the members. A deleted user is shown only to members who can remove them; if not removed,
   * a restored user is a member again.
   */
  async members(
    context: RequestContext,
    id: bigint,
    request: PageRequest,
  ): Promise<PageOf<NamedMember>> {
    const page = await this.#groups.members(context, id, request);
    const { role } = await this.get(context, id);
    const items = await Promise.all(
      page.items.map(async (member) => ({
        member,
        user: await this.#store.users.find(member.userId),
      })),
    );
    const name = ({
      member,
      user,
    }: {
      member: GroupMember;
      user: User | undefined;
    }): readonly NamedMember[] => {
      if (user === undefined || (user.state === "deleted" && !mayRemove(role, member))) return [];
      const isGone = user.state === "deleted";
      return [{ member, name: isGone ? "" : user.username, isGone }];
    };
    return { ...page, items: items.flatMap(name) };
  }
}
