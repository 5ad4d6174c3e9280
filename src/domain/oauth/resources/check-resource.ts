import { HOUR, MINUTE } from "../../durations.ts";
import { invalidField } from "../../errors.ts";
import { hasControls, isLongerThan, isVisible } from "../../text.ts";
import { isReservedScope } from "../clients/scopes.ts";
import { checkDetailTypes } from "../details/check-detail-types.ts";
import { isResource } from "../resource-indicators.ts";
import { type Resource, type ResourceScope, resourceKey, TOKEN_FORMATS } from "./resource.ts";

/** The same limits as in the contract. */
export const MAX_RESOURCE_URI = 512;
export const MAX_RESOURCE_SCOPES = 50;
export const MAX_SCOPE_NAME = 64;
export const MAX_SCOPE_TEXT = 200;
const MAX_RESOURCE_NAME = 100;
export const MAX_RESOURCE_CLIENTS = 20;
export const DEFAULT_TOKEN_LIFETIME_MS = HOUR;
const MIN_TOKEN_LIFETIME_MS = MINUTE;
const MAX_TOKEN_LIFETIME_MS = 24 * HOUR;

/** RFC 6749 section 3.3. */
const SCOPE_NAME = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** Returns whether a resource can have a scope of this name. */
export const isResourceScope = (name: string): boolean =>
  name.length <= MAX_SCOPE_NAME && SCOPE_NAME.test(name) && !isReservedScope(name);

/** Rejects a resource that can't be registered at the server with this issuer. */
export function checkResource(resource: Omit<Resource, "id">, issuer: string): void {
  checkUri(resource.uri, issuer);
  if (isLongerThan(resource.name, MAX_RESOURCE_NAME))
    throw invalidField("name", `is longer than ${MAX_RESOURCE_NAME} characters`);
  // The consent page shows the name.
  if (!isVisible(resource.name)) throw invalidField("name", "must contain visible characters");
  if (hasControls(resource.name))
    throw invalidField("name", "must not contain invisible characters");
  if (!(TOKEN_FORMATS as readonly string[]).includes(resource.tokenFormat))
    throw invalidField("token_format", `must be ${TOKEN_FORMATS.join(" or ")}`);
  const { tokenLifetimeMs } = resource;
  if (tokenLifetimeMs < MIN_TOKEN_LIFETIME_MS || tokenLifetimeMs > MAX_TOKEN_LIFETIME_MS)
    throw invalidField("token_lifetime", "must be from 1 minute to 24 hours");
  for (const [field, { length }] of [
    ["introspectors", resource.introspectors],
    ["machine_clients", resource.machineClients],
  ] as const)
    if (length > MAX_RESOURCE_CLIENTS)
      throw invalidField(field, `are more than ${MAX_RESOURCE_CLIENTS}`);
  checkResourceScopes(resource.scopes);
  checkDetailTypes(resource.detailTypes);
}

function checkUri(uri: string, issuer: string): void {
  if (uri.length > MAX_RESOURCE_URI)
    throw invalidField("uri", `is longer than ${MAX_RESOURCE_URI} characters`);
  if (!isResource(uri))
    throw invalidField("uri", "must be an absolute URI without a fragment (RFC 8707 section 2)");
  const { username, password } = new URL(uri);
  if (username !== "" || password !== "") throw invalidField("uri", "must not contain a user");
  // A token for this server itself has no audience of a resource.
  if (resourceKey(uri) === resourceKey(issuer)) throw invalidField("uri", "is this server itself");
}

function checkResourceScopes(scopes: readonly ResourceScope[]): void {
  if (scopes.length > MAX_RESOURCE_SCOPES)
    throw invalidField("scopes", `are more than ${MAX_RESOURCE_SCOPES}`);
  const names = new Set<string>();
  for (const { name, texts } of scopes) {
    if (name.length > MAX_SCOPE_NAME || !SCOPE_NAME.test(name))
      throw invalidField(
        "scopes",
        `must have names of 1 to ${MAX_SCOPE_NAME} characters (RFC 6749 section 3.3)`,
      );
    if (isReservedScope(name)) throw invalidField("scopes", `contain ${name}, which is ours`);
    if (names.has(name)) throw invalidField("scopes", `contain ${name} twice`);
    names.add(name);
    for (const text of Object.values(texts))
      if (isLongerThan(text, MAX_SCOPE_TEXT) || (text !== "" && !isVisible(text)))
        throw invalidField(
          "scopes",
          `must have texts of at most ${MAX_SCOPE_TEXT} visible characters`,
        );
      else if (hasControls(text))
        throw invalidField("scopes", "must have texts without invisible characters");
  }
}
