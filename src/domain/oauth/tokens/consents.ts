import { act, touch } from "../../acting.ts";
import { auditEvent } from "../../audit.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { Client, Consent, User } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import { actorOf, callingUser } from "../../principal.ts";
import type { PageOf, PageRequest } from "../../paging.ts";
import type { PageTokens } from "../../security/signed-values.ts";
import type { Store } from "../../store.ts";

/** A consent with the name of its client. */
export interface NamedConsent {
  readonly grant: Consent;
  readonly clientName: string;
}

/** A consent as its user sees it. A name is empty when there is none. */
export interface AuthorizedApplication {
  readonly grant: Consent;
  readonly client: Client;
  /** The name of the user who registered the client. */
  readonly makerName: string;
  readonly groupName: string;
}

/** What users have agreed to. */
export class Consents {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #pageTokens: PageTokens;

  constructor(store: Store, clock: Clock, pageTokens: PageTokens) {
    this.#store = store;
    this.#clock = clock;
    this.#pageTokens = pageTokens;
  }

  /** Lists the consents of a user. */
  async list(userId: string, request: PageRequest): Promise<PageOf<NamedConsent>> {
    const page = await this.#pageTokens.page(
      ["grants", userId],
      request,
      (wanted) => this.#store.grants.list(userId, wanted),
      (grant) => grant.id,
    );
    const items = await Promise.all(
      page.items.map(async (grant) => ({
        grant,
        clientName: (await this.#store.clients.find(grant.clientId))?.name ?? "",
      })),
    );
    return { ...page, items };
  }

  /** Lists the consents of a user with all that distinguishes one application from another. */
  async listApplications(user: User, request: PageRequest): Promise<PageOf<AuthorizedApplication>> {
    const page = await this.list(user.id, request);
    const items = await Promise.all(page.items.map(({ grant }) => this.#applicationOf(grant)));
    return { ...page, items: items.filter((application) => application !== undefined) };
  }

  /** Revokes a consent and its tokens. A user can revoke only their own. */
  async revoke(context: RequestContext, id: string): Promise<void> {
    const { caller } = context;
    const user = callingUser(caller);
    const notFound = new IdentityError("GRANT_NOT_FOUND", "There is no such grant.");
    await act(this.#store, caller, async (tx) => {
      const grant = await tx.grants.find(id);
      if (grant === undefined || (user !== undefined && user.id !== grant.userId)) throw notFound;
      await touch(tx, caller, grant.userId);
      if (!(await tx.grants.delete(id))) throw notFound;
      await tx.audit.append(
        auditEvent(this.#clock, context, "grant.revoke", {
          userId: grant.userId,
          clientId: grant.clientId,
          details: { by: actorOf(caller) },
        }),
      );
    });
  }

  async #applicationOf(grant: Consent): Promise<AuthorizedApplication | undefined> {
    const client = await this.#store.clients.find(grant.clientId);
    if (client === undefined) return undefined;
    const maker =
      client.ownerId === undefined ? undefined : await this.#store.users.find(client.ownerId);
    const group = grant.groupId === 0n ? undefined : await this.#store.groups.find(grant.groupId);
    return { grant, client, makerName: maker?.username ?? "", groupName: group?.name ?? "" };
  }
}
