import type { ContextValues, Interceptor } from "@connectrpc/connect";
import { createContextKey } from "@connectrpc/connect";
import type { GuardOptions, Verifier } from "./guard.ts";
import { authenticate } from "./guard.ts";
import type { Caller } from "./verification.ts";

export type { GuardOptions, Verifier } from "./guard.ts";

const CALLER = createContextKey<Caller | undefined>(undefined, {
  description: "the verified caller",
});

/**
 * An interceptor for servers: calls with a good token get through, others fail with UNAUTHENTICATED
 * or PERMISSION_DENIED.
 *
 * @example
 * ```ts
 * import { createRouterTransport } from "@connectrpc/connect";
 * import { guard } from "@latchkey/sdk/connect";
 *
 * const guarded = createRouterTransport(() => {}, {
 *   router: { interceptors: [guard(latchkey)] },
 * });
 * console.log(typeof guarded.unary); // function
 * ```
 */
export function guard(latchkey: Verifier, options?: GuardOptions): Interceptor {
  return (next) => async (request) => {
    const given = {
      authorization: request.header.get("authorization"),
      proof: request.header.get("dpop"),
      method: request.requestMethod,
      url: request.url,
    };
    const caller = await authenticate(latchkey, given, { signal: request.signal, ...options });
    request.contextValues.set(CALLER, caller);
    return next(request);
  };
}

/**
 * The caller of a call that the guard let pass.
 *
 * @example
 * ```ts
 * import { createClient, createRouterTransport } from "@connectrpc/connect";
 * import { callerOf, guard } from "@latchkey/sdk/connect";
 * import { UserService } from "@latchkey/sdk/identity";
 *
 * const transport = createRouterTransport(
 *   ({ rpc }) =>
 *     rpc(UserService.method.getUser, (_, context) => ({
 *       user: { username: callerOf(context).username ?? "" },
 *     })),
 *   { router: { interceptors: [guard(latchkey)] } },
 * );
 * const { user } = await createClient(UserService, transport).getUser(
 *   {},
 *   { headers: { authorization: `Bearer ${accessToken}` } },
 * );
 * console.log(user?.username); // ada
 * ```
 */
export function callerOf(context: { readonly values: ContextValues }): Caller {
  const caller = context.values.get(CALLER);
  if (caller === undefined) throw new Error("no guard stands before this call");
  return caller;
}
