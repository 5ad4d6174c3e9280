// Marks administrators, and adds indexes for their searches: users by their current or former name
// or address, clients by name, audit events by any one of their facts. Each index gives the list in
// an order that pages can continue in.
import type { Database } from "../../database.ts";
import type { Engine, TableExtension } from "../../engine.ts";
import type { Tables } from "../../schema.ts";

const EXTENSIONS: Partial<Record<keyof Tables, TableExtension>> = {
  users: {
    columns: { administrator: "integer" },
    // Unlike the claims, these include deleted users.
    indexes: {
      users_email: ["realm", "email_key", "id"],
      users_username: ["realm", "username", "id"],
      users_acc_id: ["realm", "acc_id", "id"],
    },
  },
  clients: { indexes: { clients_name: ["name", "id"] } },
  audit_events: {
    indexes: {
      audit_events_client: ["client_id", "id"],
      audit_events_actor: ["actor", "id"],
      audit_events_type: ["type", "id"],
      audit_events_outcome: ["succeeded", "id"],
    },
  },
};

export async function migrate0002(db: Database, engine: Engine): Promise<void> {
  for (const [name, extension] of Object.entries(EXTENSIONS))
    await engine.extendTable(db, name as keyof Tables, extension);
}
