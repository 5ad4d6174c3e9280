import { Code, ConnectError } from "@connectrpc/connect";
import { isReason, refusal } from "./errors.ts";
import type { Latchkey } from "./client.ts";
import { PROOF_ALGORITHMS } from "./proofs/shown-proof.ts";
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
export interface GuardOptions extends Omit<VerifyOptions, "dpop"> {
  /**
   * The realm whose users may pass, by themselves or by a client that acts for them; callers of
   * every realm, and clients that act for themselves, if left out.
   */
  readonly realm?: string | undefined;
  /** Whether a caller may pass, once it is known who it is; everybody if left out. */
  readonly allow?: ((caller: Caller) => boolean) | undefined;
  /**
   * The address of this server as its clients know it, `https://api.example`. With it, tokens that
   * are bound to a key are taken too, with the scheme DPoP and a proof for that address. A header
   * of the request must not decide it.
   */
  readonly publicUrl?: string | undefined;
}

/** What a guard reads of a request. */
export interface GuardedRequest {
  readonly authorization: string | null | undefined;
  /** The header DPoP. */
  readonly proof: string | null | undefined;
  readonly method: string;
  /** Its path, perhaps with more around it. */
  readonly url: string;
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

/** As much of node's IncomingMessage as is needed. */
export interface NodeRequest {
  readonly method?: string | undefined;
  readonly url?: string | undefined;
  /** Express keeps here what a router has cut off. */
  readonly originalUrl?: string | undefined;
  readonly headers: {
    readonly authorization?: string | undefined;
    readonly dpop?: string | readonly string[] | undefined;
  };
}

export const readFetchRequest = ({ headers, method, url }: Request): GuardedRequest => ({
  authorization: headers.get("authorization"),
  proof: headers.get("dpop"),
  method,
  url,
});

/** Two headers DPoP are joined, so that they are no proof. */
export const readNodeRequest = (request: NodeRequest): GuardedRequest => ({
  authorization: request.headers.authorization,
  proof: [request.headers.dpop ?? ""].flat().join(),
  method: request.method ?? "GET",
  url: request.originalUrl ?? request.url ?? "/",
});

const BEARER = /^(bearer) +(\S+)$/i;
const BEARER_OR_DPOP = /^(bearer|dpop) +(\S+)$/i;

/** Returns the path of a request at the address that clients know. */
export function addressOf(publicUrl: string, url: string): string {
  const whole = url.startsWith("/") ? `http://localhost${url}` : url;
  const path = URL.canParse(whole) ? new URL(whole).pathname : "/";
  return publicUrl.replace(/\/$/, "") + path;
}

/**
 * Returns the challenge for an error, RFC 6750 section 3 and RFC 9449 section 7.1: of the scheme
 * that the request had, and of the others that it may have.
 */
export function challengeFor(
  error: string,
  authorization: string | null | undefined,
  takesProofs: boolean,
): string {
  const algs = `algs="${PROOF_ALGORITHMS.join(" ")}"`;
  const named = error === "" ? "" : `error="${error}"`;
  if (!takesProofs) return `Bearer ${named}`.trimEnd();
  if (error === "invalid_dpop_proof" || /^dpop /i.test(authorization ?? ""))
    return `DPoP ${[named, algs].filter((each) => each !== "").join(", ")}`;
  return `${`Bearer ${named}`.trimEnd()}, DPoP ${algs}`;
}

/**
 * Returns the caller of a request. Throws UNAUTHENTICATED or PERMISSION_DENIED, and UNAVAILABLE
 * when the token can't be verified now.
 */
export async function authenticate(
  latchkey: Verifier,
  { authorization, proof, method, url }: GuardedRequest,
  { allow, realm, publicUrl, ...options }: GuardOptions = {},
): Promise<Caller> {
  if (authorization === null || authorization === undefined || authorization === "")
    throw refusal("CREDENTIAL_MISSING", Code.Unauthenticated, "a token is needed");
  const schemes = publicUrl === undefined ? BEARER : BEARER_OR_DPOP;
  const [, scheme = "", token = ""] = schemes.exec(authorization) ?? [];
  const dpop =
    publicUrl === undefined || !/^dpop$/i.test(scheme)
      ? undefined
      : { proof: proof ?? "", method, url: addressOf(publicUrl, url) };
  const caller = await latchkey.verifyToken(token, { ...options, dpop }).catch((error: unknown) => {
    if (isReason(error, "TOKEN_INVALID", "DPOP_PROOF_INVALID")) throw error;
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
