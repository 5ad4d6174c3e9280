// The origins of clients by origin, because a preflight names no client.
import { originKeys } from "../../../domain/oauth/clients/origins.ts";
import type { Client } from "../../../domain/model.ts";
import type { Database } from "../../engine/database.ts";
import { toList } from "../json-list.ts";

/** How many clients are read at once. */
const CHUNK = 200;

/** Replaces the origins of a client, in the transaction that writes the client. */
export async function replaceOrigins(
  tx: Database,
  client: Pick<Client, "id" | "public" | "redirectUris" | "allowedOrigins">,
): Promise<void> {
  await deleteOrigins(tx, client.id);
  const rows = originKeys(client).map((origin) => ({ origin, client_id: client.id }));
  if (rows.length > 0) await tx.insertInto("client_origins").values(rows).execute();
}

/** Notes the origins of clients that were just inserted. */
export async function noteOriginsOf(tx: Database, clients: readonly Client[]): Promise<void> {
  const rows = clients.flatMap((client) =>
    originKeys(client).map((origin) => ({ origin, client_id: client.id })),
  );
  for (let start = 0; start < rows.length; start += CHUNK)
    await tx
      .insertInto("client_origins")
      .values(rows.slice(start, start + CHUNK))
      .execute();
}

export const deleteOrigins = (tx: Database, clientId: string): Promise<unknown> =>
  // Index client_origins_client.
  tx.deleteFrom("client_origins").where("client_id", "=", clientId).execute();

/** Notes the origins of all public clients that were registered before the table existed. */
export async function noteOrigins(db: Database): Promise<void> {
  for (let after = ""; ;) {
    const rows = await db
      .selectFrom("clients")
      .select(["id", "public", "redirect_uris", "allowed_origins"])
      .where("id", ">", after) // The primary key.
      .orderBy("id")
      .limit(CHUNK)
      .execute();
    for (const row of rows.filter((each) => each.public === 1))
      await replaceOrigins(db, {
        id: row.id,
        public: true,
        redirectUris: toList(row.redirect_uris),
        allowedOrigins: toList(row.allowed_origins ?? "[]"),
      });
    if (rows.length < CHUNK) return;
    after = rows.at(-1)?.id ?? "";
  }
}
