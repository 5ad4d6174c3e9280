// The lists of users in every order and state. The column listed_state is 0 for active, 1 for
// locked (also when the lock has ended) and 2 for deleted users.
import { type RawBuilder, sql, type SqlBool } from "kysely";
import type {
  ListKey,
  ListPlace,
  ListRequest,
  UserListStore,
} from "../../../domain/accounts/lists/list-store.ts";
import type { User, UserState } from "../../../domain/model.ts";
import type { Database } from "../../engine/database.ts";
import type { UserTable } from "../../engine/rows/accounts.ts";
import { LAST } from "../prefix.ts";
import { userFromRow, USER_COLUMNS } from "./user-row.ts";

const COLUMNS = { createdAt: "created_at", username: "username", emailKey: "email_key" } as const;

/** The index of each order, after realm and state. */
const INDEXES = {
  createdAt: "users_listed_created",
  username: "users_listed_username",
  emailKey: "users_listed_email",
} as const;

/**
 * Selects from the users by an index. MySQL would take another one when it guesses that few rows
 * fit; SQLite reads the hint as a comment.
 */
const usersBy = (db: Database, index: string) =>
  db.selectFrom(
    sql<UserTable>`users`.as<"users">(sql`users /*! force index (${sql.raw(index)}) */`),
  );

type Condition = RawBuilder<SqlBool>;

/** Users of one stored state; those whose lock has ended or lasts, if that matters. */
interface Part {
  readonly state: number;
  readonly only?: (lockUntil: RawBuilder<unknown>) => Condition;
}

/** Returns the parts of the table that users in these states are in. */
function partsOf(states: readonly UserState[], now: number): Part[] {
  const [active, locked] = [states.includes("active"), states.includes("locked")];
  const ended = (until: RawBuilder<unknown>): Condition => sql`${until} <= ${now}`;
  const lasting = (until: RawBuilder<unknown>): Condition =>
    sql`(${until} is null or ${until} > ${now})`;
  return [
    ...(active ? [{ state: 0 }] : []),
    ...(active && locked ? [{ state: 1 }] : []),
    ...(active && !locked ? [{ state: 1, only: ended }] : []),
    ...(locked && !active ? [{ state: 1, only: lasting }] : []),
    ...(states.includes("deleted") ? [{ state: 2 }] : []),
  ];
}

/** Returns the condition that a row comes after the place in the order of the list. */
function comesAfter(key: ListKey, place: ListPlace, isDescending: boolean): Condition {
  const [column, id] = [sql.ref(COLUMNS[key]), sql.ref("users.id")];
  const [value, last] = place;
  // The first condition finds the place in the index; on MySQL the pair alone would not.
  return isDescending
    ? sql`${column} <= ${value} and (${column}, ${id}) < (${value}, ${last})`
    : sql`${column} >= ${value} and (${column}, ${id}) > (${value}, ${last})`;
}

const stateIs = (state: number): Condition => sql`listed_state = ${state}`;

/** Selects the rows of one part of a list, in no order. */
function rowsOf(db: Database, { realm, key, prefix = "" }: ListRequest, { state, only }: Part) {
  const column = COLUMNS[key];
  return usersBy(db, INDEXES[key])
    .where("realm", "=", realm)
    .where(stateIs(state))
    .$if(only !== undefined, (query) => query.where(only!(sql.ref("lock_until"))))
    .$if(prefix !== "", (query) =>
      query.where(column, ">=", prefix).where(column, "<", prefix + LAST),
    );
}

/** Orders texts as both engines do, by their UTF-8. */
const compared = (one: string | number, other: string | number): number =>
  typeof one === "number" || typeof other === "number"
    ? Number(one) - Number(other)
    : Buffer.compare(Buffer.from(one), Buffer.from(other));

/** Joins parts, each in the order of the list, to its beginning. */
function merged(parts: readonly User[][], { key, isDescending }: ListRequest, limit: number) {
  const sign = isDescending ? -1 : 1;
  return parts
    .flat()
    .toSorted((one, other) => sign * (compared(one[key], other[key]) || compared(one.id, other.id)))
    .slice(0, limit);
}

/** Returns the condition that a row comes before the place, the newest first, or is there. */
const isUntil = ([createdAt, id]: ListPlace): Condition =>
  sql`created_at >= ${createdAt} and (created_at, id) >= (${createdAt}, ${id})`;

const either = (conditions: readonly Condition[]): Condition =>
  sql`(${sql.join(conditions, sql` or `)})`;

/** Returns the condition of a part; the end of a lock is looked up only for users who match. */
const isIn = ({ state, only }: Part): Condition =>
  only === undefined
    ? stateIs(state)
    : sql`(${stateIs(state)} and exists (
        select 1 from users as u where u.id = users.id and ${only(sql.ref("u.lock_until"))}))`;

async function usersOf(db: Database, ids: readonly string[]): Promise<User[]> {
  if (ids.length === 0) return [];
  const rows = await db.selectFrom("users").select(USER_COLUMNS).where("id", "in", ids).execute();
  return rows.map(userFromRow);
}

export function userLists(db: Database): UserListStore {
  return {
    async listBy(list, { after, limit }, now) {
      const { key, isDescending } = list;
      const direction = isDescending ? "desc" : "asc";
      const parts = partsOf(list.states, now).map(async (part) => {
        const rows = await rowsOf(db, list, part)
          .select(USER_COLUMNS)
          .$if(after !== undefined, (query) => query.where(comesAfter(key, after!, isDescending)))
          .orderBy(COLUMNS[key], direction)
          .orderBy("id", direction)
          .limit(limit)
          .execute();
        return rows.map(userFromRow);
      });
      return merged(await Promise.all(parts), list, limit);
    },

    async countBy(list, most, now) {
      const parts = partsOf(list.states, now).map(async (part) => {
        const some = rowsOf(db, list, part).select("id").limit(most).as("some");
        const row = await db
          .selectFrom(some)
          .select((eb) => eb.fn.countAll<number>().as("counted"))
          .executeTakeFirst();
        return Number(row?.counted ?? 0);
      });
      const counts = await Promise.all(parts);
      return Math.min(
        most,
        counts.reduce((sum, count) => sum + count, 0),
      );
    },

    async scan({ realm, states, texts, most }, { after, limit }, now) {
      // Index users_searched, which has all that is read of the users who don't match. A derived
      // table of the newest users would be shorter, but MariaDB would copy it.
      const newest = usersBy(db, "users_searched")
        .where("realm", "=", realm)
        .$if(after !== undefined, (query) => query.where(comesAfter("createdAt", after!, true)))
        .orderBy("created_at", "desc")
        .orderBy("id", "desc");
      const end = await newest
        .select(["created_at", "id"])
        .limit(1)
        .offset(most - 1)
        .executeTakeFirst();
      const found = await newest
        .select("id")
        .$if(end !== undefined, (query) => query.where(isUntil([end!.created_at, end!.id])))
        .where(either(texts.map((text) => sql<SqlBool>`instr(searched, ${text}) > 0`)))
        .where(either(partsOf(states, now).map(isIn)))
        .limit(limit)
        .execute();
      const users = await usersOf(
        db,
        found.map(({ id }) => id),
      );
      return {
        users: merged([users], { realm, states, key: "createdAt", isDescending: true }, limit),
        stoppedAt: found.length === limit ? undefined : end && [end.created_at, end.id],
      };
    },
  };
}
