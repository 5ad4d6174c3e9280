import type { ApiRequest } from "../../../domain/model.ts";
import type { ApiRequestStore } from "../../../domain/oauth/store.ts";
import { type Database, deleted } from "../../engine/database.ts";
import { unlessDuplicate } from "../../engine/errors.ts";
import type { Tables } from "../../engine/schema.ts";

const toRequest = (row: Tables["api_requests"]): ApiRequest => ({
  clientId: row.client_id,
  api: row.api,
  createdAt: row.created_at,
});

export const apiRequests = (db: Database): ApiRequestStore => ({
  insert: ({ clientId, api, createdAt }) =>
    unlessDuplicate(
      db
        .insertInto("api_requests")
        .values({ client_id: clientId, api, created_at: createdAt })
        .execute(),
    ),

  async of(clientId) {
    const rows = await db
      .selectFrom("api_requests")
      .selectAll()
      .where("client_id", "=", clientId)
      .orderBy("api")
      .execute(); // The primary key.
    return rows.map(toRequest);
  },

  async list(limit) {
    const rows = await db
      .selectFrom("api_requests")
      .selectAll()
      .orderBy("created_at")
      .orderBy("client_id")
      .limit(limit)
      .execute(); // Index api_requests_created.
    return rows.map(toRequest);
  },

  // The primary key.
  delete: (clientId, api) =>
    deleted(db.deleteFrom("api_requests").where("client_id", "=", clientId).where("api", "=", api)),
});
