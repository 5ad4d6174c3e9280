/**
 * Who calls an MCP server: what the MCP SDK calls AuthInfo.
 *
 * @example
 * ```ts
 * import type { McpAccess } from "@latchkey/sdk/mcp";
 *
 * const mayWrite = ({ scopes }: McpAccess) => scopes.includes("mcp:write");
 * const access: McpAccess = {
 *   token: "lka_…",
 *   clientId: "https://editor.example/client.json",
 *   scopes: ["mcp:tools"],
 *   expiresAt: 1_900_000_000,
 *   resource: new URL("https://mcp.example.com/mcp"),
 *   extra: { userId: "019a0d8e-52c1-7cc5-8a0e-6d7a4f7c2b11" },
 * };
 * console.log(mayWrite(access)); // false
 * ```
 */
export interface McpAccess {
  readonly token: string;
  /** The client that the token was given to; the URL of a client that describes itself. */
  readonly clientId: string;
  readonly scopes: string[];
  /** In seconds since 1970. */
  readonly expiresAt: number;
  readonly resource: URL;
  /** The user, and the name of the user if the token says it. */
  readonly extra: { readonly userId: string; readonly username?: string };
}

interface TokenCacheOptions {
  readonly issuer: string;
  readonly resource: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly cacheMs?: number | undefined;
  readonly baseUrl?: string | undefined;
  readonly timeoutMs?: number | undefined;
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** Who a token is for, and the thumbprint of the key that it is bound to (RFC 9449 section 6). */
interface FoundToken {
  readonly access: McpAccess;
  readonly jkt: string | undefined;
}

interface Known {
  readonly found: Promise<FoundToken | undefined>;
  readonly until: number;
}

const MAX_CACHE_MS = 30_000;
/** How many tokens are known at once; the oldest is forgotten first. */
const MAX_KNOWN = 1_000;
const MAX_TOKEN = 4_096;

/** Finds out by introspection (RFC 7662) whose tokens are, and remembers it for some seconds. */
export function createTokenCache(options: TokenCacheOptions): {
  /** Returns undefined for a token that is not one for this resource. */
  find(token: string): Promise<FoundToken | undefined>;
} {
  const { issuer, resource, clientId, clientSecret, cacheMs = 5_000, timeoutMs = 5_000 } = options;
  const fetch = options.fetch ?? globalThis.fetch;
  const url = `${(options.baseUrl ?? issuer).replace(/\/$/, "")}/oauth2/introspect`;
  // RFC 6749 section 2.3.1: both halves are form-encoded.
  const encode = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2);
  const authorization = `Basic ${btoa(`${encode(clientId)}:${encode(clientSecret)}`)}`;
  const key = keyOf(resource);
  const known = new Map<string, Known>();

  const introspect = async (token: string): Promise<FoundToken | undefined> => {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization },
      body: new URLSearchParams({ token }),
      redirect: "error",
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (!response.ok) throw new Error(`introspection was answered with ${response.status}`);
    const { active, aud, scope, client_id, exp, sub, username, cnf } =
      (await response.json()) as Readonly<Record<string, unknown>>;
    const audience = Array.isArray(aud) ? aud : [aud];
    const isOurs = audience.some((each) => typeof each === "string" && keyOf(each) === key);
    if (active !== true || !isOurs || typeof exp !== "number") return undefined;
    const access = {
      token,
      clientId: String(client_id),
      scopes: typeof scope === "string" && scope !== "" ? scope.split(" ") : [],
      expiresAt: exp,
      resource: new URL(resource),
      extra: { userId: String(sub), ...(typeof username === "string" && { username }) },
    };
    // A token that is bound in another way has a key that no proof has.
    const bound = (cnf as { readonly jkt?: unknown } | null | undefined)?.jkt;
    return { access, jkt: cnf === undefined ? undefined : String(bound) };
  };

  return {
    async find(token) {
      if (token === "" || token.length > MAX_TOKEN) return undefined;
      const now = Date.now();
      const kept = known.get(token);
      let asked = kept !== undefined && kept.until > now ? kept.found : undefined;
      if (asked === undefined) {
        asked = introspect(token);
        known.delete(token);
        known.set(token, { found: asked, until: now + Math.min(cacheMs, MAX_CACHE_MS) });
        const [oldest] = known.keys();
        if (oldest !== undefined && known.size > MAX_KNOWN) known.delete(oldest);
        // A server that is away must not look like a bad token.
        asked.catch(() => known.delete(token));
      }
      const found = await asked;
      const isLive = found !== undefined && found.access.expiresAt * 1000 > Date.now();
      return isLive ? found : undefined;
    },
  };
}

/** Returns a resource as it is compared: host in lower case, without one slash at the end. */
function keyOf(resource: string): string {
  return URL.canParse(resource) ? new URL(resource).href.replace(/\/$/, "") : resource;
}
