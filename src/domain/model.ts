// What the domain speaks of. It owns the shapes of users, sessions, groups, clients and tokens,
// and must not know how they are kept or shown. Times are UTC milliseconds since 1970.

/** What a user may do; a lock whose end has passed is still `locked` here, see `stateAt`. */
export type UserState = "active" | "locked" | "deleted";

export interface User {
  readonly id: string;
  /** The set of users in which e-mail and name are unique. */
  readonly realm: string;
  /** Compared exactly; empty when the user has none. */
  readonly username: string;
  /** As the user wrote it. */
  readonly email: string;
  /** As it is compared: see `emailKey`. */
  readonly emailKey: string;
  /** kokids: the account identifier that must match; empty for others. */
  readonly accId: string;
  /** A PHC string. */
  readonly passwordHash: string;
  readonly state: UserState;
  readonly developer: boolean;
  /** May use the pages of administration; given and taken by the command line only. */
  readonly administrator: boolean;
  /**
   * A session or token is good only while it has the number that the user has: raising it ends them
   * all at once.
   */
  readonly epoch: number;
  readonly lockReason: string;
  readonly lockUntil?: number | undefined;
  readonly deletedAt?: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Since when the user is known to read mail at the address; a new address is not known. */
  readonly emailVerifiedAt?: number | undefined;
}

export interface Device {
  readonly userId: string;
  /** What tells the devices of a user apart: the advertising id. */
  readonly gaid: string;
  readonly bundle: string;
  /** 64-bit. */
  readonly osInt: bigint;
  readonly sdkVersion: string;
  readonly seenAt: number;
}

export interface Session {
  readonly id: string;
  readonly userId: string;
  readonly epoch: number;
  /** The API it was opened through, the only one its token works for. */
  readonly api: string;
  readonly tokenHash: string;
  readonly userAgent: string;
  readonly address: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
}

export type GroupRole = "member" | "administrator" | "owner";

export interface Group {
  readonly id: bigint;
  readonly name: string;
  /** 0 is none. */
  readonly vkGroupId: bigint;
  readonly createdAt: number;
}

export interface GroupMember {
  readonly groupId: bigint;
  readonly userId: string;
  readonly role: GroupRole;
  readonly createdAt: number;
}

export interface Client {
  readonly id: string;
  readonly name: string;
  /** The user who registered it; absent when an administrator did. */
  readonly ownerId?: string | undefined;
  readonly public: boolean;
  readonly grantTypes: readonly string[];
  readonly scopes: readonly string[];
  readonly redirectUris: readonly string[];
  /** The documented APIs it is for. */
  readonly apis: readonly string[];
  /** Raised at every rotation. */
  readonly secretVersion: number;
  readonly createdAt: number;
  readonly updatedAt: number;
}

export interface ClientSecret {
  readonly clientId: string;
  readonly version: number;
  readonly hash: string;
  readonly createdAt: number;
  /** Absent: as long as the client. */
  readonly expiresAt?: number | undefined;
}

/** That a developer asks administrators to give a client an API. */
export interface ApiRequest {
  readonly clientId: string;
  readonly api: string;
  readonly createdAt: number;
}

/** A user's agreement that a client has access, for one group or for none. */
export interface Consent {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  /** 0 is none. */
  readonly groupId: bigint;
  readonly scopes: readonly string[];
  /**
   * For how long access was agreed to at the longest, in milliseconds; absent: before that was
   * kept, and so without a limit.
   */
  readonly lifetimeMs?: number | undefined;
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

/** An authorization code and everything it is bound to. */
export interface AuthorizationCode {
  readonly hash: string;
  /** What all tokens that come from this code share; ending it ends them. */
  readonly familyId: string;
  readonly grantId: string;
  readonly clientId: string;
  readonly userId: string;
  readonly epoch: number;
  readonly api: string;
  readonly scopes: readonly string[];
  /** As sent in the authorization request; empty when it was left out. */
  readonly redirectUri: string;
  /** S256; empty when there was none. */
  readonly codeChallenge: string;
  /** As in the agreement that the code comes from. */
  readonly lifetimeMs?: number | undefined;
  readonly groupId: bigint;
  readonly createdAt: number;
  readonly expiresAt: number;
  readonly usedAt?: number | undefined;
}

export interface AccessToken {
  readonly hash: string;
  readonly clientId: string;
  /** Absent: the client acts for itself. */
  readonly userId?: string | undefined;
  readonly epoch: number;
  readonly grantId?: string | undefined;
  readonly familyId?: string | undefined;
  readonly api: string;
  readonly scopes: readonly string[];
  readonly groupId: bigint;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  /** Absent: never. */
  readonly expiresAt?: number | undefined;
}

export interface RefreshToken {
  readonly hash: string;
  readonly familyId: string;
  readonly grantId: string;
  readonly clientId: string;
  readonly userId: string;
  readonly epoch: number;
  readonly api: string;
  readonly scopes: readonly string[];
  readonly groupId: bigint;
  readonly createdAt: number;
  /** The end of the family: refreshing doesn't move it. */
  readonly expiresAt: number;
  /** The end when it stays unused. */
  readonly idleExpiresAt: number;
  readonly usedAt?: number | undefined;
}

/** A key that JWTs are signed with; the private part is encrypted. */
export interface SigningKey {
  readonly kid: string;
  /** A public JWK, JSON. */
  readonly publicJwk: string;
  /** The private JWK as a compact JWE. */
  readonly sealedJwk: string;
  readonly createdAt: number;
  /** From then on it signs no more, but still verifies. */
  readonly retiredAt?: number | undefined;
}

/** What a link in a letter is for. */
export type EmailTokenPurpose = "reset-password" | "verify-email" | "change-email";

/** A link that was sent by mail, and everything that it is bound to. */
export interface EmailToken {
  readonly hash: string;
  readonly userId: string;
  readonly purpose: EmailTokenPurpose;
  /** Where it was sent, as it was written: whoever follows it reads mail there. */
  readonly email: string;
  readonly epoch: number;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/**
 * A registration that becomes an account once its address is confirmed; until then it holds neither
 * address nor name.
 */
export interface PendingSignUp {
  readonly hash: string;
  readonly realm: string;
  readonly username: string;
  /** Where the letter was sent, as it was written. */
  readonly email: string;
  readonly emailKey: string;
  /**
   * Of the password that was given with this very registration; empty when the link sets a new one.
   */
  readonly passwordHash: string;
  /** The application's request that goes on afterwards, sealed; empty without one. */
  readonly request: string;
  readonly createdAt: number;
  readonly expiresAt: number;
}

export interface AuditEvent {
  readonly id: string;
  readonly at: number;
  /** `noun.verb`, as `user.sign_in`. */
  readonly type: string;
  readonly succeeded: boolean;
  /** Who did it: `user:<id>`, `client:<id>`, `operator` or `anonymous`. */
  readonly actor: string;
  /** Whom it concerns. */
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly address: string;
  /** Facts, never secrets. */
  readonly details: Readonly<Record<string, string>>;
}
