import type { RequestContext } from "../request-context.ts";
import type { Clock } from "../clock.ts";
import { IdentityError, userNotFound } from "../errors.ts";
import type { Groups } from "../groups/groups.ts";
import type { Client, Device, Group, Session, User } from "../model.ts";
import { CLIENT_KINDS, type Origin, originsByRef } from "../origins.ts";
import type { Consents, NamedConsent } from "../oauth/tokens/consents.ts";
import type { Clients } from "../oauth/clients/clients.ts";
import type { PageOf } from "../paging.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { Store } from "../store.ts";
import type { SignInRateLimiter } from "../security/sign-in-rate-limiter.ts";
import { requireAdministrator } from "./administrators.ts";
import { nameEvents, type NamedEvent } from "./audit-trail.ts";
import { type SeenUser, seeUsers } from "./user-directory.ts";

/** How many items of a list a page has. */
const PART = 20;
/** How many events a user's or a client's page shows. */
const FEW = 10;

/** A client of a list. */
export interface SeenClient {
  readonly client: Client;
  /** Absent when the client was made here. */
  readonly origin: Origin | undefined;
}

/** The lists of a user that have further pages. */
export type ListName = "sessions" | "grants" | "groups" | "clients";

/** A user with all that belongs to the user. */
export interface UserRecord extends SeenUser {
  /** The current count of wrong passwords. */
  readonly failures: number;
  readonly sessions: PageOf<Session>;
  readonly grants: PageOf<NamedConsent>;
  readonly groups: PageOf<Group>;
  readonly clients: PageOf<Client>;
  readonly devices: readonly Device[];
  readonly events: readonly NamedEvent[];
  /** Where communities and clients of the lists came from, by id; not those that were made here. */
  readonly origins: ReadonlyMap<string, Origin>;
}

/** A client with its owner and its events. */
export interface ClientRecord extends SeenClient {
  /** Absent when a client or the operator has registered it, or when the owner is purged. */
  readonly owner: User | undefined;
  readonly events: readonly NamedEvent[];
}

export interface AdminQueriesDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly consents: Consents;
  readonly groups: Groups;
  readonly clients: Clients;
  readonly rateLimiter: SignInRateLimiter;
}

/** What administrators look up in a browser. It changes nothing. */
export class AdminQueries {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #features: Pick<
    AdminQueriesDependencies,
    "sessions" | "consents" | "groups" | "clients" | "rateLimiter"
  >;

  constructor({ store, clock, ...features }: AdminQueriesDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#features = features;
  }

  /** Returns a user. `pageTokens` has the page token of each list. */
  async user(
    context: RequestContext,
    id: string,
    pageTokens: Readonly<Record<ListName, string>>,
  ): Promise<UserRecord> {
    requireAdministrator(context);
    const user = await this.#store.users.find(id);
    if (user === undefined) throw userNotFound();
    const { sessions, consents, groups, clients, rateLimiter } = this.#features;
    const part = (list: ListName) => ({ pageSize: PART, pageToken: pageTokens[list] });
    const [seen] = await seeUsers(this.#store, [user], this.#clock.now());
    const theirGroups = await groups.listOf(id, part("groups"));
    const theirClients = await clients.list(id, part("clients"));
    return {
      ...seen!,
      failures: await rateLimiter.failures(id),
      sessions: await sessions.list(id, part("sessions")),
      grants: await consents.list(id, part("grants")),
      groups: theirGroups,
      clients: theirClients,
      origins: new Map([
        ...(await originsByRef(
          this.#store.origins,
          ["group"],
          theirGroups.items.map((each) => String(each.id)),
        )),
        ...(await originsByRef(
          this.#store.origins,
          CLIENT_KINDS,
          theirClients.items.map((each) => each.id),
        )),
      ]),
      devices: (await this.#store.devices.list(id)).slice(0, PART),
      events: await nameEvents(
        this.#store,
        await this.#store.audit.list({ userId: id }, { limit: FEW }),
      ),
    };
  }

  /** A client with its owner and its events. */
  async client(context: RequestContext, id: string): Promise<ClientRecord> {
    requireAdministrator(context);
    const client = await this.#store.clients.find(id);
    if (client === undefined)
      throw new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
    const [seen] = await this.#seeClients([client]);
    return {
      ...seen!,
      owner:
        client.ownerId === undefined ? undefined : await this.#store.users.find(client.ownerId),
      events: await nameEvents(
        this.#store,
        await this.#store.audit.list({ clientId: id }, { limit: FEW }),
      ),
    };
  }

  async #seeClients(clients: readonly Client[]): Promise<SeenClient[]> {
    const origins = await originsByRef(
      this.#store.origins,
      CLIENT_KINDS,
      clients.map(({ id }) => id),
    );
    return clients.map((client) => ({ client, origin: origins.get(client.id) }));
  }
}
