// Which scopes belong to which resources: in a token, and in what users have agreed to.
import { isReservedScope } from "../clients/scopes.ts";
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
 * access without scopes.
 */
export const consentScopes = (
  scopes: readonly string[],
  resources: readonly Resource[] = [],
): readonly string[] =>
  resources.length === 0
    ? scopes
    : [
        ...scopes.filter(isReservedScope),
        ...resources.flatMap(({ uri, scopes: own }) => [
          uri,
          ...own.filter(({ name }) => scopes.includes(name)).map(({ name }) => `${uri} ${name}`),
        ]),
      ];

/** Returns the lifetime of a token for these resources: the shortest; `usual` for none. */
export const lifetimeFor = (resources: readonly Resource[], usual: number): number =>
  resources.length === 0
    ? usual
    : Math.min(...resources.map(({ tokenLifetimeMs }) => tokenLifetimeMs));
