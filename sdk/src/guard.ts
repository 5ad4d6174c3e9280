import { Code, ConnectError } from "@connectrpc/connect";
import { isReason, refusal } from "./errors.ts";
import type { Latchkey } from "./client.ts";
import type { Caller, VerifyOptions } from "./verification.ts";

/**
 * Whom a guard lets pass.
 *
 * @example
 * ```ts
 * import type { GuardOptions } from "@latchkey/sdk/http";
 * import { guardFetch } from "@latchkey/sdk/http";
 *
 * const clientsOnly: GuardOptions = { allow: ({ kind }) => kind === "client" };
 * const handler = guardFetch(latchkey, () => new Response("welcome"), clientsOnly);
 * const response = await handler(
 *   new Request("https://app.example/", {
 *     headers: { authorization: `Bearer ${accessToken}` },
 *   }),
 * );
 * console.log(response.status); // 403
 * ```
 */
export interface GuardOptions extends VerifyOptions {
  /**
   * The realm whose users may pass, by themselves or by a client that acts for them; callers of
   * every realm, and clients that act for themselves, if left out.
   */
  readonly realm?: string | undefined;
  /** Whether a caller may pass, once it is known who it is; everybody if left out. */
  readonly allow?: ((caller: Caller) => boolean) | undefined;
}

/**
 * The part of the client that a guard needs. Tests can replace it.
 *
 * @example
 * ```ts
 * import type { Verifier } from "@latchkey/sdk/http";
 * import { guardFetch } from "@latchkey/sdk/http";
 *
 * const trusting: Verifier = {
 *   verifyToken: async (token) => ({
 *     kind: "user",
 *     username: token,
 *     scopes: [],
 *     issuedAt: new Date(),
 *   }),
 * };
 * const handler = guardFetch(trusting, (_, { username }) => new Response(username ?? null));
 * const response = await handler(
 *   new Request("https://app.example/", { headers: { authorization: "Bearer grace" } }),
 * );
 * console.log(await response.text()); // grace
 * ```
 */
export type Verifier = Pick<Latchkey, "verifyToken">;

/**
 * Returns the caller of a request. Throws UNAUTHENTICATED or PERMISSION_DENIED, and UNAVAILABLE
 * when the token can't be verified now.
 */
export async function authenticate(
  latchkey: Verifier,
  authorization: string | null | undefined,
  { allow, realm, ...options }: GuardOptions = {},
): Promise<Caller> {
  if (authorization === null || authorization === undefined || authorization === "")
    throw refusal("CREDENTIAL_MISSING", Code.Unauthenticated, "a token is needed");
  const token = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
  const caller = await latchkey.verifyToken(token, options).catch((error: unknown) => {
    if (isReason(error, "TOKEN_INVALID")) throw error;
    // Any other failure, e.g. a wrong secret of this program, is not the caller's fault.
    throw new ConnectError(
      "the token cannot be verified now",
      Code.Unavailable,
      undefined,
      undefined,
      error,
    );
  });
  if ((realm !== undefined && caller.realm !== realm) || allow?.(caller) === false)
    throw refusal("PERMISSION_DENIED", Code.PermissionDenied, "this caller may not do this");
  return caller;
}
