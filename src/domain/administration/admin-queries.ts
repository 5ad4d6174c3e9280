// Who and what there is, as administrators see it: users and applications, found by how they begin,
// each with all that is theirs. It owns what is shown and must not change anything.
import type { RequestContext } from "../request-context.ts";
import type { Clock } from "../clock.ts";
import { IdentityError, userNotFound } from "../errors.ts";
import type { Groups } from "../groups/groups.ts";
import type { Client, Device, Group, Session, User, UserState } from "../model.ts";
import { emailKeyPrefix } from "../accounts/email-address.ts";
import type { Access, NamedConsent } from "../oauth/tokens/access-tokens.ts";
import type { Clients } from "../oauth/clients/clients.ts";
import type { PageOf } from "../paging.ts";
import type { PageTokens } from "../security/signed-values.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Store } from "../store.ts";
import type { TextPlace } from "../paging.ts";
import type { UserSearch } from "../accounts/store.ts";
import type { SignInRateLimiter } from "../security/sign-in-rate-limiter.ts";
import { stateAt } from "../accounts/user-state.ts";
import { requireAdministrator } from "./administrators.ts";
import { nameEvents, type NamedEvent } from "./audit-trail.ts";

/** A part of a longer list. */
const PART = 20;
/** What is only shown in part. */
const FEW = 10;

/** What a user is looked for by: an id is the whole of it, all else a beginning. */
export type UserKey = UserSearch["by"] | "id";

/** A user with the state of this moment. */
export interface SeenUser {
  readonly user: User;
  readonly state: UserState;
}

/** Where the lists of a user go on. */
export type ListName = "sessions" | "grants" | "groups" | "clients";

/** All of one user. */
export interface UserRecord extends SeenUser {
  /** Wrong passwords that are counted now. */
  readonly failures: number;
  readonly sessions: PageOf<Session>;
  readonly grants: PageOf<NamedConsent>;
  readonly groups: PageOf<Group>;
  readonly clients: PageOf<Client>;
  readonly devices: readonly Device[];
  readonly events: readonly NamedEvent[];
}

/** All of one application. */
export interface ClientRecord {
  readonly client: Client;
  /**
   * Absent when an administrator's client or the operator has registered it, or the owner is
   * purged.
   */
  readonly owner: User | undefined;
  readonly events: readonly NamedEvent[];
}

/** The parts that the directory looks into. */
export interface AdminQueriesDependencies {
  readonly sessions: Sessions;
  readonly access: Access;
  readonly groups: Groups;
  readonly clients: Clients;
  readonly rateLimiter: SignInRateLimiter;
}

export class AdminQueries {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pageTokens: PageTokens;
  readonly #parts: AdminQueriesDependencies;

  constructor(store: Store, clock: Clock, pageTokens: PageTokens, parts: AdminQueriesDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#pageTokens = pageTokens;
    this.#parts = parts;
  }

  /**
   * Users by how something of theirs begins, the deleted among them; by an id, whatever the realm.
   */
  async findUsers(
    context: RequestContext,
    realm: string,
    by: UserKey,
    text: string,
    pageToken: string,
  ): Promise<PageOf<SeenUser>> {
    requireAdministrator(context);
    if (by === "id") {
      const user = await this.#store.users.find(text);
      return { items: user === undefined ? [] : [this.#see(user)], nextPageToken: "" };
    }
    const prefix = by === "emailKey" ? emailKeyPrefix(text) : text;
    const read = (after: TextPlace | undefined, limit: number) =>
      this.#store.users.search({ realm, by, prefix }, { after, limit });
    const page = await this.#page(["find users", realm, by, prefix], pageToken, read, (user) => [
      user[by],
      user.id,
    ]);
    return { ...page, items: page.items.map((user) => this.#see(user)) };
  }

  /** Applications by their id, or by how their names begin. */
  async findClients(
    context: RequestContext,
    text: string,
    pageToken: string,
  ): Promise<PageOf<Client>> {
    requireAdministrator(context);
    const client = await this.#store.clients.find(text);
    if (client !== undefined) return { items: [client], nextPageToken: "" };
    return this.#page(
      ["find clients", text],
      pageToken,
      (after, limit) => this.#store.clients.search(text, { after, limit }),
      ({ name, id }) => [name, id],
    );
  }

  /** All of one user; `pageTokens` says where its lists go on. */
  async user(
    context: RequestContext,
    id: string,
    pageTokens: Readonly<Record<ListName, string>>,
  ): Promise<UserRecord> {
    requireAdministrator(context);
    const user = await this.#store.users.find(id);
    if (user === undefined) throw userNotFound();
    const { sessions, access, groups, clients, rateLimiter } = this.#parts;
    const part = (list: ListName) => ({ pageSize: PART, pageToken: pageTokens[list] });
    return {
      ...this.#see(user),
      failures: await rateLimiter.failures(id),
      sessions: await sessions.list(id, part("sessions")),
      grants: await access.listGrants(id, part("grants")),
      groups: await groups.listOf(id, part("groups")),
      clients: await clients.list(id, part("clients")),
      devices: (await this.#store.devices.list(id)).slice(0, PART),
      events: await nameEvents(
        this.#store,
        await this.#store.audit.list({ userId: id }, { limit: FEW }),
      ),
    };
  }

  /** All of one application. */
  async client(context: RequestContext, id: string): Promise<ClientRecord> {
    requireAdministrator(context);
    const client = await this.#store.clients.find(id);
    if (client === undefined)
      throw new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
    return {
      client,
      owner:
        client.ownerId === undefined ? undefined : await this.#store.users.find(client.ownerId),
      events: await nameEvents(
        this.#store,
        await this.#store.audit.list({ clientId: id }, { limit: FEW }),
      ),
    };
  }

  #see(user: User): SeenUser {
    return { user, state: stateAt(user, this.#clock.now()) };
  }

  #page<Item>(
    list: readonly string[],
    pageToken: string,
    read: (after: TextPlace | undefined, limit: number) => Promise<Item[]>,
    placeOf: (item: Item) => TextPlace,
  ): Promise<PageOf<Item>> {
    const parse = (text: string | undefined) =>
      text === undefined ? undefined : (JSON.parse(text) as TextPlace);
    return this.#pageTokens.page(
      list,
      { pageSize: PART, pageToken },
      ({ after, limit }) => read(parse(after), limit),
      (item) => JSON.stringify(placeOf(item)),
    );
  }
}
