import type { Client } from "../../../domain/model.ts";
import { OPENID, isUserScope } from "../../../domain/oauth/clients/scopes.ts";
import { DEVICE_CODE } from "../../../domain/oauth/grant-types.ts";

/** What the code of a library depends on. */
export interface Facts {
  readonly issuer: string;
  /** Whether the issuer is reached without TLS, which libraries refuse unless they are allowed. */
  readonly isPlain: boolean;
  readonly id: string;
  readonly isPublic: boolean;
  /** The scopes that users grant, space-separated. */
  readonly scope: string;
  /** The redirect URI that the code uses. */
  readonly callback: URL;
  /** The path of the page that shows the user, and of the one that begins a sign-in. */
  readonly home: string;
  readonly login: string;
  /** Where the program listens. */
  readonly port: string;
}

/** The code of one library for one application. */
export interface Library {
  /** The id of the code on the page. */
  readonly name: string;
  /** As its project writes it. */
  readonly title: string;
  readonly platform: string;
  /** What the code shows, which is also what an application must be able to do. */
  readonly kind: LibraryKind;
  /** The path of the redirect URI, of a library that has one of its own. */
  readonly callbackPath?: string;
  readonly code: (facts: Facts) => string;
}

/** A `client` of an MCP server is a program on the user's machine, as a `native` one is. */
export type LibraryKind = "web" | "page" | "native" | "device" | "machine" | "mcp";

const PLACEHOLDERS = {
  site: "https://YOUR_SITE/callback",
  loopback: "http://127.0.0.1:3000/callback",
} as const;
const LOOPBACK = /^http:\/\/(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/?]|$)/;

const isOfSite = (uri: string): boolean => /^https?:/.test(uri);
const isLoopback = (uri: string): boolean => LOOPBACK.test(uri);

/** Returns the redirect URI that fits the code, or the one that the application lacks. */
export function fittingCallback(
  { redirectUris }: Pick<Client, "redirectUris">,
  { kind, callbackPath }: Pick<Library, "kind" | "callbackPath">,
): { readonly callback: string; readonly isRegistered: boolean } {
  const isLocal = kind === "native" || kind === "mcp";
  const fits = isLocal ? isLoopback : isOfSite;
  const candidates = redirectUris.filter((uri) => URL.canParse(uri) && fits(uri));
  const found = candidates.find(
    (uri) => callbackPath === undefined || new URL(uri).pathname === callbackPath,
  );
  if (found !== undefined) return { callback: found, isRegistered: true };
  const callback = new URL(candidates[0] ?? PLACEHOLDERS[isLocal ? "loopback" : "site"]);
  if (callbackPath !== undefined)
    return { callback: callback.origin + callbackPath, isRegistered: false };
  return { callback: callback.href, isRegistered: false };
}

/** Returns what the code depends on. */
export function libraryFacts(
  client: Pick<Client, "id" | "public" | "scopes">,
  issuer: string,
  callback: string,
): Facts {
  const url = new URL(callback);
  const other = (path: string, instead: string): string => (url.pathname === path ? instead : path);
  return {
    issuer,
    isPlain: issuer.startsWith("http:"),
    id: client.id,
    isPublic: client.public,
    scope: client.scopes.filter(isUserScope).join(" "),
    callback: url,
    home: other("/", "/user"),
    login: other("/login", "/sign-in"),
    port: isLoopback(callback) && url.port !== "" ? url.port : "3000",
  };
}

/**
 * Returns whether libraries follow the rules of the client without more settings than the code has:
 * they authenticate by the secret and verify ID tokens by RS256.
 */
function isOrdinary({ settings }: Client): boolean {
  const method = settings.tokenEndpointAuthMethod ?? "client_secret_basic";
  return (
    ["client_secret_basic", "client_secret_post", "none"].includes(method) &&
    (settings.idTokenSignedResponseAlg ?? "RS256") === "RS256" &&
    settings.userinfoSignedResponseAlg === undefined &&
    settings.requirePushedAuthorizationRequests !== true &&
    settings.dpopBoundAccessTokens !== true &&
    settings.securityProfile === undefined
  );
}

/** Returns what the code for an application shows, or why there is none. */
export function kindsOf(client: Client): readonly LibraryKind[] | "strict" | "no-openid" {
  const { grantTypes, scopes, settings, redirectUris } = client;
  const type = settings.applicationType;
  const isCode = grantTypes.includes("authorization_code");
  const kinds: readonly (readonly [LibraryKind, boolean])[] = [
    ["mcp", isCode && type === "mcp"],
    ["web", isCode && !client.public && (type === undefined || type === "web")],
    [
      "page",
      isCode &&
        client.public &&
        (type === "single_page" || (type === undefined && redirectUris.some(isOfSite))),
    ],
    [
      "native",
      isCode &&
        (type === "native" || (type === undefined && client.public)) &&
        redirectUris.some(isLoopback),
    ],
    ["device", grantTypes.includes(DEVICE_CODE)],
    ["machine", !isCode && !client.public && grantTypes.includes("client_credentials")],
  ];
  const able = kinds.filter(([, isAble]) => isAble).map(([kind]) => kind);
  if (able.length > 0 && !isOrdinary(client)) return "strict";
  const withoutOpenId = able.filter((kind) => kind === "machine" || kind === "mcp");
  if (scopes.includes(OPENID)) return able;
  return withoutOpenId.length === 0 && able.length > 0 ? "no-openid" : withoutOpenId;
}
