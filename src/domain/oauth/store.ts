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
import type { KeptAnswer } from "../idempotency/store.ts";
import type { StorePage } from "../paging.ts";
import type { ClientSettings } from "./clients/client-settings.ts";

export interface ClientChange {
  readonly name?: string | undefined;
  /** Only the document of a client that describes itself changes it. */
  readonly public?: boolean | undefined;
  readonly grantTypes?: readonly string[] | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly redirectUris?: readonly string[] | undefined;
  readonly apis?: readonly string[] | undefined;
  readonly allowedOrigins?: readonly string[] | undefined;
  readonly pkceOptional?: boolean | undefined;
  readonly settings?: ClientSettings | undefined;
  /** The change is one that an administrator has not seen, so the client is verified no longer. */
  readonly endsVerification?: boolean | undefined;
}

/** What the clients of a list have in common. An absent value matches every client. */
export interface ClientFilter {
  readonly ownerId?: string | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly isVerified?: boolean | undefined;
  readonly isPublic?: boolean | undefined;
  /** The documented API that they may use. */
  readonly api?: string | undefined;
  /** The name contains it, in upper or lower case, or the id is it. */
  readonly text?: string | undefined;
}

/** The order of a list of clients: by a property, and then by the id in the same direction. */
export interface ClientOrder {
  readonly by: "id" | "name" | "createdAt";
  readonly isDescending: boolean;
}

/** The last client before a part of such a list. */
export type ClientPlace = readonly [value: string | number, id: string];

export interface ClientStore {
  /** Returns false if the id is taken. `expiresAt` is that of a client that describes itself. */
  insert(client: Client, secret: ClientSecret | undefined, expiresAt?: number): Promise<boolean>;
  find(id: string): Promise<Client | undefined>;
  /** Finds the client with its secrets in one query. */
  findWithSecrets(id: string): Promise<KnownClient<Client> | undefined>;
  /** Finds the client whose secret is valid at `now`. */
  findBySecret(hash: string, now: number): Promise<Client | undefined>;
  /** Lists the clients of one owner, or all, by id, ascending. */
  list(ownerId: string | undefined, page: StorePage): Promise<Client[]>;
  /** Lists the clients that match, in an order and then by id. */
  select(filter: ClientFilter, order: ClientOrder, page: StorePage<ClientPlace>): Promise<Client[]>;
  /** Counts the clients that match. */
  count(filter: ClientFilter): Promise<number>;
  /** Changes a client. With `from`, only if it still has these scopes, APIs and settings. */
  update(
    id: string,
    change: ClientChange,
    now: number,
    from?: Pick<Client, "scopes" | "apis" | "settings">,
  ): Promise<boolean>;
  /**
   * Verifies a client, or ends that without a time. Returns false if it is so already or, with
   * `shownAt`, if the client has changed since then.
   */
  setVerified(id: string, at: number | undefined, now: number, shownAt?: number): Promise<boolean>;
  /** Switches a client off, or on again. Returns false if it is so already. */
  setDisabled(
    id: string,
    disabled: { readonly at: number; readonly reason: string } | undefined,
    now: number,
  ): Promise<boolean>;
  /** Adds a redirect URI if the list is still that of `client`, and ends the verification. */
  pinRedirectUri(client: Client, uri: string, now: number): Promise<boolean>;
  /** Returns whether any client has one of the keys of an origin, see `clients/origins.ts`. */
  hasOrigin(keys: readonly string[]): Promise<boolean>;
  /** Deletes a client with its secrets, codes, consents and tokens. */
  delete(id: string): Promise<boolean>;
  /**
   * Deletes a part of the consents, codes and tokens of a client that has so many that one
   * transaction would take too long for all. Returns false, and deletes nothing, if it has fewer.
   */
  deletePart(id: string): Promise<boolean>;
  /**
   * Deletes up to `limit` clients that have expired by `now`: those that registered themselves and
   * to which no user's access was used since `usedBefore`, and those that describe themselves, to
   * which no user agrees and of which administrators have decided nothing. Returns how many.
   */
  purgeUnused(
    unused: { readonly now: number; readonly usedBefore: number },
    limit: number,
  ): Promise<number>;
  /** Lists the secrets that are valid at `now`. */
  secrets(clientId: string, now: number): Promise<ClientSecret[]>;
  /**
   * Adds the secret that `make` returns for the next version, and lets the others end at
   * `endOthersAt` at the latest. Undefined: it deletes them, and no clock that is put back makes
   * them valid again. Rotations of one client run one after the other. Returns undefined for an
   * unknown client, and with `from` if its version has changed.
   */
  rotateSecret(
    clientId: string,
    make: (version: number) => ClientSecret,
    endOthersAt: number | undefined,
    from?: number,
  ): Promise<ClientSecret | undefined>;
}

export interface ApiRequestStore {
  /** Returns false if the request exists already. */
  insert(request: ApiRequest): Promise<boolean>;
  /** Lists the requests for a client. */
  of(clientId: string): Promise<ApiRequest[]>;
  /** Lists requests, the oldest first. */
  list(limit: number): Promise<ApiRequest[]>;
  /** Returns false if there was none. */
  delete(clientId: string, api: string): Promise<boolean>;
}

/** How many users have consented, and when the client last acted for one of them. */
export interface ConsentSummary {
  readonly users: number;
  readonly lastUsedAt?: number | undefined;
}

export interface ConsentStore {
  /**
   * Inserts the consent, or adds its scopes to the one of the same user, client and group. Returns
   * the stored consent.
   */
  agree(grant: Consent): Promise<Consent>;
  find(id: string): Promise<Consent | undefined>;
  findFor(userId: string, clientId: string, groupId: bigint): Promise<Consent | undefined>;
  /** Lists the consents of a user by id, ascending. */
  list(userId: string, page: StorePage): Promise<Consent[]>;
  /** Summarizes the consents to a client; counts `limit` at most. */
  summarize(clientId: string, limit: number): Promise<ConsentSummary>;
  /** Deletes a consent with its codes and tokens. Returns false if there was none. */
  delete(id: string): Promise<boolean>;
  /** Deletes the consents of a user for a group, with their codes and tokens. */
  deleteFor(userId: string, groupId: bigint): Promise<void>;
}

/** What the token endpoint needs of a client. */
export type TokenClient = Pick<
  Client,
  "id" | "public" | "grantTypes" | "scopes" | "redirectUris" | "apis" | "disabledAt" | "settings"
>;

/** A client with all secrets that it has, those that have ended too. */
export interface KnownClient<Known extends TokenClient = TokenClient> {
  readonly client: Known;
  readonly secrets: readonly Pick<ClientSecret, "hash" | "expiresAt" | "version">[];
}

/** The user and the client of a code or a refresh token, as they are now. */
export interface CurrentParties {
  readonly user: Pick<User, "epoch" | "realm" | "state" | "lockUntil"> | undefined;
  readonly client: KnownClient | undefined;
}

/** The tokens that a code or a refresh token gives. */
export interface NewTokens {
  readonly access?: AccessToken | undefined;
  readonly refresh?: RefreshToken | undefined;
  /** The answer to a client that may repeat its request. */
  readonly answer?: KeptAnswer | undefined;
}

export interface CodeStore {
  insert(code: AuthorizationCode): Promise<void>;
  find(hash: string): Promise<AuthorizationCode | undefined>;
  /** Finds the code with its user and its client in one query. */
  findWithParties(
    hash: string,
  ): Promise<({ code: AuthorizationCode } & CurrentParties) | undefined>;
  /**
   * Marks the code as used, and stores the tokens that it gives in the same transaction. Returns
   * true to exactly one caller, and stores nothing for the others.
   */
  redeem(hash: string, now: number, tokens?: NewTokens): Promise<boolean>;
  /** Returns false if there is no such code any more. */
  delete(hash: string): Promise<boolean>;
}

/** How many tokens of each kind are valid, and when an access token was last used. */
export interface TokenSummary {
  readonly access: number;
  readonly refresh: number;
  readonly lastUsedAt?: number | undefined;
}

/** A token with its user and its client, as they are now. */
export interface FoundToken<Token> {
  readonly token: Token;
  readonly user: User | undefined;
  readonly client: Pick<Client, "scopes" | "apis" | "disabledAt"> | undefined;
}

export interface TokenStore {
  insertAccess(token: AccessToken): Promise<void>;
  /** Finds the token, its user and its client in one query. */
  findAccess(hash: string): Promise<FoundToken<AccessToken> | undefined>;
  /** Returns the hash of the token that begins with these 16 bytes, in base64url. */
  findAccessHash(half: string): Promise<string | undefined>;
  /** Records a use of the token and of its consent. */
  touchAccess(token: AccessToken, now: number): Promise<void>;
  /** Locks the token until the transaction ends. Returns false if there is none. */
  holdAccess(hash: string): Promise<boolean>;
  deleteAccess(hash: string): Promise<boolean>;
  insertRefresh(token: RefreshToken): Promise<void>;
  findRefresh(hash: string): Promise<RefreshToken | undefined>;
  /** Finds the token, its user and its client in one query. */
  findRefreshWithUser(hash: string): Promise<FoundToken<RefreshToken> | undefined>;
  /** Finds the token with its parties in one query. */
  findRefreshWithParties(
    hash: string,
  ): Promise<({ token: RefreshToken } & CurrentParties) | undefined>;
  /**
   * Marks the token as used, and stores its successors in the same transaction. Returns true to
   * exactly one caller, and stores nothing for the others.
   */
  rotateRefresh(hash: string, now: number, successors?: NewTokens): Promise<boolean>;
  /** Deletes every token that came from one code. */
  deleteFamily(familyId: string): Promise<void>;
  /** Summarizes the tokens of a client; counts `limit` of each kind at most. */
  summarize(clientId: string, now: number, limit: number): Promise<TokenSummary>;
  /** Deletes every code and token of a client. */
  deleteOf(clientId: string): Promise<void>;
  /** As `deletePart` of a client, but leaves the consents. */
  deletePart(clientId: string): Promise<boolean>;
}
