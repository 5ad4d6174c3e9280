import { Code, ConnectError } from "@connectrpc/connect";
import { isReason } from "./errors.ts";
import type { GuardedRequest, GuardOptions, NodeRequest, Verifier } from "./guard.ts";
import { authenticate, challengeFor, readFetchRequest, readNodeRequest } from "./guard.ts";
import type { Caller } from "./verification.ts";

export type { GuardOptions, Verifier } from "./guard.ts";

/** As much of node's ServerResponse as is needed. */
interface NodeResponse {
  statusCode: number;
  setHeader(name: string, value: string): unknown;
  end(body: string): unknown;
}

const HEADERS = { "content-type": "application/json", "cache-control": "no-store" };

interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

function refusalOf(
  error: unknown,
  { authorization }: GuardedRequest,
  { publicUrl }: GuardOptions = {},
): Refusal {
  const challenge = (name: string): string =>
    challengeFor(name, authorization, publicUrl !== undefined);
  const challenged = (status: number, name: string): Refusal => ({
    status,
    headers: { ...HEADERS, "www-authenticate": challenge(name) },
    body: JSON.stringify({ error: name }),
  });
  // RFC 6750 section 3: a request without a token gets a challenge without an error.
  if (isReason(error, "CREDENTIAL_MISSING"))
    return { status: 401, headers: { ...HEADERS, "www-authenticate": challenge("") }, body: "{}" };
  if (isReason(error, "DPOP_PROOF_INVALID")) return challenged(401, "invalid_dpop_proof");
  switch (ConnectError.from(error).code) {
    case Code.Unauthenticated:
      return challenged(401, "invalid_token");
    case Code.PermissionDenied:
      return challenged(403, "insufficient_scope");
    default:
      return {
        status: 503,
        headers: { ...HEADERS, "retry-after": "1" },
        body: JSON.stringify({ error: "temporarily_unavailable" }),
      };
  }
}

/**
 * Puts a guard before a handler of fetch's Request, which gets the caller too. For workers, Deno,
 * Bun and all that speaks fetch; what else the platform gives is passed on.
 *
 * @example
 * ```ts
 * import { guardFetch } from "@latchkey/sdk/http";
 *
 * const handler = guardFetch(latchkey, (request, caller) =>
 *   Response.json({ hello: caller.username }),
 * );
 * const response = await handler(
 *   new Request("https://app.example/", {
 *     headers: { authorization: `Bearer ${accessToken}` },
 *   }),
 * );
 * console.log(response.status, await response.text()); // 200 {"hello":"ada"}
 * ```
 */
export function guardFetch<Rest extends readonly unknown[]>(
  latchkey: Verifier,
  handler: (request: Request, caller: Caller, ...rest: Rest) => Response | Promise<Response>,
  options?: GuardOptions,
): (request: Request, ...rest: Rest) => Promise<Response> {
  return async (request, ...rest) => {
    const given = readFetchRequest(request);
    let caller: Caller;
    try {
      caller = await authenticate(latchkey, given, { signal: request.signal, ...options });
    } catch (error) {
      const { status, headers, body } = refusalOf(error, given, options);
      return new Response(body, { status, headers });
    }
    return handler(request, caller, ...rest);
  };
}

const CALLERS = new WeakMap<NodeRequest, Caller>();

/**
 * A middleware for Express, Connect and node:http: requests with a good token go on, others are
 * answered.
 *
 * @example
 * ```ts
 * import { callerOf, guardNode } from "@latchkey/sdk/http";
 *
 * const middleware = guardNode(latchkey, { allow: ({ kind }) => kind === "user" });
 * const request = { headers: { authorization: `Bearer ${accessToken}` } };
 * const response = { statusCode: 200, setHeader: () => {}, end: () => {} };
 * await middleware(request, response, () => console.log(callerOf(request).username)); // ada
 * ```
 */
export function guardNode(
  latchkey: Verifier,
  options?: GuardOptions,
): (request: NodeRequest, response: NodeResponse, next: () => void) => Promise<void> {
  return async (request, response, next) => {
    const given = readNodeRequest(request);
    try {
      CALLERS.set(request, await authenticate(latchkey, given, options));
    } catch (error) {
      const { status, headers, body } = refusalOf(error, given, options);
      response.statusCode = status;
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
      response.end(body);
      return;
    }
    next();
  };
}

/**
 * The caller of a request that guardNode let pass.
 *
 * @example
 * ```ts
 * import { callerOf } from "@latchkey/sdk/http";
 *
 * try {
 *   callerOf({ headers: {} });
 * } catch (error) {
 *   console.log(String(error)); // Error: no guard stands before this request
 * }
 * ```
 */
export function callerOf(request: NodeRequest): Caller {
  const caller = CALLERS.get(request);
  if (caller === undefined) throw new Error("no guard stands before this request");
  return caller;
}
