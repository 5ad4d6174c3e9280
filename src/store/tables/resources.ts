import type { DetailType } from "../../domain/oauth/details/detail-type.ts";
import {
  type Resource,
  resourceDigest,
  type ResourceScope,
  type TokenFormat,
} from "../../domain/oauth/resources/resource.ts";
import type { ResourceStore } from "../../domain/oauth/resources/store.ts";
import { type Database, deleted, updated } from "../engine/database.ts";
import { unlessDuplicate } from "../engine/errors.ts";
import { lookup } from "../engine/lookup.ts";
import type { Tables } from "../engine/schema.ts";
import { fromList, toList } from "./json-list.ts";
import { toValue } from "./json-value.ts";

/** The unique index resources_digest. */
const byDigest = lookup(
  (db, digests) => db.selectFrom("resources").selectAll().where("digest", "in", digests),
  ({ digest }) => digest,
);

export const resourceRow = (resource: Resource): Tables["resources"] => ({
  id: resource.id,
  digest: resourceDigest(resource.uri),
  uri: resource.uri,
  name: resource.name,
  scopes: JSON.stringify(resource.scopes),
  token_format: resource.tokenFormat,
  token_lifetime_ms: resource.tokenLifetimeMs,
  introspectors: fromList(resource.introspectors),
  machine_clients: fromList(resource.machineClients),
  detail_types: resource.detailTypes.length === 0 ? null : JSON.stringify(resource.detailTypes),
  created_at: resource.createdAt,
  updated_at: resource.updatedAt,
});

const resourceFromRow = (row: Tables["resources"]): Resource => ({
  id: row.id,
  uri: row.uri,
  name: row.name,
  scopes: JSON.parse(row.scopes) as ResourceScope[],
  tokenFormat: row.token_format as TokenFormat,
  tokenLifetimeMs: row.token_lifetime_ms,
  introspectors: toList(row.introspectors),
  machineClients: toList(row.machine_clients),
  detailTypes: toValue<DetailType[]>(row.detail_types) ?? [],
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

export const resources = (db: Database): ResourceStore => ({
  insert: (resource) =>
    unlessDuplicate(db.insertInto("resources").values(resourceRow(resource)).execute()),

  async find(id) {
    const query = db.selectFrom("resources").selectAll().where("id", "=", id);
    const row = await query.executeTakeFirst(); // The primary key.
    return row && resourceFromRow(row);
  },

  async findByDigest(digest) {
    const row = await byDigest(db, digest);
    return row && resourceFromRow(row);
  },

  async list(limit) {
    const query = db.selectFrom("resources").selectAll().orderBy("id").limit(limit);
    return (await query.execute()).map(resourceFromRow); // The primary key.
  },

  replace(resource, from) {
    const { id, ...row } = resourceRow(resource);
    return updated(
      db
        .updateTable("resources")
        .set(row)
        .where("id", "=", id) // The primary key.
        .where("updated_at", "=", from),
    );
  },

  // The primary key.
  delete: (id) => deleted(db.deleteFrom("resources").where("id", "=", id)),
});
