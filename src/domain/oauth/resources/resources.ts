import { act } from "../../acting.ts";
import { requireAdministratorOr } from "../../administration/administrators.ts";
import { auditEvent, type AuditType } from "../../audit.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError, invalidField } from "../../errors.ts";
import { canonicalId, newId } from "../../ids.ts";
import type { Client } from "../../model.ts";
import { callingUser, requireRecent } from "../../principal.ts";
import type { RequestContext } from "../../request-context.ts";
import type { Aggregates, Store } from "../../store.ts";
import { checkResource, DEFAULT_TOKEN_LIFETIME_MS } from "./check-resource.ts";
import { MAX_RESOURCES, type Resource, resourceDigest } from "./resource.ts";

/** What a caller says of a resource; the rest has a default. */
export type NewResource = Pick<Resource, "uri" | "name"> &
  Partial<Omit<Resource, "id" | "createdAt" | "updatedAt">>;

/** What can change. The URI can't: tokens are for it. */
export type ResourceChange = Partial<
  Pick<
    Resource,
    | "name"
    | "scopes"
    | "tokenFormat"
    | "tokenLifetimeMs"
    | "introspectors"
    | "machineClients"
    | "detailTypes"
  >
>;

/** What a client can get at a resource, as its owner reads it. */
export interface AvailableResource extends Pick<Resource, "id" | "uri" | "name" | "scopes"> {
  /** Whether the client gets tokens for it without a user. */
  readonly isForItself: boolean;
  /** Whether the client introspects its tokens. */
  readonly isServer: boolean;
}

interface ResourcesDependencies {
  readonly store: Pick<Store, "resources" | "clients" | "transaction">;
  readonly clock: Clock;
  readonly issuer: string;
}

const resourceNotFound = (): IdentityError =>
  new IdentityError("RESOURCE_NOT_FOUND", "There is no such resource.");

/** The registration of resources, by administrators, clients with the scopes and the operator. */
export class Resources {
  readonly #store: ResourcesDependencies["store"];
  readonly #clock: Clock;
  readonly #issuer: string;

  constructor({ store, clock, issuer }: ResourcesDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#issuer = issuer;
  }

  /** Registers a resource. */
  create(context: RequestContext, given: NewResource): Promise<Resource> {
    this.#requireWriting(context);
    const now = this.#clock.now();
    const resource: Resource = {
      scopes: [],
      tokenFormat: "opaque",
      tokenLifetimeMs: DEFAULT_TOKEN_LIFETIME_MS,
      detailTypes: [],
      ...given,
      introspectors: (given.introspectors ?? []).map(canonicalId),
      machineClients: (given.machineClients ?? []).map(canonicalId),
      id: newId(this.#clock),
      createdAt: now,
      updatedAt: now,
    };
    checkResource(resource, this.#issuer);
    return act(this.#store, context.caller, async (tx) => {
      await requireClients(tx, resource);
      if ((await tx.resources.list(MAX_RESOURCES)).length >= MAX_RESOURCES)
        throw invalidField("uri", `is that of one more than ${MAX_RESOURCES} resources`);
      if (!(await tx.resources.insert(resource)))
        throw new IdentityError("RESOURCE_EXISTS", "A resource with this URI is registered.", {
          fields: [{ field: "uri", description: "is that of a registered resource" }],
        });
      await this.#record(tx, context, { type: "resource.create", details: factsOf(resource) });
      return resource;
    });
  }

  /** Returns a resource. */
  async get(context: RequestContext, id: string): Promise<Resource> {
    requireReading(context);
    const resource = await this.#store.resources.find(id);
    if (resource === undefined) throw resourceNotFound();
    return resource;
  }

  /** Returns the resource of a URI; undefined if it isn't registered. */
  async findByUri(context: RequestContext, uri: string): Promise<Resource | undefined> {
    requireReading(context);
    return this.#store.resources.findByDigest(resourceDigest(uri));
  }

  /** Lists all resources, the oldest first. */
  list(context: RequestContext): Promise<Resource[]> {
    requireReading(context);
    return this.#store.resources.list(MAX_RESOURCES);
  }

  /** Lists what a client can ask for, to its owner and to callers who see all resources. */
  async availableTo(
    context: RequestContext,
    client: Pick<Client, "id" | "ownerId">,
  ): Promise<readonly AvailableResource[]> {
    const user = callingUser(context.caller);
    if (user === undefined || user.id !== client.ownerId) requireReading(context);
    const all = await this.#store.resources.list(MAX_RESOURCES);
    return all.map(({ id, uri, name, scopes, machineClients, introspectors }) => ({
      id,
      uri,
      name,
      scopes,
      isForItself: machineClients.includes(client.id),
      isServer: introspectors.includes(client.id),
    }));
  }

  /** Changes the given values of a resource. A scope that it loses ends in all its tokens. */
  async update(context: RequestContext, id: string, change: ResourceChange): Promise<Resource> {
    this.#requireWriting(context);
    const changed = await act(this.#store, context.caller, async (tx) => {
      const before = await tx.resources.find(id);
      if (before === undefined) throw resourceNotFound();
      // Raised with each change, so that the next one finds out that this one was first.
      const updatedAt = Math.max(this.#clock.now(), before.updatedAt + 1);
      const after: Resource = {
        ...before,
        ...change,
        introspectors: (change.introspectors ?? before.introspectors).map(canonicalId),
        machineClients: (change.machineClients ?? before.machineClients).map(canonicalId),
        updatedAt,
      };
      checkResource(after, this.#issuer);
      await requireClients(tx, after, before);
      if (!(await tx.resources.replace(after, before.updatedAt))) return undefined;
      const fields = Object.keys(change).map((field) => FIELD_NAMES[field] ?? field);
      await this.#record(tx, context, {
        type: "resource.update",
        details: { ...factsOf(after), fields: fields.join(" ") },
      });
      return after;
    });
    return changed ?? this.update(context, id, change);
  }

  /** Deletes a resource: its tokens work no longer. */
  delete(context: RequestContext, id: string): Promise<void> {
    this.#requireWriting(context);
    return act(this.#store, context.caller, async (tx) => {
      const before = await tx.resources.find(id);
      if (before === undefined || !(await tx.resources.delete(id))) throw resourceNotFound();
      await this.#record(tx, context, {
        type: "resource.delete",
        details: { resource: before.uri },
      });
    });
  }

  #requireWriting({ caller }: RequestContext): void {
    if (caller.kind === "operator") return;
    requireAdministratorOr({ caller }, "resources.write");
    requireRecent(caller, this.#clock.now());
  }

  #record(
    tx: Aggregates,
    context: RequestContext,
    { type, details }: { readonly type: AuditType; readonly details: Record<string, string> },
  ): Promise<void> {
    return tx.audit.append(auditEvent(this.#clock, context, type, { details }));
  }
}

/** The names of fields in the contract, where they are others. */
const FIELD_NAMES: Readonly<Record<string, string>> = {
  detailTypes: "detail_types",
  machineClients: "machine_clients",
  tokenFormat: "token_format",
  tokenLifetimeMs: "token_lifetime",
};

const CLIENT_LISTS = [
  ["introspectors", "introspectors"],
  ["machine_clients", "machineClients"],
] as const;

const factsOf = ({
  uri,
  name,
  scopes,
  tokenFormat,
  detailTypes,
}: Resource): Record<string, string> => ({
  resource: uri,
  name,
  scopes: scopes.map((scope) => scope.name).join(" "),
  token_format: tokenFormat,
  ...(detailTypes.length > 0 && {
    detail_types: detailTypes.map((type) => type.name).join(" "),
  }),
});

function requireReading({ caller }: RequestContext): void {
  if (caller.kind !== "operator") requireAdministratorOr({ caller }, "resources.read");
}

/**
 * Rejects a new client that isn't confidential: a public one can neither introspect nor act for
 * itself.
 */
async function requireClients(tx: Aggregates, after: Resource, before?: Resource): Promise<void> {
  for (const [field, property] of CLIENT_LISTS)
    for (const id of after[property])
      if (before?.[property].includes(id) !== true && (await tx.clients.find(id))?.public !== false)
        throw invalidField(field, "must be ids of confidential clients");
}
