import { findByAddress, findByName } from "../accounts/find-user.ts";
import { DEFAULT_REALM } from "../accounts/new-user.ts";
import { canonicalId } from "../ids.ts";
import type { Client, User } from "../model.ts";
import type { ClientList, ClientQuery } from "../oauth/clients/client-list.ts";
import type { ClientFilter } from "../oauth/store.ts";
import { CLIENT_KINDS } from "../origins.ts";
import type { PageOf } from "../paging.ts";
import type { RequestContext } from "../request-context.ts";
import type { Store } from "../store.ts";
import type { SeenClient } from "./admin-queries.ts";
import { requireAdministrator } from "./administrators.ts";

/** How many clients a page of the list has. */
const PART = 20;
/** How many clients an export reads at once. */
const EXPORTED = 500;

/** A client of the list of all clients. */
export interface ListedClient extends SeenClient {
  /** Absent when a client or the operator has registered it, or when the owner is purged. */
  readonly owner: User | undefined;
}

/** Which clients the list has. */
export interface ClientLookup extends ClientQuery {
  /** The id of the owner, or the address or name in the default realm; empty for all. */
  readonly owner: string;
}

/** The list of clients that administrators see in a browser. */
export class ClientQueries {
  readonly #store: Pick<Store, "users" | "origins">;
  readonly #clientList: ClientList;

  constructor(store: Pick<Store, "users" | "origins">, clientList: ClientList) {
    this.#store = store;
    this.#clientList = clientList;
  }

  /** Finds clients, and counts them. */
  async find(
    context: RequestContext,
    { filter, order, owner }: ClientLookup,
    pageToken: string,
    pageSize = PART,
  ): Promise<PageOf<ListedClient> & { readonly total: number }> {
    requireAdministrator(context);
    const ownerId = owner === "" ? undefined : await this.#idOf(owner);
    if (owner !== "" && ownerId === undefined) return { items: [], nextPageToken: "", total: 0 };
    const whole: ClientFilter = { ...filter, ownerId };
    const page = await this.#clientList.page({ filter: whole, order }, { pageSize, pageToken });
    return { ...page, items: await this.#see(page.items) };
  }

  /** Yields every client that a lookup finds, for an export. */
  async *every(context: RequestContext, lookup: ClientLookup): AsyncGenerator<ListedClient> {
    for (let pageToken: string | undefined; pageToken !== "";) {
      const page = await this.find(context, lookup, pageToken ?? "", EXPORTED);
      yield* page.items;
      pageToken = page.nextPageToken;
    }
  }

  /** Adds where the clients came from, and who registered them. */
  async #see(clients: readonly Client[]): Promise<ListedClient[]> {
    const ids = clients.map(({ id }) => id);
    const origins = new Map(
      (await this.#store.origins.findMany(CLIENT_KINDS, ids)).map((origin) => [origin.ref, origin]),
    );
    const ownerIds = new Set(clients.flatMap(({ ownerId }) => ownerId ?? []));
    const owners = new Map(
      await Promise.all(
        [...ownerIds].map(async (id) => [id, await this.#store.users.find(id)] as const),
      ),
    );
    return clients.map((client) => ({
      client,
      origin: origins.get(client.id),
      owner: owners.get(client.ownerId ?? ""),
    }));
  }

  async #idOf(owner: string): Promise<string | undefined> {
    const { users } = this.#store;
    const found =
      (await users.find(canonicalId(owner))) ??
      (owner.includes("@")
        ? await findByAddress(this.#store.users, DEFAULT_REALM, owner)
        : await findByName(this.#store.users, DEFAULT_REALM, owner));
    return found?.id;
  }
}
