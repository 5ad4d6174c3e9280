import { Code } from "@connectrpc/connect";
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { base64url, errors, jwtVerify } from "jose";
import { refusal } from "./errors.ts";

/**
 * Who signed in, when and how: what an ID token says (OpenID Connect Core section 2).
 *
 * @example
 * ```ts
 * import type { Identity } from "@latchkey/sdk";
 *
 * const isFresh = ({ authenticatedAt }: Identity) =>
 *   authenticatedAt !== undefined && Date.now() - authenticatedAt.getTime() < 60_000;
 * const subject = "0197…";
 * console.log(isFresh({ subject, idToken: "…", claims: {} })); // false
 * ```
 */
export interface Identity {
  /** The user, as this client knows them: the same at every sign-in. */
  readonly subject: string;
  /** When the user signed in. */
  readonly authenticatedAt?: Date | undefined;
  /** The session of the user's browser: logout tokens name it. */
  readonly sessionId?: string | undefined;
  /** Every claim, by its name. */
  readonly claims: Readonly<Record<string, unknown>>;
  /** The token itself, for `id_token_hint`. */
  readonly idToken: string;
}

interface Expected {
  readonly accessToken: string;
  /** The nonce of the request; not for the ID token of a refresh. */
  readonly nonce?: string | undefined;
  /** How many seconds ago the user may have signed in. */
  readonly maxAge?: number | undefined;
}

export type ReadIdToken = (idToken: string, expected: Expected) => Promise<Identity>;

interface ReaderSettings {
  readonly issuer: string;
  readonly clientId: string;
  readonly keys: JWTVerifyGetKey;
}

/** How far the clocks of this program and of the server may differ, in seconds. */
const CLOCK_TOLERANCE = 30;

const invalid = (what: string, cause?: unknown): Error =>
  refusal("TOKEN_INVALID", Code.Unauthenticated, `the ID token is invalid: ${what}`, cause);

/** Builds what checks an ID token as OpenID Connect Core section 3.1.3.7 says. */
export function createReadIdToken({ issuer, clientId, keys }: ReaderSettings): ReadIdToken {
  return async (idToken, expected) => {
    const rules = {
      issuer,
      audience: clientId,
      algorithms: ["RS256", "ES256"],
      requiredClaims: ["sub", "iat", "exp"],
      clockTolerance: CLOCK_TOLERANCE,
    };
    const { payload } = await jwtVerify(idToken, keys, rules).catch((error: unknown) => {
      throw error instanceof errors.JOSEError ? invalid(error.message, error) : error;
    });
    await requireExpected(payload, expected);
    const { sub = "", sid, auth_time: authTime } = payload;
    return {
      subject: sub,
      ...(typeof authTime === "number" && { authenticatedAt: new Date(authTime * 1000) }),
      ...(typeof sid === "string" && { sessionId: sid }),
      claims: payload,
      idToken,
    };
  };
}

async function requireExpected(
  payload: JWTPayload,
  { accessToken, nonce, maxAge }: Expected,
): Promise<void> {
  if (nonce !== undefined && payload["nonce"] !== nonce)
    throw invalid("its nonce is not that of the request");
  const { at_hash: hash, auth_time: authTime } = payload;
  if (hash !== undefined && hash !== (await accessTokenHash(accessToken)))
    throw invalid("it came with another access token");
  if (maxAge === undefined) return;
  if (typeof authTime !== "number" || authTime + maxAge + CLOCK_TOLERANCE < Date.now() / 1000)
    throw invalid("the user signed in too long ago");
}

/** OpenID Connect Core section 3.1.3.6. */
async function accessTokenHash(accessToken: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(accessToken));
  return base64url.encode(new Uint8Array(digest).subarray(0, 16));
}
