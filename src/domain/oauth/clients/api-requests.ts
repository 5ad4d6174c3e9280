import { requireAdministrator } from "../../administration/administrators.ts";
import type { AuditType } from "../../audit.ts";
import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import { callingUser } from "../../principal.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError, invalidField } from "../../errors.ts";
import type { ApiRequest, Client } from "../../model.ts";
import type { Store } from "../../store.ts";
import type { ClientRules } from "./client-rules.ts";
import { requireOneRealm } from "./client-rules.ts";

/** How many requests an administrator sees at once. The others follow when these are answered. */
const SHOWN = 50;

/** A request that waits for an administrator, with its client. */
export interface WaitingRequest {
  readonly request: ApiRequest;
  readonly client: Client;
}

/** The APIs of a form, by the way in which the client gets them. */
export interface WantedApis {
  /** The developer takes them, or the client has them already. */
  readonly taken: readonly string[];
  /** An administrator must give them. */
  readonly asked: readonly string[];
}

/**
 * Requests of developers for the APIs that only administrators give to clients. An administrator
 * gives or refuses the API; the developer can withdraw the request.
 */
export class ApiRequests {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #rules: ClientRules;

  constructor(store: Store, clock: Clock, rules: ClientRules) {
    this.#store = store;
    this.#clock = clock;
    this.#rules = rules;
  }

  /** Returns whether only an administrator gives the API. */
  isGiven(api: string): boolean {
    return this.#rules.givenApis.includes(api);
  }

  /** Splits the APIs that a developer wants for a client into those taken and those asked for. */
  sort(wanted: readonly string[], { apis }: Pick<Client, "apis">): WantedApis {
    requireOneRealm(this.#rules, wanted, apis);
    const asked = wanted.filter((api) => this.isGiven(api) && !apis.includes(api));
    return { taken: wanted.filter((api) => !asked.includes(api)), asked };
  }

  /** Lists the requests for a client. */
  async of({ id, apis }: Client): Promise<readonly ApiRequest[]> {
    return (await this.#store.apiRequests.of(id)).filter(
      ({ api }) => this.isGiven(api) && !apis.includes(api),
    );
  }

  /** Requests exactly these APIs for a client of the calling developer and withdraws the others. */
  async ask(
    context: RequestContext,
    { id, ownerId }: Client,
    asked: readonly string[],
  ): Promise<void> {
    if (ownerId === undefined || callingUser(context.caller)?.id !== ownerId)
      throw new IdentityError(
        "PERMISSION_DENIED",
        "Only the developer of a client can request an API.",
      );
    const before = (await this.#store.apiRequests.of(id)).map(({ api }) => api);
    await this.#store.transaction(async (tx) => {
      for (const api of asked.filter((each) => this.isGiven(each))) {
        if (!(await tx.apiRequests.insert({ clientId: id, api, createdAt: this.#clock.now() })))
          continue;
        await tx.audit.append(this.#event(context, "client.request_api", id, { api }));
      }
      for (const api of before.filter((each) => !asked.includes(each))) {
        if (await tx.apiRequests.delete(id, api))
          await tx.audit.append(
            this.#event(context, "client.request_api", id, { api, withdrawn: "true" }),
          );
      }
    });
  }

  /** Lists the requests that wait for an administrator, the oldest first. */
  async waiting(context: RequestContext): Promise<readonly WaitingRequest[]> {
    requireGiver(context);
    const requests = await this.#store.apiRequests.list(SHOWN);
    const found = await Promise.all(
      requests.map(async (request) => ({
        request,
        client: await this.#store.clients.find(request.clientId),
      })),
    );
    return found.flatMap(({ request, client }) =>
      client === undefined || client.apis.includes(request.api) ? [] : [{ request, client }],
    );
  }

  /**
   * Gives an API to a client. An administrator can give only a requested one. Returns false when
   * the request no longer exists.
   */
  async give(context: RequestContext, clientId: string, api: string): Promise<boolean> {
    requireGiver(context);
    for (;;) {
      const client = await this.#store.clients.find(clientId);
      if (client === undefined)
        throw new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
      if (!this.#rules.apis.includes(api))
        throw invalidField(
          "api",
          `is no documented API; known ones are ${this.#rules.apis.join(", ")}`,
        );
      const isOperator = context.caller.kind === "operator";
      if (client.apis.includes(api) && isOperator) return false;
      requireOneRealm(this.#rules, [...client.apis, api], client.apis);
      const given = await this.#store
        .transaction(async (tx) => {
          if (!(await tx.apiRequests.delete(clientId, api)) && !isOperator) return false;
          const apis = [...new Set([...client.apis, api])];
          // Writes only if the client is unchanged, so that it undoes no change made meanwhile.
          if (!(await tx.clients.update(clientId, { apis }, this.#clock.now(), client)))
            throw new Changed();
          await tx.audit.append(this.#event(context, "client.give_api", clientId, { api }));
          return true;
        })
        .catch((error: unknown) => {
          if (error instanceof Changed) return undefined;
          throw error;
        });
      if (given !== undefined) return given;
    }
  }

  /** Refuses a request. Returns false when it no longer exists. */
  refuse(context: RequestContext, clientId: string, api: string): Promise<boolean> {
    requireGiver(context);
    return this.#store.transaction(async (tx) => {
      if (!(await tx.apiRequests.delete(clientId, api))) return false;
      await tx.audit.append(this.#event(context, "client.refuse_api", clientId, { api }));
      return true;
    });
  }

  #event(
    context: RequestContext,
    type: AuditType,
    clientId: string,
    details: Readonly<Record<string, string>>,
  ) {
    return auditEvent(this.#clock, context, type, {
      clientId,
      userId: callingUser(context.caller)?.id,
      details,
    });
  }
}

/** Another request has changed the client first; `give` tries again. */
class Changed extends Error {}

function requireGiver(context: RequestContext): void {
  if (context.caller.kind !== "operator") requireAdministrator(context);
}
