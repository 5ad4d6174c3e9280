// What every guard does with a request's Authorization header. It owns whom it lets pass, and must not know which
// framework the request came by.
import { Code, ConnectError } from "@connectrpc/connect";
import { isReason, refusal } from "./errors.ts";
import type { Latchkey } from "./latchkey.ts";
import type { Caller, VerifyOptions } from "./verification.ts";

/** Whom a guard lets pass. */
export interface GuardOptions extends VerifyOptions {
  /** Whether a caller may pass, once it is known who it is; everybody if left out. */
  readonly allow?: ((caller: Caller) => boolean) | undefined;
}

/** What a guard needs of the client. */
export type Verifier = Pick<Latchkey, "verifyToken">;

/** The caller of a request; throws UNAUTHENTICATED or PERMISSION_DENIED, and UNAVAILABLE when nobody can tell. */
export async function authenticate(latchkey: Verifier, authorization: string | null | undefined, { allow, ...options }: GuardOptions = {}): Promise<Caller> {
  if (authorization === null || authorization === undefined || authorization === "") throw refusal("CREDENTIAL_MISSING", Code.Unauthenticated, "a token is needed");
  const token = /^bearer +(\S+)$/i.exec(authorization)?.[1] ?? "";
  const caller = await latchkey.verifyToken(token, options).catch((error: unknown) => {
    if (isReason(error, "TOKEN_INVALID")) throw error;
    // Whatever it is, e.g. this program's own secret being wrong: the caller's token is not to blame.
    throw new ConnectError("the token cannot be verified now", Code.Unavailable, undefined, undefined, error);
  });
  if (allow?.(caller) === false) throw refusal("PERMISSION_DENIED", Code.PermissionDenied, "this caller may not do this");
  return caller;
}
