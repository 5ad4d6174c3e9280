// The store's interfaces for OAuth: clients, consents, codes and tokens. domain/store.ts has the
// others.
import type {
  AccessToken,
  ApiRequest,
  AuthorizationCode,
  Client,
  ClientSecret,
  Consent,
  RefreshToken,
  User,
} from "../model.ts";
import type { StorePage, TextPlace } from "../paging.ts";

export interface ClientChange {
  readonly name?: string | undefined;
  readonly grantTypes?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly redirectUris?: readonly string[] | undefined;
  readonly apis?: readonly string[] | undefined;
}

export interface ClientStore {
  /** False when the id is taken. */
  insert(client: Client, secret: ClientSecret | undefined): Promise<boolean>;
  find(id: string): Promise<Client | undefined>;
  /** The client that a secret which works at `now` belongs to. */
  findBySecret(hash: string, now: number): Promise<Client | undefined>;
  /** By id, ascending; of one owner, or all. */
  list(ownerId: string | undefined, page: StorePage): Promise<Client[]>;
  /** Those whose names begin so, by name and then by id, ascending. */
  search(prefix: string, page: StorePage<TextPlace>): Promise<Client[]>;
  /** Changes it; if `from` is given, only while its scopes and APIs still are those. */
  update(
    id: string,
    change: ClientChange,
    now: number,
    from?: Pick<Client, "scopes" | "apis">,
  ): Promise<boolean>;
  /** Adds a redirect URI, only if the list still is the one that was looked at. */
  pinRedirectUri(client: Client, uri: string, now: number): Promise<boolean>;
  /** With its secrets, codes, grants and tokens. */
  delete(id: string): Promise<boolean>;
  /** Those that work at `now`. */
  secrets(clientId: string, now: number): Promise<ClientSecret[]>;
  /**
   * Adds the secret that `make` gives for the next version and lets the others end at `endOthersAt`
   * at the latest. Rotations of one client happen one after the other. Undefined when there is no
   * such client, or when its version is no longer `from`, if that is given.
   */
  rotateSecret(
    clientId: string,
    make: (version: number) => ClientSecret,
    endOthersAt: number,
    from?: number,
  ): Promise<ClientSecret | undefined>;
}

export interface ApiRequestStore {
  /** False when it is there already. */
  insert(request: ApiRequest): Promise<boolean>;
  /** Those of a client. */
  of(clientId: string): Promise<ApiRequest[]>;
  /** The oldest first. */
  list(limit: number): Promise<ApiRequest[]>;
  /** False when it was not there. */
  delete(clientId: string, api: string): Promise<boolean>;
}

/**
 * How many users have agreed, for themselves or for a group, and when one of them was last acted
 * for.
 */
export interface ConsentSummary {
  readonly users: number;
  readonly lastUsedAt?: number | undefined;
}

export interface ConsentStore {
  /**
   * Puts the agreement in, or adds its scopes to the one of the same user, client and group;
   * answers what is kept.
   */
  agree(grant: Consent): Promise<Consent>;
  find(id: string): Promise<Consent | undefined>;
  findFor(userId: string, clientId: string, groupId: bigint): Promise<Consent | undefined>;
  /** By id, ascending. */
  list(userId: string, page: StorePage): Promise<Consent[]>;
  /** Of a client, looking at `limit` of them at most. */
  summarize(clientId: string, limit: number): Promise<ConsentSummary>;
  /** With its codes and tokens; false when it was not there. */
  delete(id: string): Promise<boolean>;
  /** Those of a user for a group, with their codes and tokens. */
  deleteFor(userId: string, groupId: bigint): Promise<void>;
}

export interface CodeStore {
  insert(code: AuthorizationCode): Promise<void>;
  find(hash: string): Promise<AuthorizationCode | undefined>;
  /** Marks the code as used; true for exactly one caller. */
  redeem(hash: string, now: number): Promise<boolean>;
}

/** How many tokens of each kind work, and when an access token was last used. */
export interface TokenSummary {
  readonly access: number;
  readonly refresh: number;
  readonly lastUsedAt?: number | undefined;
}

export interface TokenStore {
  insertAccess(token: AccessToken): Promise<void>;
  /** The token and, if it has one, its user in one look. */
  findAccess(hash: string): Promise<{ token: AccessToken; user: User | undefined } | undefined>;
  /** Notes a use, of the token and of its grant. */
  touchAccess(token: AccessToken, now: number): Promise<void>;
  /** Keeps the token from ending before the transaction does; false when it was not there. */
  holdAccess(hash: string): Promise<boolean>;
  deleteAccess(hash: string): Promise<boolean>;
  insertRefresh(token: RefreshToken): Promise<void>;
  findRefresh(hash: string): Promise<RefreshToken | undefined>;
  /** Marks the token as used; true for exactly one caller. */
  rotateRefresh(hash: string, now: number): Promise<boolean>;
  /** Ends every token that came from one code. */
  deleteFamily(familyId: string): Promise<void>;
  /** Of a client, looking at `limit` of each kind at most. */
  summarize(clientId: string, now: number, limit: number): Promise<TokenSummary>;
  /** Ends every code and token of a client. */
  deleteOf(clientId: string): Promise<void>;
}
