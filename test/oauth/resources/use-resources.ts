// Resources for tests, registered by the store's rules but without a caller.
import type { Resource } from "../../../src/domain/oauth/resources/resource.ts";
import { newId } from "../../../src/domain/ids.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import type { UsedServer } from "../../use-server.ts";

/** Returns the scopes of these names. */
export const scopesOf = (...names: readonly string[]): Resource["scopes"] =>
  names.map((name) => ({ name, texts: { en: `do ${name}`, ru: `делать ${name}`, zh: "" } }));

/** Stores a resource that nothing else has the URI of. */
export async function addResource(
  used: UsedServer,
  given: Partial<Resource> = {},
): Promise<Resource> {
  const id = newId(systemClock);
  const resource: Resource = {
    id,
    uri: `https://api.example/${id}`,
    name: "The orders",
    scopes: scopesOf("orders:read", "orders:write"),
    tokenFormat: "opaque",
    tokenLifetimeMs: 600_000,
    introspectors: [],
    machineClients: [],
    detailTypes: [],
    createdAt: systemClock.now(),
    updatedAt: systemClock.now(),
    ...given,
  };
  await used.server.store.resources.insert(resource);
  return resource;
}
