// APIs that only administrators give to clients: developers ask, administrators give or refuse. It
// owns how a request is made and ends, and must not know what the API opens.
import { requireAdministrator } from "../../administration/administrators.ts";
import type { AuditType } from "../../audit.ts";
import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import { callingUser } from "../../principal.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError, invalidField } from "../../errors.ts";
import type { ApiRequest, Client } from "../../model.ts";
import type { Store } from "../../store.ts";
import type { ClientRules } from "./clients.ts";

/**
 * So many are shown to administrators at once, the oldest; the others follow when these are
 * answered.
 */
const SHOWN = 50;

/** A request with its client. */
export interface WaitingRequest {
  readonly request: ApiRequest;
  readonly client: Client;
}

/** The APIs of a form, by how a developer comes to them. */
export interface WantedApis {
  /** The developer takes them, or has them already. */
  readonly taken: readonly string[];
  /** An administrator must give them. */
  readonly asked: readonly string[];
}

export class ApiRequests {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #rules: ClientRules;

  constructor(store: Store, clock: Clock, rules: ClientRules) {
    this.#store = store;
    this.#clock = clock;
    this.#rules = rules;
  }

  /** Whether only an administrator gives the API. */
  isGiven(api: string): boolean {
    return this.#rules.givenApis.includes(api);
  }

  /** Says which of the APIs that a developer wants for a client must be asked for. */
  sort(wanted: readonly string[], { apis }: Pick<Client, "apis">): WantedApis {
    this.#requireOneRealm(wanted, apis);
    const asked = wanted.filter((api) => this.isGiven(api) && !apis.includes(api));
    return { taken: wanted.filter((api) => !asked.includes(api)), asked };
  }

  /** What a client waits for. */
  async of({ id, apis }: Client): Promise<readonly ApiRequest[]> {
    return (await this.#store.apiRequests.of(id)).filter(
      ({ api }) => this.isGiven(api) && !apis.includes(api),
    );
  }

  /**
   * Has the client of the calling developer ask for these APIs and no others; what it no longer
   * asks for is withdrawn.
   */
  async ask(
    context: RequestContext,
    { id, ownerId }: Client,
    asked: readonly string[],
  ): Promise<void> {
    if (ownerId === undefined || callingUser(context.caller)?.id !== ownerId)
      throw new IdentityError("PERMISSION_DENIED", "Only the developer of a client asks.");
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

  /** Everything that waits for an administrator, the oldest first. */
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
   * Gives a client the API; an administrator only one that is asked for. False when nobody asks any
   * more.
   */
  async give(context: RequestContext, clientId: string, api: string): Promise<boolean> {
    requireGiver(context);
    for (;;) {
      const client = await this.#store.clients.find(clientId);
      if (client === undefined)
        throw new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
      if (!this.#rules.apis.includes(api))
        throw invalidField("api", `is no documented API: only ${this.#rules.apis.join(", ")}`);
      const isOperator = context.caller.kind === "operator";
      if (client.apis.includes(api) && isOperator) return false;
      this.#requireOneRealm([...client.apis, api], client.apis);
      const given = await this.#store
        .transaction(async (tx) => {
          if (!(await tx.apiRequests.delete(clientId, api)) && !isOperator) return false;
          const apis = [...new Set([...client.apis, api])];
          // Only while it has what was looked at: nothing that is changed meanwhile is undone.
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

  /** Refuses what a client asks for; false when nobody asks any more. */
  refuse(context: RequestContext, clientId: string, api: string): Promise<boolean> {
    requireGiver(context);
    return this.#store.transaction(async (tx) => {
      if (!(await tx.apiRequests.delete(clientId, api))) return false;
      await tx.audit.append(this.#event(context, "client.refuse_api", clientId, { api }));
      return true;
    });
  }

  /** What can't be given is not asked for. */
  #requireOneRealm(apis: readonly string[], before: readonly string[]): void {
    if (apis.some((api) => !before.includes(api)) && this.#rules.realms.of({ apis }) === undefined)
      throw invalidField(
        "apis",
        "are of more than one realm, and a client is for the users of one",
      );
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

/** Somebody else was quicker: all of it once more. */
class Changed extends Error {}

function requireGiver(context: RequestContext): void {
  if (context.caller.kind !== "operator") requireAdministrator(context);
}
