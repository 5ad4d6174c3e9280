import type { AuditEvent } from "../../../domain/model.ts";
import type { Tables } from "../../engine/schema.ts";

/** Returns the event of a row. */
export const toEvent = (row: Tables["audit_events"]): AuditEvent => ({
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
