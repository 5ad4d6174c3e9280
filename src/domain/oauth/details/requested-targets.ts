import type { Client } from "../../model.ts";
import type { ResourceTargets } from "../resources/targets.ts";
import type { DetailedTargets } from "./details-at.ts";
import { readDetails } from "./read-details.ts";
import { requireSignable } from "./signable.ts";

/** What a request says about what its tokens are for. */
interface Asked {
  readonly client: Pick<Client, "settings">;
  readonly resource: readonly string[];
  /** The parameter; empty for none. */
  readonly authorizationDetails: string;
}

/**
 * Returns the resources and the details of a request. A detail brings the resources that it is for
 * along; `resource` has no influence on it (RFC 9396 section 3.2).
 */
export async function requestedTargets(
  targets: ResourceTargets,
  { client, resource, authorizationDetails }: Asked,
): Promise<DetailedTargets> {
  if (authorizationDetails === "")
    return { resources: await targets.resolve(resource), details: [] };
  const details = readDetails(authorizationDetails, {
    resources: await targets.all(),
    allowed: client.settings.authorizationDetailsTypes,
  });
  const locations = details.flatMap((detail) => detail.locations);
  const resources = await targets.resolve([...resource, ...locations]);
  requireSignable(details, resources);
  return { resources, details };
}
