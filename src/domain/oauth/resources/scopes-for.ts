// Which scopes belong to which resources: in a token, and in what users have agreed to.
import { isReservedScope } from "../clients/scopes.ts";
import { type AuthorizationDetail, typesOf } from "../details/detail.ts";
import { isDetailName } from "../details/detail-type.ts";
import { isResource } from "../resource-indicators.ts";
import { isResourceScope, MAX_RESOURCE_URI } from "./check-resource.ts";
import type { Resource } from "./resource.ts";
import { scopeNamesOf } from "./targets.ts";

/** Returns those of the scopes that a token for these resources may have, and those of ours. */
export function scopesFor(
  scopes: readonly string[],
  resources: readonly Resource[],
): readonly string[] {
  const names = scopeNamesOf(resources);
  return scopes.filter((scope) => isReservedScope(scope) || names.includes(scope));
}

/**
 * Returns what a consent to these scopes remembers. A scope of a resource follows its URI and a
 * space, so that the same name at another resource is another thing. The URI alone stands for
 * access without scopes. Details (RFC 9396) are remembered by their types only, and stand for
 * nothing else: each request with details asks the user.
 */
export const consentScopes = (
  scopes: readonly string[],
  resources: readonly Resource[] = [],
  details: readonly AuthorizationDetail[] = [],
): readonly string[] =>
  resources.length === 0
    ? scopes
    : [
        ...scopes.filter(isReservedScope),
        ...resources.flatMap(({ uri, scopes: own }) => {
          const asked = own.filter(({ name }) => scopes.includes(name));
          const here = details.filter(({ locations }) => locations.includes(uri));
          return [
            ...(asked.length > 0 || here.length === 0 ? [uri] : []),
            ...asked.map(({ name }) => `${uri} ${name}`),
            ...typesOf(here).map((type) => `${uri} ${DETAILS_ENTRY} ${type}`),
          ];
        }),
      ];

/** The second word of what a consent remembers of details. No scope follows it. */
const DETAILS_ENTRY = "authorization_details";

/** Returns whether a text is what a consent remembers of a resource. */
export function isResourceConsent(text: string): boolean {
  const [uri = "", scope, type, ...more] = text.split(" ");
  if (uri.length > MAX_RESOURCE_URI || !isResource(uri) || more.length > 0) return false;
  if (scope === undefined) return true;
  return type === undefined
    ? isResourceScope(scope)
    : scope === DETAILS_ENTRY && isDetailName(type);
}

/** Returns the lifetime of a token for these resources: the shortest; `usual` for none. */
export const lifetimeFor = (resources: readonly Resource[], usual: number): number =>
  resources.length === 0
    ? usual
    : Math.min(...resources.map(({ tokenLifetimeMs }) => tokenLifetimeMs));
