import type { ClientStore } from "../../../domain/oauth/store.ts";
import { atomically, type Database, deleted, updated } from "../../engine/database.ts";
import { lookup, lookupList } from "../../engine/lookup.ts";
import { unlessDuplicate } from "../../engine/errors.ts";
import { clientList } from "./client-list.ts";
import { replaceOrigins } from "./client-origins.ts";
import { clientFromRow, fromClient, fromSecret, toSecret } from "./client-row.ts";
import { fromList } from "../json-list.ts";
import { fromValue } from "../json-value.ts";
import { deletePartOfClient } from "../tokens/token-parts.ts";
import { deleteBelongings, purgeUnused } from "./unused-clients.ts";

/** The primary key. */
const byId = lookup(
  (db, ids) => db.selectFrom("clients").selectAll().where("id", "in", ids),
  ({ id }) => id,
);

/** Both tables by their primary keys, which begin with the client. A row for each secret. */
const withSecrets = lookupList(
  (db, ids) =>
    db
      .selectFrom("clients")
      .leftJoin("client_secrets", "client_secrets.client_id", "clients.id")
      .selectAll("clients")
      .select([
        "client_secrets.hash as s_hash",
        "client_secrets.expires_at as s_expires_at",
        "client_secrets.version as s_version",
      ])
      .where("clients.id", "in", ids),
  ({ id }) => id,
);

/** Index client_secrets_hash, then the client's primary key. */
const bySecret = lookupList(
  (db, hashes) =>
    db
      .selectFrom("client_secrets")
      .innerJoin("clients", "clients.id", "client_secrets.client_id")
      .selectAll("clients")
      .select(["client_secrets.hash as s_hash", "client_secrets.expires_at as s_expires_at"])
      .where("client_secrets.hash", "in", hashes),
  ({ s_hash }) => s_hash,
);

/** The primary key begins with the client. */
const secretsOf = lookupList(
  (db, ids) =>
    db
      .selectFrom("client_secrets")
      .selectAll()
      .where("client_id", "in", ids)
      .orderBy("version", "desc"),
  ({ client_id }) => client_id,
);

export const clients = (db: Database): ClientStore => ({
  ...clientList(db),

  insert: (client, secret, expiresAt) =>
    atomically(db, async (tx) => {
      const row = { ...fromClient(client), ...(expiresAt && { expires_at: expiresAt }) };
      if (!(await unlessDuplicate(tx.insertInto("clients").values(row).execute()))) return false;
      if (secret) await tx.insertInto("client_secrets").values(fromSecret(secret)).execute();
      await replaceOrigins(tx, client);
      return true;
    }),

  async find(id) {
    const row = await byId(db, id);
    return row && clientFromRow(row);
  },

  async findWithSecrets(id) {
    const rows = await withSecrets(db, id);
    const secrets = rows.flatMap(({ s_hash: hash, s_expires_at, s_version }) =>
      hash === null
        ? []
        : [{ hash, expiresAt: s_expires_at ?? undefined, version: s_version ?? 0 }],
    );
    return rows[0] && { client: clientFromRow(rows[0]), secrets };
  },

  async findBySecret(hash, now) {
    const row = (await bySecret(db, hash)).find(
      ({ s_expires_at: end }) => end === null || end > now,
    );
    return row && clientFromRow(row);
  },

  async list(ownerId, { after = "", limit }) {
    const rows = await db
      .selectFrom("clients")
      .selectAll()
      // Index clients_owner, or the primary key.
      .$if(ownerId !== undefined, (query) => query.where("owner_id", "=", ownerId ?? null))
      .where("id", ">", after)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(clientFromRow);
  },

  update(
    id,
    {
      name,
      public: isPublic,
      grantTypes,
      scopes,
      redirectUris,
      apis,
      pkceOptional,
      settings,
      allowedOrigins,
      endsVerification,
    },
    now,
    from,
  ) {
    const change = {
      updated_at: now,
      ...(name !== undefined && { name }),
      ...(isPublic !== undefined && { public: Number(isPublic) }),
      ...(grantTypes && { grant_types: fromList(grantTypes) }),
      ...(scopes && { scopes: fromList(scopes) }),
      ...(redirectUris && { redirect_uris: fromList(redirectUris) }),
      ...(apis && { apis: fromList(apis) }),
      ...(allowedOrigins && { allowed_origins: fromList(allowedOrigins) }),
      ...(pkceOptional !== undefined && { pkce_optional: Number(pkceOptional) }),
      ...(settings !== undefined && { settings: fromValue(settings) }),
      ...(endsVerification && { verified_at: null }),
    };
    return atomically(db, async (tx) => {
      const query = tx.updateTable("clients").set(change).where("id", "=", id); // The primary key.
      const settingsBefore = fromValue(from?.settings);
      const isDone = await updated(
        from === undefined
          ? query
          : query
              .where("scopes", "=", fromList(from.scopes))
              .where("apis", "=", fromList(from.apis))
              .where("settings", settingsBefore === null ? "is" : "=", settingsBefore),
      );
      const row = isDone && (redirectUris ?? allowedOrigins) ? await byId(tx, id) : undefined;
      if (row !== undefined) await replaceOrigins(tx, clientFromRow(row));
      return isDone;
    });
  },

  pinRedirectUri({ id, redirectUris }, uri, now) {
    const change = {
      redirect_uris: fromList([...redirectUris, uri]),
      updated_at: now,
      // No administrator has seen this URI.
      verified_at: null,
    };
    return updated(
      db
        .updateTable("clients")
        .set(change)
        .where("id", "=", id)
        .where("redirect_uris", "=", fromList(redirectUris)),
    );
  },

  setVerified(id, at, now, shownAt) {
    const query = db
      .updateTable("clients")
      .set({ verified_at: at ?? null, updated_at: now })
      .where("id", "=", id) // The primary key.
      .where("verified_at", at === undefined ? "is not" : "is", null);
    return updated(
      query.$if(shownAt !== undefined, (shown) => shown.where("updated_at", "=", shownAt ?? 0)),
    );
  },

  setDisabled(id, disabled, now) {
    const { at, reason } = disabled ?? { at: null, reason: "" };
    const query = db
      .updateTable("clients")
      .set({ disabled_at: at, disable_reason: reason, updated_at: now })
      .where("id", "=", id); // The primary key.
    return updated(query.where("disabled_at", disabled === undefined ? "is not" : "is", null));
  },

  async hasOrigin(keys) {
    const row = await db
      .selectFrom("client_origins")
      .select("client_id")
      .where("origin", "in", keys) // The primary key begins with the origin.
      .limit(1)
      .executeTakeFirst();
    return row !== undefined;
  },

  delete: (id) =>
    atomically(db, async (tx) => {
      if (!(await deleted(tx.deleteFrom("clients").where("id", "=", id)))) return false;
      await deleteBelongings(tx, id);
      return true;
    }),

  deletePart: (id) => atomically(db, (tx) => deletePartOfClient(tx, id)),

  purgeUnused: (unused, limit) => purgeUnused(db, unused, limit),

  // Few are expired: they are removed soon.
  secrets: async (clientId, now) =>
    (await secretsOf(db, clientId))
      .filter(({ expires_at }) => expires_at === null || expires_at > now)
      .map(toSecret),

  rotateSecret: (clientId, make, endOthersAt, from) =>
    atomically(db, async (tx) => {
      // Locks the client, so that the next rotation waits.
      const raise = tx
        .updateTable("clients")
        .set((eb) => ({ secret_version: eb("secret_version", "+", 1) }))
        .where("id", "=", clientId);
      if (
        !(await updated(
          raise.$if(from !== undefined, (query) => query.where("secret_version", "=", from ?? 0)),
        ))
      )
        return undefined;
      const version = (await byId(tx, clientId))?.secret_version ?? 0;
      if (endOthersAt === undefined)
        await tx.deleteFrom("client_secrets").where("client_id", "=", clientId).execute();
      else
        await tx
          .updateTable("client_secrets")
          .set({ expires_at: endOthersAt })
          .where("client_id", "=", clientId)
          .where((eb) => eb.or([eb("expires_at", "is", null), eb("expires_at", ">", endOthersAt)]))
          .execute();
      const secret = make(version);
      await tx.insertInto("client_secrets").values(fromSecret(secret)).execute();
      return secret;
    }),
});
