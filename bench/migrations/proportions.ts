// The rows of a large installation: so many users, and what they have in proportion.
import { BEGIN, END } from "../sections/scale/rows.ts";

/** Rows of one table that are made of users. */
export interface MadeOfUsers {
  readonly table: string;
  readonly columns: string;
  /** How many there are for each user. */
  readonly share: number;
  /** What is selected, given an expression for 32 characters of chance. */
  values(random: string): string;
}

const ISSUED = `'family', 'identity', '["profile"]', 0, ${BEGIN}`;

/** The tables beside `users` and `access_tokens`, in the columns that the oldest schema had. */
export const MADE_OF_USERS: readonly MadeOfUsers[] = [
  {
    table: "sessions",
    columns:
      "id, user_id, epoch, api, token_hash, user_agent, address, created_at, last_used_at, " +
      "expires_at",
    share: 0.25,
    values: (random) =>
      `id, id, 1, 'identity', ${random}, 'Mozilla/5.0 (X11; Linux x86_64)', '192.0.2.1', ` +
      `created_at, created_at, ${END}`,
  },
  {
    table: "grants",
    columns: "id, user_id, client_id, group_id, scopes, created_at, last_used_at",
    share: 0.25,
    values: () => `id, id, 'client', 0, '["profile"]', created_at, created_at`,
  },
  {
    table: "refresh_tokens",
    columns:
      "hash, grant_id, client_id, user_id, epoch, family_id, api, scopes, group_id, created_at, " +
      "expires_at, idle_expires_at, used_at, removable_at",
    share: 0.25,
    values: (random) => `${random}, id, 'client', id, 1, ${ISSUED}, ${END}, ${END}, null, ${END}`,
  },
  {
    table: "audit_events",
    columns: "id, at, type, succeeded, actor, user_id, client_id, address, details",
    share: 0.5,
    values: () => `id, created_at, 'user.sign_in', 1, id, id, null, '192.0.2.1', '{"api":"rest"}'`,
  },
];

/** How many access tokens there are for each user. */
export const TOKENS_SHARE = 0.25;

/** Returns the statement that makes the rows of a table. */
export const insertOf = (
  { table, columns, share, values }: MadeOfUsers,
  users: number,
  random: string,
): string =>
  `insert into ${table} (${columns}) select ${values(random)} from users ` +
  `limit ${Math.floor(users * share)}`;
