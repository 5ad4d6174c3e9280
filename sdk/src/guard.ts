// What every guard does with a request's Authorization header. It owns whom it lets pass, and must
// not know which framework the request came by.
import { Code, ConnectError } from "@connectrpc/connect";
import { isReason, refusal } from "./errors.ts";
import type { Latchkey } from "./latchkey.ts";
import type { Caller, VerifyOptions } from "./verification.ts";

/**
 * Whom a guard lets pass.
 *
 * @example
 * import type { GuardOptions } from "@latchkey/sdk/http";
 * import { guardFetch } from "@latchkey/sdk/http";
 *
 * const clientsOnly: GuardOptions = { allow: ({ kind }) => kind === "client" }; const handler =
 * guardFetch(latchkey, () => new Response("welcome"), clientsOnly); const response = await
 * handler(new Request("https://app.example/", { headers: { authorization: `Bearer ${accessToken}` }
 * })); console.log(response.status); // 403
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
 * What a guard needs of the client; for tests, somebody who knows everybody will do.
 *
 * @example
 * import type { Verifier } from "@latchkey/sdk/http";
 * import { guardFetch } from "@latchkey/sdk/http";
 *
 * const trusting: Verifier = { verifyToken: async (token) => ({ kind: "user", username: token,
 * scopes: [], issuedAt: new Date() }) }; const handler = guardFetch(trusting, (_, { username }) =>
 * new Response(username ?? null)); const response = await handler(new
 * Request("https://app.example/", { headers: { authorization: "Bearer grace" } }));
 * console.log(await response.text()); // grace
 */
export type Verifier = Pick<Latchkey, "verifyToken">;

/**
 * The caller of a request; throws UNAUTHENTICATED or PERMISSION_DENIED, and UNAVAILABLE when nobody
 * can tell.
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
    // Whatever it is, e.g. this program's own secret being wrong: the caller's token is not to
    // blame.
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
