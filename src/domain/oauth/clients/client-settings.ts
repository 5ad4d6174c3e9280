// What a client says of itself and how it wants to be served: client metadata of RFC 7591 section 2
// and OpenID Connect Dynamic Client Registration 1.0 section 2. Names are those of the metadata.

/** A public key in the form of RFC 7517. */
export type Jwk = Readonly<Record<string, unknown>>;

/** What kind of application a client is. It decides on defaults and on what the console shows. */
export type ApplicationType = "web" | "single_page" | "native" | "device" | "machine" | "mcp";

/** OpenID Connect Core section 8. */
export const SUBJECT_TYPES = ["public", "pairwise"] as const;

/** Every member is optional. An absent one has the default of its specification. */
export interface ClientSettings {
  readonly applicationType?: ApplicationType | undefined;
  /** How the client authenticates; absent: by its secret, or not at all if it is public. */
  readonly tokenEndpointAuthMethod?: string | undefined;
  /** The public keys of the client; not together with `jwksUri`. */
  readonly jwks?: { readonly keys: readonly Jwk[] } | undefined;
  readonly jwksUri?: string | undefined;
  /** Absent: RS256. */
  readonly idTokenSignedResponseAlg?: string | undefined;
  /** Absent: UserInfo answers with JSON. */
  readonly userinfoSignedResponseAlg?: string | undefined;
  /** Absent: every algorithm that the server accepts in request objects. */
  readonly requestObjectSigningAlg?: string | undefined;
  /** Absent: public. */
  readonly subjectType?: (typeof SUBJECT_TYPES)[number] | undefined;
  readonly sectorIdentifierUri?: string | undefined;
  readonly postLogoutRedirectUris?: readonly string[] | undefined;
  readonly backchannelLogoutUri?: string | undefined;
  readonly backchannelLogoutSessionRequired?: boolean | undefined;
  readonly clientUri?: string | undefined;
  readonly logoUri?: string | undefined;
  readonly policyUri?: string | undefined;
  readonly tosUri?: string | undefined;
  readonly contacts?: readonly string[] | undefined;
  readonly initiateLoginUri?: string | undefined;
  /** In seconds. */
  readonly defaultMaxAge?: number | undefined;
  readonly requireAuthTime?: boolean | undefined;
  readonly requirePushedAuthorizationRequests?: boolean | undefined;
  readonly dpopBoundAccessTokens?: boolean | undefined;
  /** The rules of a profile that hold for this client: FAPI 2.0 Security Profile. */
  readonly securityProfile?: "fapi2" | undefined;
  /** The types of authorization details that it may ask for (RFC 9396 section 10); absent: all. */
  readonly authorizationDetailsTypes?: readonly string[] | undefined;
  readonly softwareId?: string | undefined;
  readonly softwareVersion?: string | undefined;
}

/** The settings of a client that says nothing. */
export const NO_SETTINGS: ClientSettings = {};

/** Returns settings with some members replaced, and without those that are undefined. */
export const withSettings = (before: ClientSettings, changed: ClientSettings): ClientSettings =>
  Object.fromEntries(
    Object.entries({ ...before, ...changed }).filter(([, value]) => value !== undefined),
  );
