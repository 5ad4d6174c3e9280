// Who is registered at a predecessor when it starts. Both sides know it: the server that has them,
// and the driver that acts for them.

export const API_NAMES = ["kokids", "secretpair", "zimoxy", "senler"] as const;
export type ApiName = (typeof API_NAMES)[number];

/** A user of one API as the user's client knows itself. */
export interface Person {
  readonly username: string;
  readonly email: string;
  readonly password: string;
  /** What kokids' clients send as AccID; the other predecessors have none. */
  readonly accId: string;
}

/** The password of every user who never calls; a server hashes it once for all of them. */
export const IDLE_PASSWORD = "the password of an idle user";

/** Names a user by number. The first `active` ones have passwords of their own. */
export function personOf(api: ApiName, index: number, active: number): Person {
  const username = `${api}${index}`;
  return {
    username,
    email: `${username}@${api}.example`,
    password: index < active ? `pass ${username} ключ` : IDLE_PASSWORD,
    accId: `acc-${username}`,
  };
}

/** What a predecessor is started with. */
export interface Seed {
  readonly api: ApiName;
  readonly users: number;
  readonly active: number;
}

/** The application that existed before the move, with its credentials in its settings. */
export const PARTNER = {
  clientId: "66d9cba9c6e3b379e659e9a2",
  clientSecret: "c2VubGVyIGtlZXBzIHRoaXM/+=&%",
  redirectUri: "http://127.0.0.1:9/callback",
  name: "Bot",
} as const;

/** zimoxy's one key, shared by its partners. */
export const PARTNER_KEY = "zmx-0f3a2c8d51e74b96";

/** What clients have in their settings, and users in their accounts. */
export interface Belongings {
  readonly bot: { readonly clientId: string; readonly clientSecret: string };
  readonly partnerKey: string;
  /** The community that a user of senler administers. */
  groupOf(index: number): string;
}

/** Django's SECRET_KEY of the secretpair predecessor, which signs its tokens. */
export const DJANGO_SECRET = "django-insecure-9#k2v$u1x!p0q8w&z7y6t5r4e3w2q1a0";

/** The community that a user of senler administers, by the number of the user. */
export const groupOf = (index: number): string => String(340_000 + index);

/** What they had before the move, which they must keep. */
export const BEFORE: Belongings = { bot: PARTNER, partnerKey: PARTNER_KEY, groupOf };
