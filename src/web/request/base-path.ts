/** The attributes of our pages that hold a path. In texts and values `"` is escaped. */
const LINK = /(\s(?:href|src|action|formaction|data-description|data-redirect)=")\/(?!\/)/g;

/**
 * Puts the base path before the paths of a response: its redirect, and the links and forms of a
 * page. Pages write paths as if the server had none, so this is the only place that knows it.
 */
export async function underBasePath(response: Response, basePath: string): Promise<Response> {
  if (basePath === "") return response;
  const location = response.headers.get("location");
  if (location !== null && /^\/(?!\/)/.test(location))
    response.headers.set("location", basePath + location);
  if (response.headers.get("content-type")?.startsWith("text/html") !== true) return response;
  const page = (await response.text()).replaceAll(LINK, `$1${basePath}/`);
  return new Response(page, { status: response.status, headers: response.headers });
}

/** Returns the path of an issuer, without a slash at its end; empty for none. */
export const basePathOf = (issuer: string): string => new URL(issuer).pathname.replace(/\/+$/, "");
