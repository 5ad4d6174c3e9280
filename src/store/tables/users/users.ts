// A deletion only marks the row and gives up the claims; the purge removes the row.
import type { ExpressionBuilder } from "kysely";
import type { User } from "../../../domain/model.ts";
import { lookOf } from "../../../domain/accounts/usernames.ts";
import type { UserStore } from "../../../domain/accounts/store.ts";
import {
  atomically,
  type Database,
  hasChanged,
  PARAMETER,
  updated,
} from "../../engine/database.ts";
import { prepared } from "../../engine/memo.ts";
import type { Tables } from "../../engine/schema.ts";
import { beginsWith } from "../prefix.ts";
import { markSessionClients } from "../session-clients.ts";
import { claim, claiming, findConflict } from "./user-claims.ts";
import { KEY_RULES } from "./user-keys.ts";
import { userLists } from "./user-lists.ts";
import {
  byEmail,
  byId,
  byUsername,
  checkedByEmail,
  checkedByUsername,
  inRealm,
  originByEmail,
  originByUsername,
} from "./user-lookups.ts";
import { purgeUsers } from "./user-purge.ts";
import { fromUser, profileColumn, userFromRow, USER_COLUMNS, type UserRow } from "./user-row.ts";

/** Changes a live user at an epoch. */
const heldAt = prepared(
  (db, acts: number, id: string, epoch: number) =>
    liveAt(db, id, epoch).set((eb) => ({ acts: eb("acts", "+", acts) })),
  [1, PARAMETER, 0],
);

/** Each with an index: users_email, users_username, users_acc_id. */
const SEARCHED = { emailKey: "email_key", username: "username", accId: "acc_id" } as const;

const found = (row: UserRow | undefined): User | undefined => row && userFromRow(row);

const live = (db: Database, id: string) =>
  db.updateTable("users").where("id", "=", id).where("deleted_at", "is", null);

/** Returns the columns of a name and its claims. */
const named = (username: string, claimsLook = false) => {
  const look = lookOf(username);
  return {
    username,
    username_claim: claim(username),
    username_look: look,
    look_claim: claimsLook ? claim(look) : null,
  };
};

/** Returns an update of a live user, restricted to an epoch if one is given. */
const liveAt = (db: Database, id: string, epoch: number | undefined) =>
  epoch === undefined ? live(db, id) : live(db, id).where("epoch", "=", epoch);

/** Returns the columns that end all access of a user. */
const ended = (eb: ExpressionBuilder<Tables, "users">, now: number) => ({
  epoch: eb("epoch", "+", 1),
  access_ended_at: now,
  updated_at: now,
});

/** Ends all access of a user by an update, and has the clients of the sessions looked at. */
const endingAccess = (
  db: Database,
  id: string,
  change: (tx: Database) => ReturnType<typeof live>,
): Promise<boolean> =>
  atomically(db, async (tx) => {
    const isDone = await updated(change(tx));
    if (isDone) await markSessionClients(tx, { user_id: id });
    return isDone;
  });

export function users(db: Database): UserStore {
  const find = async (id: string) => found(await byId(db, id));

  return {
    ...userLists(db),

    insert: (user, claimsLook) =>
      claiming(
        db,
        async () =>
          void (await db.insertInto("users").values(fromUser(user, claimsLook)).execute()),
        async () => user,
      ),

    find,
    findByEmail: async (realm, emailKey) => found(await byEmail(db, emailKey, realm)),
    findByUsername: async (realm, username) => found(await byUsername(db, username, realm)),

    async findWithCheck(realm, identifier, network) {
      const found = await ("emailKey" in identifier
        ? checkedByEmail(db, network, realm, identifier.emailKey)
        : checkedByUsername(db, network, realm, identifier.username));
      const [row] = found.rows;
      return row && { user: userFromRow(row), lastCheck: row.passed_at ?? undefined };
    },

    async findWithOrigin(realm, identifier) {
      const row = await ("emailKey" in identifier
        ? originByEmail(db, identifier.emailKey, "user", realm)
        : originByUsername(db, identifier.username, "user", realm));
      return row && { user: userFromRow(row), hasOrigin: row.o_ref !== null };
    },

    findConflict: (realm, values) => findConflict(db, realm, values),

    async list({ realm, emailKey, username, state }, { after = "", limit }, now) {
      const gone = state === "deleted";
      const rows = await db
        .selectFrom("users")
        .select(USER_COLUMNS)
        // Index users_realm, or that of a claim.
        .where("realm", "=", realm)
        .where("id", ">", after)
        .where("deleted_at", gone ? "is not" : "is", null)
        .$if(state === "active", (query) =>
          query.where((eb) => eb.or([eb("locked", "=", 0), eb("lock_until", "<=", now)])),
        )
        .$if(state === "locked", (query) =>
          query
            .where("locked", "=", 1)
            .where((eb) => eb.or([eb("lock_until", "is", null), eb("lock_until", ">", now)])),
        )
        .$if(emailKey !== undefined, (query) =>
          query.where(gone ? "email_key" : "email_claim", "=", emailKey ?? null),
        )
        .$if(username !== undefined, (query) =>
          query.where(gone ? "username" : "username_claim", "=", username ?? null),
        )
        .orderBy("id")
        .limit(limit)
        .execute();
      return rows.map(userFromRow);
    },

    async search({ realm, by, prefix }, { after, limit }) {
      const column = SEARCHED[by];
      const query = db
        .selectFrom("users")
        .select(USER_COLUMNS)
        .where("realm", "=", realm)
        .where(beginsWith(column, prefix, after));
      return (await query.orderBy(column).orderBy("id").limit(limit).execute()).map(userFromRow);
    },

    update: (id, { username, claimsLook, email, developer, profile }, now, epoch) =>
      claiming(
        db,
        async () => {
          const change = {
            updated_at: now,
            ...(username !== undefined && named(username, claimsLook)),
            ...(email !== undefined && {
              email: email.address,
              email_key: email.key,
              email_claim: claim(email.key),
              email_verified_at: null,
              key_rules: KEY_RULES.today,
            }),
            ...(developer !== undefined && { developer: Number(developer) }),
            ...(profile !== undefined && { profile: profileColumn(profile) }),
          };
          const done =
            email === undefined
              ? await updated(liveAt(db, id, epoch).set(change))
              : await endingAccess(db, id, (tx) =>
                  liveAt(tx, id, epoch).set((eb) => ({ ...change, ...ended(eb, now) })),
                );
          return done ? undefined : "missing";
        },
        async () => {
          const user = await find(id);
          return (
            user && {
              ...user,
              username: username ?? user.username,
              emailKey: email?.key ?? user.emailKey,
            }
          );
        },
      ),

    setPassword: (id, passwordHash, now, epoch) =>
      atomically(db, async (tx) => {
        const done = await endingAccess(tx, id, () =>
          liveAt(tx, id, epoch).set((eb) => ({
            password_hash: passwordHash,
            own_password: 1,
            ...ended(eb, now),
          })),
        );
        return done ? (await byId(tx, id))?.u_epoch : undefined;
      }),

    verifyEmail: (id, emailKey, epoch, now) =>
      updated(
        liveAt(db, id, epoch)
          .where("email_key", "=", emailKey)
          .set({ email_verified_at: now, updated_at: now }),
      ),

    rehash: (id, oldHash, newHash) =>
      updated(live(db, id).set({ password_hash: newHash }).where("password_hash", "=", oldHash)),

    lock: (id, reason, until, now) =>
      endingAccess(db, id, (tx) =>
        live(tx, id).set((eb) => ({
          locked: 1,
          lock_reason: reason,
          lock_until: until ?? null,
          ...ended(eb, now),
        })),
      ),

    ownPassword: (id) =>
      updated(
        live(db, id)
          .where("password_hash", "!=", "")
          .where("own_password", "=", 0)
          .set({ own_password: 1 }),
      ),

    unlock: (id, now) =>
      updated(
        live(db, id)
          .where("locked", "=", 1)
          .set({ locked: 0, lock_reason: "", lock_until: null, updated_at: now }),
      ),

    delete: (id, now, bySelf = false) =>
      endingAccess(db, id, (tx) =>
        live(tx, id).set((eb) => ({
          deleted_at: now,
          left_by_self: Number(bySelf),
          username_claim: null,
          email_claim: null,
          look_claim: null,
          ...ended(eb, now),
        })),
      ),

    async findDeleted(realm, identifier, since, bySelf) {
      const gone = inRealm(db, realm).where("deleted_at", ">", since);
      const left = bySelf ? gone.where("left_by_self", "=", 1) : gone;
      // Index users_email or users_username.
      const named =
        "emailKey" in identifier
          ? left.where("email_key", "=", identifier.emailKey)
          : left.where("username", "=", identifier.username);
      return found(await named.orderBy("deleted_at", "desc").limit(1).executeTakeFirst());
    },

    restore: (id, now, username) =>
      claiming(
        db,
        async () => {
          const change = db.updateTable("users").set((eb) => ({
            deleted_at: null,
            left_by_self: 0,
            ...(username === undefined
              ? { username_claim: eb.fn<string | null>("nullif", ["username", eb.val("")]) }
              : named(username, true)),
            email_claim: eb.fn<string | null>("nullif", ["email_key", eb.val("")]),
            updated_at: now,
          }));
          return (await updated(change.where("id", "=", id).where("deleted_at", "is not", null)))
            ? undefined
            : "missing";
        },
        async () => {
          const user = await find(id);
          return user && { ...user, username: username ?? user.username };
        },
      ),

    setAdministrator: (id, administrator, now) =>
      updated(
        db
          .updateTable("users")
          .where("id", "=", id)
          .where("administrator", "<>", Number(administrator))
          .set({ administrator: Number(administrator), updated_at: now }),
      ),

    // It must change something: Galera detects a conflict of two transactions only by rows that
    // both have changed.
    async hold(id, epoch) {
      if (epoch !== undefined) return hasChanged(await heldAt(db, 1, id, epoch));
      return updated(
        db
          .updateTable("users")
          .where("id", "=", id)
          .set((eb) => ({ acts: eb("acts", "+", 1) })),
      );
    },

    endAccess: (id, now) => endingAccess(db, id, (tx) => live(tx, id).set((eb) => ended(eb, now))),

    purge: (before, limit) => purgeUsers(db, before, limit),
  };
}
