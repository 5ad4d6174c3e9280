import { isReason } from "./errors.ts";
import type { GuardedRequest, NodeRequest } from "./guard.ts";
import { addressOf, readFetchRequest, readNodeRequest } from "./guard.ts";
import { createTokenCache } from "./mcp-tokens.ts";
import type { McpAccess } from "./mcp-tokens.ts";
import { checkProof, PROOF_ALGORITHMS, type ShownProof, UsedProofs } from "./proofs/shown-proof.ts";

export type { McpAccess } from "./mcp-tokens.ts";

/**
 * What an MCP server is, and how it asks Latchkey about tokens. `latchkey mcp protect` prints the
 * values.
 *
 * @example
 * ```ts
 * import type { McpAuthOptions } from "@latchkey/sdk/mcp";
 * import { createMcpAuth } from "@latchkey/sdk/mcp";
 *
 * const options: McpAuthOptions = {
 *   issuer: "http://127.0.0.1:8080",
 *   resource: "https://mcp.example.com/mcp",
 *   scopes: ["mcp:tools"],
 *   clientId: "my-client",
 *   clientSecret: "my-secret",
 *   cacheMs: 10_000,
 * };
 * console.log(createMcpAuth(options).metadata.scopes_supported.join()); // mcp:tools
 * ```
 */
export interface McpAuthOptions {
  /** PUBLIC_URL of the Latchkey server. */
  readonly issuer: string;
  /** The URL of the MCP server, as it is registered. */
  readonly resource: string;
  /** The scopes that every call needs. */
  readonly scopes: readonly string[];
  /** The client that introspects for this MCP server. */
  readonly clientId: string;
  readonly clientSecret: string;
  /** How long what is known of a token is used: up to 30 seconds, 5 if left out; 0 asks always. */
  readonly cacheMs?: number | undefined;
  /** Where this program reaches the Latchkey server, if that is not the issuer. */
  readonly baseUrl?: string | undefined;
  /** How long the Latchkey server may take; 5 seconds if left out. */
  readonly timeoutMs?: number | undefined;
  /**
   * Makes the error that `verifyAccessToken` throws for a bad token, so that the MCP SDK answers
   * with 401: `(message) => new InvalidTokenError(message)`.
   */
  readonly invalidToken?: ((message: string) => Error) | undefined;
  /** Another fetch, e.g. with a proxy. */
  readonly fetch?: typeof globalThis.fetch | undefined;
}

/** RFC 9728 section 2. */
interface ProtectedResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported: readonly string[];
  readonly bearer_methods_supported: readonly string[];
  readonly dpop_signing_alg_values_supported: readonly string[];
}

/** As much of node's IncomingMessage, and of Express's Request, as is needed. */
interface NodeMcpRequest extends NodeRequest {
  auth?: McpAccess | undefined;
}

/** As much of node's ServerResponse as is needed. */
interface NodeMcpResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body?: string): unknown;
}

/**
 * The guard of an MCP server.
 *
 * @example
 * ```ts
 * import type { McpAuth } from "@latchkey/sdk/mcp";
 * import { createMcpAuth } from "@latchkey/sdk/mcp";
 *
 * const auth: McpAuth = createMcpAuth({
 *   issuer: "http://127.0.0.1:8080",
 *   resource: "https://mcp.example.com/mcp",
 *   scopes: ["mcp:tools"],
 *   clientId: "my-client",
 *   clientSecret: "my-secret",
 * });
 * const response = await auth.check(new Request(auth.metadataUrl));
 * console.log(response instanceof Response && response.status); // 200
 * ```
 */
export interface McpAuth {
  /** The metadata of the resource, RFC 9728. */
  readonly metadata: ProtectedResourceMetadata;
  /** Where clients find it. */
  readonly metadataUrl: string;
  /**
   * Returns who may call. Otherwise returns the response: the metadata, or a challenge that tells a
   * client where to get which token (401), or which scopes it lacks (403).
   */
  check(request: Request, scopes?: readonly string[]): Promise<McpAccess | Response>;
  /** A middleware for Express and node:http that does the same, and sets `request.auth`. */
  readonly middleware: (
    request: NodeMcpRequest,
    response: NodeMcpResponse,
    next: () => void,
  ) => Promise<void>;
  /**
   * For `requireBearerAuth` of the MCP SDK. Throws for a token that isn't for this server, or that
   * is bound to a key: `check` and `middleware` see the proof of it.
   */
  verifyAccessToken(token: string): Promise<McpAccess>;
}

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const METADATA_PATH = "/.well-known/oauth-protected-resource";
/** Clients in browsers send this header, so they ask first. */
const CROSS_ORIGIN = {
  "access-control-allow-origin": "*",
  "access-control-allow-headers": "mcp-protocol-version",
};

/**
 * Makes the guard of an MCP server: it publishes where tokens come from, and lets requests pass
 * whose token is for this server.
 *
 * @example
 * ```ts
 * import { createMcpAuth } from "@latchkey/sdk/mcp";
 *
 * const auth = createMcpAuth({
 *   issuer: "http://127.0.0.1:8080",
 *   resource: "https://mcp.example.com/mcp",
 *   scopes: ["mcp:tools"],
 *   clientId: "my-client",
 *   clientSecret: "my-secret",
 * });
 * const response = await auth.check(new Request("https://mcp.example.com/mcp"));
 * console.log(response instanceof Response && response.status); // 401
 * ```
 */
export function createMcpAuth(options: McpAuthOptions): McpAuth {
  const { issuer, resource, scopes, invalidToken = (message) => new Error(message) } = options;
  const tokens = createTokenCache(options);
  const { origin, pathname } = new URL(resource);
  const ownPath = METADATA_PATH + (pathname === "/" ? "" : pathname);
  const metadataUrl = origin + ownPath;
  const metadata: ProtectedResourceMetadata = {
    resource,
    authorization_servers: [issuer],
    scopes_supported: scopes,
    bearer_methods_supported: ["header"],
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
  };

  /** RFC 6750 section 3, RFC 9449 section 7.1, RFC 9728 section 5.1. */
  const challenge = (
    status: number,
    error: string,
    needed: readonly string[],
    scheme = "Bearer",
  ): Answer => {
    const pairs = [
      ...(error === "" ? [] : [`error="${error}"`]),
      ...(scheme === "DPoP" ? [`algs="${PROOF_ALGORITHMS.join(" ")}"`] : []),
      ...(needed.length === 0 ? [] : [`scope="${needed.join(" ")}"`]),
      `resource_metadata="${metadataUrl}"`,
    ];
    return {
      status,
      headers: {
        "content-type": "application/json",
        "cache-control": "no-store",
        "www-authenticate": `${scheme} ${pairs.join(", ")}`,
      },
      body: JSON.stringify(error === "" ? {} : { error }),
    };
  };

  const answerMetadata = (method: string): Answer => {
    if (method === "OPTIONS") return { status: 204, headers: CROSS_ORIGIN };
    const headers = { ...CROSS_ORIGIN, "content-type": "application/json" };
    return { status: 200, headers, body: JSON.stringify(metadata) };
  };

  const used = new UsedProofs();
  /** Returns who a token with a proof is for; without a proof, the token must not be bound. */
  const find = async (
    token: string,
    dpop: ShownProof | undefined,
  ): Promise<McpAccess | undefined> => {
    const proof = dpop && (await checkProof(dpop, token));
    const found = await tokens.find(token);
    if (found === undefined || found.jkt !== proof?.jkt) return undefined;
    if (proof !== undefined) used.take(proof);
    return found.access;
  };

  const decide = async (
    given: GuardedRequest,
    needed: readonly string[],
  ): Promise<McpAccess | Answer> => {
    const { method } = given;
    const authorization = given.authorization ?? "";
    const url = new URL(given.url, origin);
    if (url.pathname === ownPath || url.pathname === METADATA_PATH) return answerMetadata(method);
    // A token in a URL ends up in logs (RFC 6750 section 5.3).
    if (url.searchParams.has("access_token")) return challenge(400, "invalid_request", needed);
    if (authorization === "") return challenge(401, "", needed);
    const [, named, token] = /^(bearer|dpop) +([\x21-\x7e]+)$/i.exec(authorization) ?? [];
    if (token === undefined) return challenge(400, "invalid_request", needed);
    const scheme = named?.toLowerCase() === "dpop" ? "DPoP" : "Bearer";
    const shown = { proof: given.proof ?? "", method, url: addressOf(origin, given.url) };
    let access: McpAccess | undefined;
    try {
      access = await find(token, scheme === "DPoP" ? shown : undefined);
    } catch (error) {
      if (isReason(error, "DPOP_PROOF_INVALID"))
        return challenge(401, "invalid_dpop_proof", needed, scheme);
      const headers = { "content-type": "application/json", "retry-after": "1" };
      return { status: 503, headers, body: '{"error":"temporarily_unavailable"}' };
    }
    if (access === undefined) return challenge(401, "invalid_token", needed, scheme);
    const held = access.scopes;
    return needed.every((scope) => held.includes(scope))
      ? access
      : challenge(403, "insufficient_scope", needed, scheme);
  };

  return {
    metadata,
    metadataUrl,
    async check(request, needed = scopes) {
      const decided = await decide(readFetchRequest(request), needed);
      return isAnswer(decided)
        ? new Response(decided.body ?? null, { status: decided.status, headers: decided.headers })
        : decided;
    },
    middleware: async (request, response, next) => {
      const decided = await decide(readNodeRequest(request), scopes);
      if (!isAnswer(decided)) {
        request.auth = decided;
        return next();
      }
      response.statusCode = decided.status;
      for (const [name, value] of Object.entries(decided.headers)) response.setHeader(name, value);
      response.end(decided.body);
    },
    async verifyAccessToken(token) {
      const access = await find(token, undefined);
      if (access === undefined)
        throw invalidToken("The token is not for this server, or has ended.");
      return access;
    },
  };
}

const isAnswer = (decided: McpAccess | Answer): decided is Answer => "status" in decided;
