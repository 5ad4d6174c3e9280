import { auditEvent } from "../audit.ts";
import {
  EVERY_STATE,
  type UserLists,
  type UserOrder,
  type UserSelection,
  type UserTotal,
} from "../accounts/lists/user-lists.ts";
import { stateAt } from "../accounts/user-state.ts";
import type { Clock } from "../clock.ts";
import { canonicalId } from "../ids.ts";
import type { User, UserState } from "../model.ts";
import { type Origin, originsByRef } from "../origins.ts";
import type { PageOf } from "../paging.ts";
import { requireRecent } from "../principal.ts";
import type { RequestContext } from "../request-context.ts";
import type { Store } from "../store.ts";
import { requireAdministrator } from "./administrators.ts";

/** How many users a page has. */
const PART = 50;

/** What a text is searched in: a part of a value, its beginning, or a whole id. */
export type UserKey = "contains" | "emailKey" | "username" | "accId" | "id";

/** A search for users. */
export interface UserLookup {
  readonly realm: string;
  readonly by: UserKey;
  /** Empty: every user. */
  readonly text: string;
  /** Absent: every state. */
  readonly state?: UserState | undefined;
  /** Kept where the search has that order. */
  readonly order?: UserOrder | undefined;
}

/** A user with the current state. */
export interface SeenUser {
  readonly user: User;
  readonly state: UserState;
  /** Absent when the user was made here. */
  readonly origin: Origin | undefined;
}

/** A page of the directory. */
export interface DirectoryPage extends PageOf<SeenUser> {
  /** Absent when the search has an order of its own. */
  readonly order: UserOrder | undefined;
  readonly total: UserTotal | undefined;
  readonly searchedBackTo?: number | undefined;
}

/** Returns users with their states and where they came from. */
export async function seeUsers(
  store: Pick<Store, "origins">,
  users: readonly User[],
  now: number,
): Promise<SeenUser[]> {
  const ids = users.map(({ id }) => id);
  const origins = await originsByRef(store.origins, ["user"], ids);
  return users.map((user) => ({ user, state: stateAt(user, now), origin: origins.get(user.id) }));
}

/** The order that a search has: the asked one, if the search can have it. */
function orderOf({ by, text, order }: UserLookup): UserOrder | undefined {
  if (text === "") return order ?? { by: "createdAt", isDescending: true };
  if (by !== "emailKey" && by !== "username") return undefined;
  return { by, isDescending: order?.by === by && order.isDescending };
}

function selectionOf(lookup: UserLookup): UserSelection {
  const { realm, by, text, state } = lookup;
  return {
    realm,
    states: state === undefined ? EVERY_STATE : [state],
    order: orderOf(lookup),
    ...(by === "contains" ? { contains: text } : by !== "id" && { prefix: { of: by, text } }),
  };
}

/** The users as administrators of the pages list them. */
export class UserDirectory {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #lists: UserLists;

  constructor(store: Store, clock: Clock, lists: UserLists) {
    this.#store = store;
    this.#clock = clock;
    this.#lists = lists;
  }

  /** Finds users, also deleted ones. A search by id covers every realm and state. */
  async find(
    context: RequestContext,
    lookup: UserLookup,
    pageToken: string,
  ): Promise<DirectoryPage> {
    requireAdministrator(context);
    const now = this.#clock.now();
    if (lookup.by === "id" && lookup.text !== "") {
      const user = await this.#store.users.find(canonicalId(lookup.text));
      const items = user === undefined ? [] : await seeUsers(this.#store, [user], now);
      const total = { count: items.length, isMore: false };
      return { items, nextPageToken: "", order: undefined, total };
    }
    const selection = selectionOf(lookup);
    const page = await this.#lists.list(selection, { pageSize: PART, pageToken });
    return {
      ...page,
      items: await seeUsers(this.#store, page.items, now),
      order: selection.order,
      total: await this.#lists.total(selection),
    };
  }

  /**
   * Returns every user that a search finds, read while the caller takes them. It needs a recent
   * password, and the audit trail records it: it is everything that is known of many people.
   */
  async export(context: RequestContext, lookup: UserLookup): Promise<AsyncGenerator<User>> {
    requireAdministrator(context);
    requireRecent(context.caller, this.#clock.now());
    const { realm, by, text, state } = lookup;
    const details = {
      realm,
      ...(text !== "" && { by, text }),
      ...(state !== undefined && { state }),
    };
    // Reading changes nothing of the caller, so this is no act.
    await this.#store.audit.append(auditEvent(this.#clock, context, "user.export", { details }));
    return by === "id" && text !== "" ? this.#one(text) : this.#lists.every(selectionOf(lookup));
  }

  async *#one(id: string): AsyncGenerator<User> {
    const user = await this.#store.users.find(canonicalId(id));
    if (user !== undefined) yield user;
  }
}
