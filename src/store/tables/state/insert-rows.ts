import type { StateRows } from "../../../domain/state/store.ts";
import type { Database } from "../../engine/database.ts";
import { Contention, isDuplicate } from "../../engine/errors.ts";
import type { Tables } from "../../engine/schema.ts";
import { noteOriginsOf } from "../clients/client-origins.ts";
import { fromClient, fromSecret } from "../clients/client-row.ts";
import { deviceRow } from "../devices.ts";
import { fromGrant } from "../grants.ts";
import { groupRow, memberRow } from "../groups.ts";
import { resourceRow } from "../resources.ts";
import { sessionClientRow } from "../session-clients.ts";
import { sessionRow } from "../sessions.ts";
import { fromAccessToken, fromRefreshToken } from "../tokens/token-row.ts";

/** The largest number of rows in one statement; few lengths, so that statements are reused. */
const CHUNK = 50;

async function insertAll<Name extends keyof Tables>(
  db: Database,
  table: Name,
  rows: readonly Tables[Name][],
): Promise<void> {
  for (let start = 0; start < rows.length; start += CHUNK)
    await db
      .insertInto(table)
      .values(rows.slice(start, start + CHUNK) as never)
      .execute();
}

/** Inserts rows of all kinds in few statements. */
export async function insertRows(db: Database, rows: StateRows): Promise<void> {
  const { clients } = rows;
  try {
    await insertAll(
      db,
      "clients",
      clients.map(({ client, expiresAt }) => ({
        ...fromClient(client),
        ...(expiresAt !== undefined && { expires_at: expiresAt }),
      })),
    );
    await insertAll(
      db,
      "client_secrets",
      clients.flatMap(({ secret }) => (secret === undefined ? [] : [fromSecret(secret)])),
    );
    await insertAll(db, "groups", rows.groups.map(groupRow));
    await insertAll(db, "group_members", rows.members.map(memberRow));
    await insertAll(db, "grants", rows.consents.map(fromGrant));
    for (const hash of rows.completedKeys)
      await db
        .deleteFrom("access_tokens")
        .where("hash", "=", hash) // The primary key.
        .where("user_id", "is", null)
        .execute();
    await insertAll(db, "access_tokens", rows.accessTokens.map(fromAccessToken));
    await insertAll(db, "refresh_tokens", rows.refreshTokens.map(fromRefreshToken));
    await insertAll(db, "sessions", rows.sessions.map(sessionRow));
    await insertAll(db, "devices", rows.devices.map(deviceRow));
    await insertAll(db, "resources", rows.resources.map(resourceRow));
    await insertAll(db, "session_clients", rows.sessionClients.map(sessionClientRow));
  } catch (error) {
    // Without its cause: MySQL's message quotes the value, and a command prints all causes.
    throw isDuplicate(error) ? new Contention() : error;
  }
  await noteOriginsOf(
    db,
    clients.map(({ client }) => client),
  );
  for (let start = 0; start < rows.developers.length; start += CHUNK)
    await db
      .updateTable("users")
      .set({ developer: 1 })
      .where("id", "in", rows.developers.slice(start, start + CHUNK)) // The primary key.
      .execute();
}
