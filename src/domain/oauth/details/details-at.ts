import type { Resource } from "../resources/resource.ts";
import type { AuthorizationDetail } from "./detail.ts";

/** The resources of a token, and the details that hold there. */
export interface DetailedTargets {
  readonly resources: readonly Resource[];
  readonly details: readonly AuthorizationDetail[];
}

/**
 * Returns what is left of details at these resources. A detail ends where the resource has lost its
 * type. A resource that has lost all its details is left out: without them, the token would say
 * that it has no limits there.
 */
export function detailsAt(
  details: readonly AuthorizationDetail[] = [],
  resources: readonly Resource[],
): DetailedTargets {
  if (details.length === 0) return { details, resources };
  const left = details
    .map((detail) => ({
      ...detail,
      locations: detail.locations.filter((location) =>
        resources.some(
          ({ uri, detailTypes }) =>
            uri === location && detailTypes.some(({ name }) => name === detail.type),
        ),
      ),
    }))
    .filter(({ locations }) => locations.length > 0);
  return { details: left, resources: withDetails(resources, details, left) };
}

/** Returns the resources without those that had details before, and have none now. */
export const withDetails = (
  resources: readonly Resource[],
  before: readonly AuthorizationDetail[],
  after: readonly AuthorizationDetail[],
): readonly Resource[] => resources.filter(({ uri }) => !areFor(before, uri) || areFor(after, uri));

const areFor = (details: readonly AuthorizationDetail[], uri: string): boolean =>
  details.some(({ locations }) => locations.includes(uri));
