import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { User, UserState } from "../../model.ts";
import type { PageOf, PageRequest, TextPlace } from "../../paging.ts";
import type { PageTokens } from "../../security/signed-values.ts";
import type { Store } from "../../store.ts";
import { emailKeyPrefix } from "../email-address.ts";
import { stateAt } from "../user-state.ts";
import type { ListKey, ListPlace, ListRequest } from "./list-store.ts";

/**
 * How many users a search for a part of a value reads at once: so many that one of a million users
 * is found in twenty requests, and so few that a request takes less than 200 ms.
 */
export const SCANNED = 50_000;

/** Up to this number a list is counted. */
const COUNTED = 10_000;

/** How many users an export reads at once. */
const PART = 500;

export const EVERY_STATE: readonly UserState[] = ["active", "locked", "deleted"];

/** How a list is ordered; the newest users come first by default. */
export interface UserOrder {
  readonly by: ListKey;
  readonly isDescending: boolean;
}

/** Which users are listed, and in which order. */
export interface UserSelection {
  readonly realm: string;
  readonly states: readonly UserState[];
  readonly order?: UserOrder | undefined;
  /** Orders the list by the value, too. */
  readonly prefix?: { readonly of: "emailKey" | "username" | "accId"; readonly text: string };
  /** A part of the name, the address or the AccID; the newest users come first. */
  readonly contains?: string | undefined;
}

/** A page of users. */
export interface UserListPage extends PageOf<User> {
  /**
   * When the last user registered whom a search for a part of a value has read, if it has not read
   * all: older ones are on the next page.
   */
  readonly searchedBackTo?: number | undefined;
}

/** How many users a list has; with `isMore`, more than `count`. */
export interface UserTotal {
  readonly count: number;
  readonly isMore: boolean;
}

const NEWEST: UserOrder = { by: "createdAt", isDescending: true };

/** Orders that a search can't have. */
function refuseOrder(description: string): never {
  throw new IdentityError("FIELD_INVALID", `The order ${description}.`, {
    fields: [{ field: "order_by", description }],
  });
}

/** Returns the spellings of a part of a value that the stored, lower-case text can have. */
function spellingsOf(part: string): readonly string[] {
  const lower = part.toLowerCase();
  // SQLite lowers only ASCII.
  const ascii = part.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const [first = "", ...rest] = lower;
  const capital = /^[a-z]/.test(lower) ? lower : first.toUpperCase() + rest.join("");
  return [...new Set([lower, ascii, capital])];
}

/** The lists of users. */
export class UserLists {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pageTokens: PageTokens;

  constructor(store: Store, clock: Clock, pageTokens: PageTokens) {
    this.#store = store;
    this.#clock = clock;
    this.#pageTokens = pageTokens;
  }

  /** Lists users. A page of a search may have fewer users than asked for, also none. */
  list(selection: UserSelection, request: PageRequest): Promise<UserListPage> {
    const { contains, prefix } = selection;
    if (contains !== undefined && contains !== "")
      return this.#search(selection, contains, request);
    return prefix?.of === "accId" && prefix.text !== ""
      ? this.#byAccId(selection, prefix.text, request)
      : this.#ordered(selection, request);
  }

  /** Counts a list, up to `COUNTED`. Absent: counting it would mean to read all users. */
  async total(selection: UserSelection): Promise<UserTotal | undefined> {
    const { contains = "", prefix } = selection;
    if (contains !== "" || (prefix?.of === "accId" && prefix.text !== "")) return undefined;
    const list = this.#requestOf(selection);
    const count = await this.#store.users.countBy(list, COUNTED + 1, this.#clock.now());
    return { count: Math.min(count, COUNTED), isMore: count > COUNTED };
  }

  /** Yields every user of a list. It keeps one part of them in memory. */
  async *every(selection: UserSelection): AsyncGenerator<User> {
    for (let pageToken = ""; ;) {
      const page = await this.list(selection, { pageSize: PART, pageToken });
      yield* page.items;
      ({ nextPageToken: pageToken } = page);
      if (pageToken === "") return;
    }
  }

  /** Returns what the store is asked; refuses an order that the beginning of a value can't have. */
  #requestOf({ realm, states, order, prefix }: UserSelection): ListRequest {
    if (prefix === undefined || prefix.text === "" || prefix.of === "accId") {
      const { by, isDescending } = order ?? NEWEST;
      return { realm, states, key: by, isDescending };
    }
    const { of: key, text } = prefix;
    if (order !== undefined && order.by !== key) refuseOrder("is not that of the searched value");
    return {
      realm,
      states,
      key,
      isDescending: order?.isDescending ?? false,
      prefix: key === "emailKey" ? emailKeyPrefix(text) : text,
    };
  }

  #ordered(selection: UserSelection, request: PageRequest): Promise<UserListPage> {
    const list = this.#requestOf(selection);
    return this.#pageTokens.page(
      ["users in order", JSON.stringify(list)],
      request,
      ({ after, limit }) =>
        this.#store.users.listBy(list, { after: placeOf(after), limit }, this.#clock.now()),
      (user) => JSON.stringify([user[list.key], user.id]),
    );
  }

  /** An AccID has no order by state, so users in other states are left out after reading. */
  async #byAccId(
    { realm, states, order }: UserSelection,
    prefix: string,
    request: PageRequest,
  ): Promise<UserListPage> {
    if (order !== undefined) refuseOrder("is always that of the AccID");
    const page = await this.#pageTokens.page(
      ["users by AccID", realm, prefix, states.join(" ")],
      request,
      ({ after, limit }) =>
        this.#store.users.search(
          { realm, by: "accId", prefix },
          { after: placeOf<TextPlace>(after), limit },
        ),
      (user) => JSON.stringify([user.accId, user.id]),
    );
    const now = this.#clock.now();
    return { ...page, items: page.items.filter((user) => states.includes(stateAt(user, now))) };
  }

  async #search(
    { realm, states, order = NEWEST, prefix }: UserSelection,
    contains: string,
    request: PageRequest,
  ): Promise<UserListPage> {
    if (prefix !== undefined && prefix.text !== "")
      throw new IdentityError("FIELD_INVALID", "A search is for a beginning or for a part.");
    if (order.by !== "createdAt" || !order.isDescending)
      refuseOrder("of a search for a part is always create_time desc");
    let stoppedAt: ListPlace | undefined;
    const texts = spellingsOf(contains);
    const page = await this.#pageTokens.partPage(
      ["users with a part", realm, states.join(" "), contains],
      request,
      async ({ after, limit }) => {
        const found = await this.#store.users.scan(
          { realm, states, texts, most: SCANNED },
          { after: placeOf(after), limit },
          this.#clock.now(),
        );
        ({ stoppedAt } = found);
        return { items: found.users, stoppedAt: stoppedAt && JSON.stringify(stoppedAt) };
      },
      (user) => JSON.stringify([user.createdAt, user.id]),
    );
    return stoppedAt === undefined ? page : { ...page, searchedBackTo: Number(stoppedAt[0]) };
  }
}

const placeOf = <Place extends ListPlace>(after: string | undefined): Place | undefined =>
  after === undefined ? undefined : (JSON.parse(after) as Place);
