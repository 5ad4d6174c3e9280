import type { Handler } from "./types.ts";

/** Splits a request target; the absolute form of RFC 9112 section 3.2.2 has an origin. */
const TARGET = /^(?<origin>https?:\/\/[^/?#]+)?(?<path>[^?]*)(?<query>.*)$/is;
/** Where clients look for metadata of an issuer with a path (RFC 8414 section 3.1). */
const WELL_KNOWN = /^\/\.well-known\/[^/]+/;

/** Returns the segments of a path; undefined when it can't be decoded. */
function segmentsOf(path: string): readonly string[] | undefined {
  try {
    return path.split("/").map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

/** Returns the path after the prefix; undefined when the path does not begin with its segments. */
function after(path: string, prefix: readonly string[]): string | undefined {
  const raw = path.split("/");
  const given = segmentsOf(raw.slice(0, prefix.length).join("/"));
  return given !== undefined && prefix.every((segment, at) => given[at] === segment)
    ? `/${raw.slice(prefix.length).join("/")}`
    : undefined;
}

/** Returns the path without the prefix, which a well-known path has at its end. */
function withoutPrefix(path: string, prefix: readonly string[]): string | undefined {
  const name = WELL_KNOWN.exec(path)?.[0];
  if (name === undefined) return after(path, prefix);
  return after(path.slice(name.length), prefix) === "/" ? name : undefined;
}

/**
 * Removes the base path from the targets of requests. A target without it stays as it is, because a
 * proxy may have removed it.
 */
export function withoutBasePath(basePath: string, handler: Handler): Handler {
  const prefix = basePath === "" ? undefined : segmentsOf(basePath);
  if (prefix === undefined) return handler;
  return (request, response) => {
    const { origin = "", path = "", query = "" } = TARGET.exec(request.url ?? "")?.groups ?? {};
    const rest = withoutPrefix(path, prefix);
    if (rest !== undefined) request.url = origin + rest + query;
    return handler(request, response);
  };
}
