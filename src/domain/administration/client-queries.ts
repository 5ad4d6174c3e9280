import { findByNameOrAddress } from "../accounts/find-user.ts";
import { DEFAULT_REALM } from "../accounts/new-user.ts";
import { canonicalId } from "../ids.ts";
import type { Client, User } from "../model.ts";
import type { ClientList, ClientQuery } from "../oauth/clients/client-list.ts";
import { CLIENT_KINDS, originsByRef } from "../origins.ts";
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
    lookup: ClientLookup,
    pageToken: string,
  ): Promise<PageOf<ListedClient> & { readonly total: number }> {
    requireAdministrator(context);
    const query = await this.#queryOf(lookup);
    if (query === undefined) return { items: [], nextPageToken: "", total: 0 };
    const page = await this.#clientList.counted(query, { pageSize: PART, pageToken });
    return { ...page, items: await this.#see(page.items) };
  }

  /** Yields every client that a lookup finds, for an export. */
  async *every(context: RequestContext, lookup: ClientLookup): AsyncGenerator<ListedClient> {
    requireAdministrator(context);
    const query = await this.#queryOf(lookup);
    if (query === undefined) return;
    for (let pageToken: string | undefined; pageToken !== "";) {
      const request = { pageSize: EXPORTED, pageToken: pageToken ?? "" };
      const page = await this.#clientList.page(query, request);
      yield* await this.#see(page.items);
      pageToken = page.nextPageToken;
    }
  }

  /** Returns what the list is asked; undefined if the owner is unknown. */
  async #queryOf({ filter, order, owner }: ClientLookup): Promise<ClientQuery | undefined> {
    const ownerId = owner === "" ? undefined : await this.#idOf(owner);
    return owner !== "" && ownerId === undefined
      ? undefined
      : { filter: { ...filter, ownerId }, order };
  }

  /** Adds where the clients came from, and who registered them. */
  async #see(clients: readonly Client[]): Promise<ListedClient[]> {
    const ids = clients.map(({ id }) => id);
    const origins = await originsByRef(this.#store.origins, CLIENT_KINDS, ids);
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
      (await findByNameOrAddress(users, DEFAULT_REALM, owner));
    return found?.id;
  }
}
