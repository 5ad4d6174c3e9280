// Registered resources, which are of no realm.
import { detailTypeLine, readDetailType } from "../../oauth/details/type-text.ts";
import { invalidField } from "../../errors.ts";
import { newId } from "../../ids.ts";
import { checkResource, DEFAULT_TOKEN_LIFETIME_MS } from "../../oauth/resources/check-resource.ts";
import {
  MAX_RESOURCES,
  type Resource,
  resourceDigest,
  type ResourceScope,
  type TokenFormat,
} from "../../oauth/resources/resource.ts";
import type { StateFields } from "../fields.ts";
import { collision, type Kind, type LineContext, UNCHANGED } from "./kind.ts";

const SCOPE_MEMBERS = ["name", "en", "ru", "zh"];

function scopesOf(fields: StateFields): readonly ResourceScope[] {
  return fields.objects("scopes").map((scope) => {
    const text = (member: string): string => {
      const value = scope[member] ?? "";
      if (typeof value !== "string") throw invalidField("scopes", "holds a scope without texts");
      return value;
    };
    if (!Object.keys(scope).every((member) => SCOPE_MEMBERS.includes(member)))
      throw invalidField("scopes", `holds other members than ${SCOPE_MEMBERS.join(", ")}`);
    return { name: text("name"), texts: { en: text("en"), ru: text("ru"), zh: text("zh") } };
  });
}

/** Returns the ids of clients that are there. */
const clientsOf = (
  fields: StateFields,
  name: string,
  { references }: LineContext,
): Promise<readonly string[]> =>
  Promise.all(fields.list(name).map(async (id) => (await references.client(name, id)).id));

/** What a line says of a resource, in a form that is equal if all is. */
const factsOf = (resource: Resource): string =>
  JSON.stringify([
    resource.name,
    resource.scopes.map(({ name, texts: { en, ru, zh } }) => [name, en, ru, zh]),
    resource.tokenFormat,
    resource.tokenLifetimeMs,
    resource.introspectors.toSorted(),
    resource.machineClients.toSorted(),
    resource.detailTypes.map(detailTypeLine),
  ]);

export const resourceKind: Kind = {
  name: "resource",
  rank: 2,
  fields: [
    "uri",
    "name",
    "scopes",
    "token_format",
    "token_lifetime_s",
    "introspectors",
    "machine_clients",
    "detail_types",
    "created_at",
  ],
  async read(fields, context) {
    const { store, clock, now, issuer } = context;
    const seconds = fields.integer("token_lifetime_s");
    const resource: Resource = {
      id: newId(clock),
      uri: fields.needed("uri"),
      name: fields.needed("name"),
      scopes: scopesOf(fields),
      tokenFormat: (fields.text("token_format") || "opaque") as TokenFormat,
      tokenLifetimeMs: seconds === undefined ? DEFAULT_TOKEN_LIFETIME_MS : Number(seconds) * 1000,
      introspectors: await clientsOf(fields, "introspectors", context),
      machineClients: await clientsOf(fields, "machine_clients", context),
      detailTypes: fields.list("detail_types").map(readDetailType),
      createdAt: Math.min(fields.time("created_at") ?? now, now),
      updatedAt: now,
    };
    checkResource(resource, issuer);
    const digest = resourceDigest(resource.uri);
    const known = await store.resources.findByDigest(digest);
    if (known !== undefined) {
      if (factsOf(known) === factsOf(resource)) return UNCHANGED;
      throw collision("uri", "is that of another resource in the database");
    }
    if ((await store.resources.list(MAX_RESOURCES)).length >= MAX_RESOURCES)
      throw invalidField("uri", `is that of one more than ${MAX_RESOURCES} resources`);
    return { ref: resource.id, keys: [digest], rows: { resources: [resource] } };
  },
};
