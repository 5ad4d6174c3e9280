import type { Client } from "../../model.ts";
import type { PageOf, PageRequest } from "../../paging.ts";
import type { PageTokens } from "../../security/signed-values.ts";
import type { Store } from "../../store.ts";
import type { ClientFilter, ClientOrder, ClientPlace } from "../store.ts";

/** Which clients a list has, and their order. */
export interface ClientQuery {
  readonly filter: ClientFilter;
  readonly order: ClientOrder;
}

/** A page of a list, and how many clients the whole list has. */
export interface CountedClients extends PageOf<Client> {
  readonly total: number;
}

/** Lists of clients, for pages of the administration and for calls. */
export class ClientList {
  readonly #store: Pick<Store, "clients">;
  readonly #pageTokens: PageTokens;

  constructor(store: Pick<Store, "clients">, pageTokens: PageTokens) {
    this.#store = store;
    this.#pageTokens = pageTokens;
  }

  /** Lists clients, and counts the whole list. */
  async counted(query: ClientQuery, request: PageRequest): Promise<CountedClients> {
    const [page, total] = await Promise.all([
      this.page(query, request),
      this.#store.clients.count(query.filter),
    ]);
    return { ...page, total };
  }

  /** Lists clients. */
  page({ filter, order }: ClientQuery, request: PageRequest): Promise<PageOf<Client>> {
    const { ownerId, isDisabled, isVerified, isPublic, api, text } = filter;
    const flags = [isDisabled, isVerified, isPublic].map((flag) => JSON.stringify(flag ?? null));
    const parse = (place: string | undefined) =>
      place === undefined ? undefined : (JSON.parse(place) as ClientPlace);
    return this.#pageTokens.page(
      [
        "clients",
        ownerId ?? "",
        ...flags,
        api ?? "",
        text ?? "",
        order.by,
        String(order.isDescending),
      ],
      request,
      ({ after, limit }) =>
        this.#store.clients.select(filter, order, { after: parse(after), limit }),
      (client) => JSON.stringify([client[order.by], client.id] satisfies ClientPlace),
    );
  }
}
