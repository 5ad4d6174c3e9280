// The records of the domain. Times are UTC milliseconds since 1970.
import type { ClientSettings } from "./oauth/clients/client-settings.ts";
import type { Terms } from "./oauth/terms.ts";
import type { UserProfile } from "./accounts/attributes/user-profile.ts";

/** The stored state of a user; a lock that has ended is still `locked` here, see `stateAt`. */
export type UserState = "active" | "locked" | "deleted";

export interface User {
  readonly id: string;
  /** The set of users within which e-mail address and name are unique. */
  readonly realm: string;
  /** Compared exactly; empty when the user has none. */
  readonly username: string;
  /** As the user wrote it. */
  readonly email: string;
  /** The form for comparison, see `emailKey`. */
  readonly emailKey: string;
  /** kokids: the account identifier that a sign-in must match; empty for other users. */
  readonly accId: string;
  /** A PHC string. */
  readonly passwordHash: string;
  readonly state: UserState;
  readonly developer: boolean;
  /** May use the pages of administration. Only the command line grants and revokes this. */
  readonly administrator: boolean;
  /**
   * A session or token is valid only while it has the epoch of its user. Raising the epoch ends
   * them all at once.
   */
  readonly epoch: number;
  readonly lockReason: string;
  readonly lockUntil?: number | undefined;
  readonly deletedAt?: number | undefined;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When the user proved to read mail at the address; absent for an unverified address. */
  readonly emailVerifiedAt?: number | undefined;
  /** When all sessions of the user ended together, for the last time. */
  readonly accessEndedAt?: number | undefined;
  /** The user chose the password here, or another address or name to sign in with. */
  readonly hasOwnPassword?: true | undefined;
  /** Absent: the account says nothing about its person. */
  readonly profile?: UserProfile | undefined;
}

export interface Device {
  readonly userId: string;
  /** The advertising id, which identifies a device among those of its user. */
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
  /** The API that opened it, and the only one that accepts its token. */
  readonly api: string;
  readonly tokenHash: string;
  readonly userAgent: string;
  readonly address: string;
  readonly createdAt: number;
  readonly lastUsedAt: number;
  readonly expiresAt: number;
  /** Another server made the token. */
  readonly hasForeignToken?: true | undefined;
  /** The authentication methods of the sign-in (RFC 8176); absent where none is known. */
  readonly amr?: readonly string[] | undefined;
}

export type GroupRole = "member" | "administrator" | "owner";

export interface Group {
  readonly id: bigint;
  readonly name: string;
  /** 0 means none. */
  readonly vkGroupId: bigint;
  readonly createdAt: number;
}

export interface GroupMember {
  readonly groupId: bigint;
  readonly userId: string;
  readonly role: GroupRole;
  readonly createdAt: number;
}

/** A question to a user, whether to become a member of a group. */
export interface GroupInvitation {
  readonly groupId: bigint;
  readonly userId: string;
  readonly role: GroupRole;
  /** The user who invites; absent when a client that acts for itself does. */
  readonly invitedBy?: string | undefined;
  readonly createdAt: number;
  /** From then on it can't be accepted; of a declined one: the user may be invited again. */
  readonly expiresAt: number;
  /** When the user declined; absent while it waits for an answer. */
  readonly declinedAt?: number | undefined;
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
  /** The documented APIs that the client may use. */
  readonly apis: readonly string[];
  /** The origins whose pages may call this server, besides those of the redirect URIs. */
  readonly allowedOrigins: readonly string[];
  /** Whether a confidential client may ask for codes without PKCE. */
  readonly pkceOptional: boolean;
  readonly settings: ClientSettings;
  /** Raised at every rotation. */
  readonly secretVersion: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** When an administrator verified it; absent for an unverified client. */
  readonly verifiedAt?: number | undefined;
  /** When an administrator switched it off; absent for one that works. */
  readonly disabledAt?: number | undefined;
  /** Why it is switched off; administrators and the owner see it. */
  readonly disableReason?: string | undefined;
  /** Absent: another caller registered it, who is its owner or an administrator. */
  readonly registration?: ClientRegistration | undefined;
}

/** What is kept of a client that registered itself, RFC 7591. */
export interface ClientRegistration {
  /** Of the token with which it changes its registration, RFC 7592. */
  readonly tokenHash: string;
  /** From then on the client is deleted, when no user's access to it was used for long. */
  readonly expiresAt: number;
}

export interface ClientSecret {
  readonly clientId: string;
  readonly version: number;
  readonly hash: string;
  readonly createdAt: number;
  /** Absent: it lasts as long as the client. */
  readonly expiresAt?: number | undefined;
  /** A secret that another server made, encrypted, see `ForeignSecrets`. */
  readonly sealed?: string | undefined;
}

/** A developer's request that an administrator grants an API to a client. */
export interface ApiRequest {
  readonly clientId: string;
  readonly api: string;
  readonly createdAt: number;
}

/** A user's consent to the access of a client, for one group or for none. */
export interface Consent {
  readonly id: string;
  readonly userId: string;
  readonly clientId: string;
  /** 0 means none. */
  readonly groupId: bigint;
  readonly scopes: readonly string[];
  /**
   * The longest access that the user has consented to, in milliseconds. Absent in consents from
   * before this was stored, which have no limit.
   */
  readonly lifetimeMs?: number | undefined;
  readonly createdAt: number;
  readonly lastUsedAt: number;
}

/** An authorization code (RFC 6749 section 1.3.1) and everything it is bound to. */
export interface AuthorizationCode {
  readonly hash: string;
  /** Shared by all tokens that come from this code; ending the family ends them. */
  readonly familyId: string;
  readonly grantId: string;
  readonly clientId: string;
  readonly userId: string;
  readonly epoch: number;
  readonly api: string;
  readonly scopes: readonly string[];
  /** As in the authorization request; empty when it was omitted. */
  readonly redirectUri: string;
  /** S256 (RFC 7636); empty without PKCE. */
  readonly codeChallenge: string;
  /** As in the consent that the code comes from. */
  readonly lifetimeMs?: number | undefined;
  readonly groupId: bigint;
  readonly terms?: Terms | undefined;
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
  readonly terms?: Terms | undefined;
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
  readonly terms?: Terms | undefined;
  readonly createdAt: number;
  /** The end of the family; a refresh doesn't extend it. */
  readonly expiresAt: number;
  /** The end if the token stays unused. */
  readonly idleExpiresAt: number;
  readonly usedAt?: number | undefined;
}

/** The algorithms that our keys sign JWTs by (RFC 7518 section 3.1). A key has one. */
export type SigningKeyAlgorithm = "ES256" | "RS256";

/** A key that signs JWTs; its private part is encrypted. */
export interface SigningKey {
  readonly kid: string;
  readonly algorithm: SigningKeyAlgorithm;
  /** A public JWK, JSON. */
  readonly publicJwk: string;
  /** The private JWK as a compact JWE. */
  readonly sealedJwk: string;
  readonly createdAt: number;
  /** From then on it no longer signs, but still verifies. */
  readonly retiredAt?: number | undefined;
}

/** What the link in an e-mail is for. */
export type EmailTokenPurpose = "reset-password" | "verify-email" | "change-email";

/** A single-use token sent by e-mail, and everything it is bound to. */
export interface EmailToken {
  readonly hash: string;
  readonly userId: string;
  readonly purpose: EmailTokenPurpose;
  /** Where it was sent, as written; a user who follows the link reads mail there. */
  readonly email: string;
  readonly epoch: number;
  readonly createdAt: number;
  readonly expiresAt: number;
}

/**
 * A registration that becomes an account once its address is confirmed. Until then it reserves
 * neither address nor name.
 */
export interface PendingSignUp {
  readonly hash: string;
  readonly realm: string;
  readonly username: string;
  /** Where the e-mail was sent, as written. */
  readonly email: string;
  readonly emailKey: string;
  /** Of the password given with this very registration; empty when the link sets a new one. */
  readonly passwordHash: string;
  /** The client's authorization request that continues afterwards, signed; empty without one. */
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
  /** The caller: `user:<id>`, `client:<id>`, `operator` or `anonymous`. */
  readonly actor: string;
  /** The user that the event is about. */
  readonly userId?: string | undefined;
  readonly clientId?: string | undefined;
  readonly address: string;
  /** Never holds secrets. */
  readonly details: Readonly<Record<string, string>>;
}
