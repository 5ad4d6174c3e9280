// Groups as people see them: with names instead of numbers. It owns whose name is shown to whom and
// how members are found by what people know of them, and must not know who may do what in a group.
import type { RequestContext } from "../principal.ts";
import { requireUser } from "../principal.ts";
import type { Clock } from "../clock.ts";
import { IdentityError, userNotFound } from "../errors.ts";
import { findByAddress, findByName } from "../accounts/find-user.ts";
import { type Groups, mayRemove } from "./groups.ts";
import type { Group, GroupMember, GroupRole, User } from "../model.ts";
import type { PageOf, PageRequest } from "../security/page-token.ts";
import type { Store } from "../store.ts";
import { countTry } from "../security/rate-limit.ts";

/**
 * How often one user may name somebody whom nobody knows: else a community would tell who has an
 * account.
 */
const UNKNOWN_LIMIT = { tries: 20, windowMs: 60 * 60_000 };

/** A group and what the user is in it. */
export interface Membership {
  readonly group: Group;
  readonly role: GroupRole;
}

/** A member by name; the name may be empty. */
export interface NamedMember {
  readonly member: GroupMember;
  readonly name: string;
  /** Whether the account is deleted, which can be taken back for a while; then there is no name. */
  readonly isGone: boolean;
}

export class Communities {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #groups: Groups;

  constructor(store: Store, clock: Clock, groups: Groups) {
    this.#store = store;
    this.#clock = clock;
    this.#groups = groups;
  }

  /** The groups of the calling user. */
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

  /** One of them. */
  async get(context: RequestContext, id: bigint): Promise<Membership> {
    const group = await this.#groups.get(context, id);
    const member = await this.#store.groups.member(id, requireUser(context.caller).id);
    if (member === undefined)
      throw new IdentityError(
        "GROUP_NOT_FOUND",
        "There is no such group, or none that you may see.",
      );
    return { group, role: member.role };
  }

  /**
   * Who is in it. A deleted account is shown only to those who can remove it; it is back, if not
   * removed, when that is taken back.
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

  /** Adds whom the calling user knows by a user name or an e-mail address. */
  async add(context: RequestContext, id: bigint, known: string, role: GroupRole): Promise<void> {
    // Before anybody is looked for, so that only those learn who is here who may add them.
    await this.#groups.requireRole(context, id, "administrator");
    const caller = requireUser(context.caller);
    const key = `add-member:${caller.id}`;
    await countTry(this.#store, this.#clock, key, UNKNOWN_LIMIT);
    const user = await this.#find(caller.realm, known.trim());
    if (user === undefined) throw userNotFound();
    await this.#store.attempts.giveBack(key);
    await this.#groups.addMember(context, id, user.id, role);
  }

  /** A name never holds an @, an address always does. */
  #find(realm: string, known: string): Promise<User | undefined> {
    return known.includes("@")
      ? findByAddress(this.#store.users, realm, known)
      : findByName(this.#store.users, realm, known);
  }
}
