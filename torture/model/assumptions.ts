// What the model takes for granted. None of it is measured.
import type { Population } from "./zipf.ts";

export const SHARDS = 64;

export const USERS: Population = { size: 1e9, exponent: 0.6 };
export const CLIENTS: Population = { size: 1e5, exponent: 0.9 };
/** A network is an address, or a prefix of IPv6. The first ones stand for large NATs. */
export const NETWORKS: Population = { size: 1e8, exponent: 0.7 };

/** How many of the users do something on a day. */
export const ACTIVE = 0.3;

/** How often an active user makes each call on a day; for clients, how often for each such user. */
export const CALLS_A_DAY: Readonly<Record<string, number>> = {
  "register a user": 0.002,
  "sign in": 0.3,
  "ask with a session": 10,
  "agree to a client": 0.02,
  "redeem a code": 0.3,
  "refresh a token": 4,
  "introspect a token": 20,
  "revoke a token": 0.02,
  "token of a client": 0.2,
  "sign out": 0.05,
};

/** How much more than on average there is in the busiest hour. */
export const PEAK = 3;

/** How many calls are drawn, and from which seed. */
export const DRAWN = 400_000;
export const SEED = 16;

/** How many days a row stays that a call inserts. Unused ones of purged tables stay as long. */
export const DAYS_KEPT: Readonly<Record<string, number>> = {
  sessions: 30,
  access_tokens: 1 / 24,
  refresh_tokens: 30,
  audit_events: 400,
};

/** Rows of tables that hold one for each user. */
export const ROWS_OF_USER: Readonly<Record<string, number>> = {
  users: 1,
  grants: 2,
};

/** Bytes of a row of a look-up table with its indexes: a value, a shard, and what InnoDB adds. */
export const LOOKUP_BYTES = 120;
