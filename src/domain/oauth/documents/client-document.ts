import { IdentityError } from "../../errors.ts";
import type { Client } from "../../model.ts";
import { type FetchedDocument, isJsonType } from "../../outbound.ts";
import { checkName, MAX_REDIRECT_URIS } from "../clients/client-rules.ts";
import type { ClientSettings, Jwk } from "../clients/client-settings.ts";
import { redirectUriFault } from "../clients/redirect-uris.ts";
import { USER_SCOPES } from "../clients/scopes.ts";

/** What a document says of its client. */
export type DocumentedClient = Pick<
  Client,
  "name" | "public" | "grantTypes" | "scopes" | "redirectUris" | "settings"
>;

type Members = Readonly<Record<string, unknown>>;

/** The grants that a client can have by describing itself: those in which a user agrees. */
const GRANT_TYPES = ["authorization_code", "refresh_token"];
/** RFC 7591 section 2: what a client has that names no grant type. */
const DEFAULT_GRANT_TYPES = ["authorization_code"];
/** A client gets to see communities only if its document says so. */
const DEFAULT_SCOPES: readonly string[] = USER_SCOPES.filter((scope) => scope !== "groups");
const MAX_URL_LENGTH = 2_048;

export const invalidDocument = (why: string): IdentityError =>
  new IdentityError("CLIENT_DOCUMENT_INVALID", `The document that client_id names ${why}.`);

/**
 * Reads the client of a metadata document. `methods` are the ways to authenticate that the server
 * has and that need no shared secret, the strongest first.
 */
export function readClientDocument(
  url: string,
  document: FetchedDocument,
  methods: readonly string[],
): DocumentedClient {
  if (document.status !== 200)
    throw invalidDocument(`was answered with the status ${document.status}; it must be 200`);
  if (!isJsonType(document.mediaType))
    throw invalidDocument(
      `has the type ${readable(document.mediaType)}; it must be application/json or ` +
        "application/*+json",
    );
  const members = readObject(document.body);
  if (members["client_id"] !== url)
    throw invalidDocument("has another client_id; it must be its own URL, byte by byte");
  // A document is public, so it can hold no secret.
  if ("client_secret" in members || "client_secret_expires_at" in members)
    throw invalidDocument("has a client_secret");
  const settings = readSettings(members, methods);
  const isPublic = settings.tokenEndpointAuthMethod === undefined;
  const responseTypes = textsOf(members, "response_types") ?? ["code"];
  if (!responseTypes.includes("code"))
    throw invalidDocument("has response_types without code, which is the only one here");
  return {
    name: readName(members, url),
    public: isPublic,
    grantTypes: readGrantTypes(members),
    scopes: readScopes(members),
    redirectUris: readRedirectUris(members, isPublic),
    settings,
  };
}

/** RFC 6749 section 5.2: the text of an error has no quotation mark and no backslash. */
const readable = (mediaType: string): string =>
  mediaType.slice(0, 64).replaceAll(/[^!#-[\]-~]/g, "?") || "of no name";

function readObject(body: Uint8Array): Members {
  try {
    const value: unknown = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(body));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Members;
  } catch {
    // No JSON, or no UTF-8.
  }
  throw invalidDocument("is no JSON object");
}

/** Returns the host for a client that doesn't name itself. */
function readName(members: Members, url: string): string {
  const name = textOf(members, "client_name") ?? new URL(url).host;
  try {
    checkName(name);
  } catch (error) {
    const [field] = error instanceof IdentityError ? (error.details.fields ?? []) : [];
    throw invalidDocument(`has a client_name that ${field?.description ?? "can't be shown"}`);
  }
  return name;
}

function readGrantTypes(members: Members): readonly string[] {
  const asked = textsOf(members, "grant_types") ?? DEFAULT_GRANT_TYPES;
  if (!asked.includes("authorization_code"))
    throw invalidDocument("has grant_types without authorization_code");
  return GRANT_TYPES.filter((type) => asked.includes(type));
}

/** Unknown scopes are left out, as RFC 7591 section 2 lets a server do. */
function readScopes(members: Members): readonly string[] {
  const asked = textOf(members, "scope")?.split(" ");
  return asked === undefined ? DEFAULT_SCOPES : USER_SCOPES.filter((each) => asked.includes(each));
}

/** A URI that the server doesn't redirect to is left out; the client can't use it. */
function readRedirectUris(members: Members, isPublic: boolean): readonly string[] {
  const uris = textsOf(members, "redirect_uris") ?? [];
  const usable = [...new Set(uris)].filter(
    (uri) => redirectUriFault(uri, { plainHttp: false, isPublic }) === undefined,
  );
  if (usable.length === 0)
    throw invalidDocument(
      "has no redirect_uris that this server redirects to: https, http on a loopback address, " +
        "or a private-use scheme with a period",
    );
  if (usable.length > MAX_REDIRECT_URIS)
    throw invalidDocument(`has more than ${MAX_REDIRECT_URIS} redirect_uris`);
  return usable;
}

function readSettings(members: Members, methods: readonly string[]): ClientSettings {
  const applicationType = textOf(members, "application_type");
  const method = readMethod(members, methods);
  const [clientUri, policyUri, tosUri] = ["client_uri", "policy_uri", "tos_uri"].map((name) =>
    pageOf(members, name),
  );
  return {
    ...((applicationType === "web" || applicationType === "native") && { applicationType }),
    ...(method !== "none" && { tokenEndpointAuthMethod: method, ...readKeys(members) }),
    ...(clientUri !== undefined && { clientUri }),
    ...(policyUri !== undefined && { policyUri }),
    ...(tosUri !== undefined && { tosUri }),
    ...(members["dpop_bound_access_tokens"] === true && { dpopBoundAccessTokens: true }),
  };
}

/**
 * Returns how the client authenticates: as it says itself, else the strongest of those that it
 * supports (OpenID Connect RP Metadata Choices 1.0), else not at all.
 */
function readMethod(members: Members, methods: readonly string[]): string {
  const named = textOf(members, "token_endpoint_auth_method");
  const hasKeys = "jwks" in members || "jwks_uri" in members;
  const supported = textsOf(members, "token_endpoint_auth_methods_supported")?.filter(
    (each) => each === "none" || hasKeys,
  );
  const asked = named === undefined ? (supported ?? ["none"]) : [named];
  const method = methods.find((each) => asked.includes(each));
  if (method === undefined)
    throw invalidDocument(
      `has no token_endpoint_auth_method that a client without a shared secret can use here: ` +
        methods.join(" or "),
    );
  return method;
}

/** Reads the keys of a client that signs: in the document, or at another URL. */
function readKeys(members: Members): Pick<ClientSettings, "jwks" | "jwksUri"> {
  const { jwks } = members;
  const jwksUri = pageOf(members, "jwks_uri");
  if (jwks === undefined && jwksUri !== undefined) return { jwksUri };
  const keys =
    typeof jwks === "object" && jwks !== null && "keys" in jwks && Array.isArray(jwks.keys)
      ? (jwks.keys as unknown[])
      : [];
  if (jwksUri !== undefined || keys.length === 0 || !keys.every(isPublicKey))
    throw invalidDocument("must have either a jwks of public keys or an https jwks_uri");
  return { jwks: { keys } };
}

/** RFC 7517: `d` is a private key, `k` a symmetric one. */
const isPublicKey = (key: unknown): key is Jwk =>
  typeof key === "object" && key !== null && "kty" in key && !("d" in key) && !("k" in key);

function textOf(members: Members, name: string): string | undefined {
  const value = members[name];
  if (value === undefined || typeof value === "string") return value;
  throw invalidDocument(`has a ${name} that is no string`);
}

function textsOf(members: Members, name: string): readonly string[] | undefined {
  const value = members[name];
  if (value === undefined) return undefined;
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw invalidDocument(`has ${name} that are no list of strings`);
}

/** Returns an https URL; undefined if there is none. */
function pageOf(members: Members, name: string): string | undefined {
  const text = textOf(members, name);
  const isPage =
    text !== undefined &&
    text.length <= MAX_URL_LENGTH &&
    URL.parse(text)?.protocol === "https:" &&
    URL.parse(text)?.username === "";
  return isPage ? text : undefined;
}
