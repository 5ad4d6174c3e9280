// Who is an administrator, and what an administrator looks for: users by what they are or were
// called, applications by their names, events of the audit trail by any one of their facts, each
// list in an order that a page can go on in.
import type { Database } from "../database.ts";
import type { Engine, TableExtension } from "../engine.ts";
import type { Tables } from "../schema.ts";

const EXTENSIONS: Partial<Record<keyof Tables, TableExtension>> = {
  users: {
    columns: { administrator: "integer" },
    // Unlike the claims, also of the deleted.
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
