// The audit log.
import type { AuditEvent } from "../domain/model.ts";
import type { Audit } from "../domain/store.ts";
import type { Database } from "./database.ts";
import type { Tables } from "./schema.ts";

const toEvent = (row: Tables["audit_events"]): AuditEvent => ({
  id: row.id,
  at: row.at,
  type: row.type,
  succeeded: row.succeeded === 1,
  actor: row.actor,
  userId: row.user_id ?? undefined,
  clientId: row.client_id ?? undefined,
  address: row.address,
  details: JSON.parse(row.details),
});

export const audit = (db: Database): Audit => ({
  async append(event) {
    const row = {
      id: event.id,
      at: event.at,
      type: event.type,
      succeeded: Number(event.succeeded),
      actor: event.actor,
      user_id: event.userId ?? null,
      client_id: event.clientId ?? null,
      address: event.address,
      details: JSON.stringify(event.details),
    };
    await db.insertInto("audit_events").values(row).execute();
  },

  async list(userId, { after, limit }) {
    const rows = await db
      .selectFrom("audit_events")
      .selectAll()
      // Index audit_events_user.
      .where("user_id", "=", userId)
      .$if(after !== undefined, (query) => query.where("id", "<", after ?? ""))
      .orderBy("id", "desc")
      .limit(limit)
      .execute();
    return rows.map(toEvent);
  },
});
