// Lets the clients that describe themselves expire, as those that registered themselves do. New
// ones get the time when a user first agrees.
import { DAY } from "../../../../domain/durations.ts";
import type { Database } from "../../database.ts";

/** The default of CLIENT_REGISTRATION_UNUSED_DAYS. */
const UNUSED_MS = 30 * DAY;

export async function migrate0039(db: Database): Promise<void> {
  await db
    .updateTable("clients")
    .set(({ eb, ref }) => ({ expires_at: eb(ref("created_at"), "+", UNUSED_MS) }))
    .where("id", "like", "https://%") // A range of the primary key.
    .where("expires_at", "is", null)
    .execute();
}
