import type { HttpRequest } from "../types.ts";

/** How long a browser may remember the answer to a preflight, in seconds. */
const MAX_AGE = "600";

/**
 * Returns the headers that allow a page of the request's origin to read the answer; none when no
 * origin is allowed.
 */
export function corsHeaders(
  { headers, method }: HttpRequest,
  origins: ReadonlySet<string> | undefined,
  allowed: readonly string[],
): Record<string, string> {
  if (origins === undefined || origins.size === 0) return {};
  const { origin } = headers;
  if (origin === undefined || !origins.has(origin)) return { vary: "origin" };
  const shared = { vary: "origin", "access-control-allow-origin": origin };
  if (method !== "OPTIONS" || headers["access-control-request-method"] === undefined)
    return { ...shared, "access-control-expose-headers": "retry-after" };
  return {
    ...shared,
    "access-control-allow-methods": allowed.join(", "),
    "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": MAX_AGE,
  };
}
