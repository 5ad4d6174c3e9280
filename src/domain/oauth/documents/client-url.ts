import type { Client } from "../../model.ts";

/** The longest URL that can be a client_id: as long as every other id. */
const MAX_LENGTH = 128;

/** Returns whether a client_id is a URL. No id that this server makes begins so. */
export const isClientUrl = (clientId: string): boolean => clientId.startsWith("https://");

/**
 * Returns what is wrong with a client_id that is a URL. It must be written as browsers write it, so
 * that it has one spelling: without dot segments, default port or upper-case host.
 */
export function clientUrlFault(clientId: string): string | undefined {
  const url = clientId.length > MAX_LENGTH ? null : URL.parse(clientId);
  if (url === null) return `must be a URL of at most ${MAX_LENGTH} characters`;
  if (url.username + url.password !== "") return "must have no user name";
  if (clientId.includes("#")) return "must have no fragment";
  if (url.pathname === "/") return "must have a path, as https://app.example/client.json";
  return url.href === clientId ? undefined : `must be written ${url.href.slice(0, MAX_LENGTH)}`;
}

/** Returns whether a host is in one of the domains, or is one. An empty list has every host. */
export const isInDomains = (host: string, domains: readonly string[]): boolean =>
  domains.length === 0 || domains.some((domain) => host === domain || host.endsWith(`.${domain}`));

/** Returns whether an administrator has registered the client, and so vouches for it. */
export const isRegisteredByAdministrator = ({
  id,
  ownerId,
  registration,
}: Pick<Client, "id" | "ownerId"> & { readonly registration?: object | undefined }): boolean =>
  ownerId === undefined && registration === undefined && !isClientUrl(id);

/** Returns whether a client is on the user's device only, where every program can pose as it. */
export const isForThisDevice = ({ redirectUris }: Pick<Client, "redirectUris">): boolean =>
  redirectUris.every((uri) => !uri.startsWith("https://"));
