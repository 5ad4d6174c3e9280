// Whole tables, page by page in the order of the primary key.
import type { StateStore } from "../../../domain/state/store.ts";
import type { Database } from "../../engine/database.ts";
import { clientFromRow } from "../clients/client-row.ts";
import { toDevice } from "../devices.ts";
import { grantFromRow } from "../grants.ts";
import { groupKey } from "../group-number.ts";
import { groupFromRow, memberFromRow } from "../groups.ts";
import { sessionClientFromRow } from "../session-clients.ts";
import { sessionFromRow } from "../sessions.ts";
import { toAccessToken, toRefreshToken } from "../tokens/token-row.ts";
import { USER_COLUMNS, userFromRow } from "../users/user-row.ts";

type Pages = Pick<
  StateStore,
  | "users"
  | "clients"
  | "groups"
  | "members"
  | "consents"
  | "accessKeys"
  | "refreshTokens"
  | "sessions"
  | "devices"
  | "sessionClients"
>;

export const pages = (db: Database): Pages => ({
  async users({ after = "", limit }) {
    const rows = await db
      .selectFrom("users")
      .select(USER_COLUMNS)
      .where("id", ">", after)
      .where("deleted_at", "is", null)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(userFromRow);
  },

  async clients({ after = "", limit }) {
    const query = db.selectFrom("clients").selectAll().where("id", ">", after);
    return (await query.orderBy("id").limit(limit).execute()).map(clientFromRow);
  },

  async groups({ after = 0n, limit }) {
    const query = db.selectFrom("groups").selectAll().where("id", ">", groupKey(after));
    return (await query.orderBy("id").limit(limit).execute()).map(groupFromRow);
  },

  async members({ after, limit }) {
    const rows = await db
      .selectFrom("group_members")
      .selectAll()
      .$if(after !== undefined, (query) =>
        query.where((eb) => {
          const group = groupKey(after!.groupId);
          return eb.or([
            eb("group_id", ">", group),
            eb.and([eb("group_id", "=", group), eb("user_id", ">", after!.userId)]),
          ]);
        }),
      )
      .orderBy("group_id")
      .orderBy("user_id")
      .limit(limit)
      .execute();
    return rows.map(memberFromRow);
  },

  async consents({ after = "", limit }) {
    const query = db.selectFrom("grants").selectAll().where("id", ">", after);
    return (await query.orderBy("id").limit(limit).execute()).map(grantFromRow);
  },

  async accessKeys({ after = "", limit }) {
    const rows = await db
      .selectFrom("access_tokens")
      .selectAll()
      .where("hash", ">", after)
      .where("expires_at", "is", null)
      .orderBy("hash")
      .limit(limit)
      .execute();
    return rows.map(toAccessToken);
  },

  async refreshTokens({ after = "", limit }, now) {
    const rows = await db
      .selectFrom("refresh_tokens")
      .selectAll()
      .where("hash", ">", after)
      .where("used_at", "is", null)
      .where("idle_expires_at", ">", now)
      .orderBy("hash")
      .limit(limit)
      .execute();
    return rows.map(toRefreshToken);
  },

  async sessions(api, { after = "", limit }, now) {
    const rows = await db
      .selectFrom("sessions")
      .selectAll()
      .where("id", ">", after)
      .where("api", "=", api)
      .where("expires_at", ">", now)
      .orderBy("id")
      .limit(limit)
      .execute();
    return rows.map(sessionFromRow);
  },

  async devices({ after, limit }) {
    const rows = await db
      .selectFrom("devices")
      .selectAll()
      .$if(after !== undefined, (query) =>
        query.where((eb) =>
          eb.or([
            eb("user_id", ">", after!.userId),
            eb.and([eb("user_id", "=", after!.userId), eb("gaid", ">", after!.gaid)]),
          ]),
        ),
      )
      .orderBy("user_id")
      .orderBy("gaid")
      .limit(limit)
      .execute();
    return rows.map(toDevice);
  },

  async sessionClients({ after, limit }) {
    const rows = await db
      .selectFrom("session_clients")
      .selectAll()
      .where("tries", "=", 0)
      .$if(after !== undefined, (query) =>
        query.where((eb) =>
          eb.or([
            eb("session_id", ">", after!.sessionId),
            eb.and([
              eb("session_id", "=", after!.sessionId),
              eb("client_id", ">", after!.clientId),
            ]),
          ]),
        ),
      )
      .orderBy("session_id")
      .orderBy("client_id")
      .limit(limit)
      .execute();
    return rows.map(sessionClientFromRow);
  },
});
