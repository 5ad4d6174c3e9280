import type { Client } from "@connectrpc/connect";
import { Code, type ConnectError } from "@connectrpc/connect";
import type { JWTPayload, JWTVerifyGetKey } from "jose";
import { errors, jwtVerify } from "jose";
import type { IntrospectResponse, OAuthService } from "../gen/identity/v1/oauth_pb.js";
import type { Limits } from "./calls.ts";
import { repeatable, unlessAborted, within } from "./calls.ts";
import { refusal } from "./errors.ts";
import { checkProof, type ShownProof, UsedProofs } from "./proofs/shown-proof.ts";

/**
 * Who a token belongs to.
 *
 * @example
 * ```ts
 * import type { Caller } from "@latchkey/sdk";
 *
 * const mayRead = ({ kind, scopes }: Caller) => kind === "user" || scopes.includes("profile");
 * console.log(mayRead(await latchkey.verifyToken(accessToken))); // true
 * ```
 */
export interface Caller {
  /**
   * A user with a session of their own, a client that acts for a user who agreed, or one that acts
   * for itself.
   */
  readonly kind: "user" | "delegate" | "client";
  /** The user that the caller is or acts for. */
  readonly userId?: string | undefined;
  readonly username?: string | undefined;
  /** The realm of that user. In another realm, the same name is another user. */
  readonly realm?: string | undefined;
  /** The client that the token was given to. */
  readonly clientId?: string | undefined;
  /** What the client may do; a user's own session has none and needs none. */
  readonly scopes: readonly string[];
  /** The group that the access is for. */
  readonly groupId?: bigint | undefined;
  readonly issuedAt: Date;
  /** Nothing when never. */
  readonly expiresAt?: Date | undefined;
}

/**
 * What a token must be, and how that is found out.
 *
 * @example
 * ```ts
 * import type { VerifyOptions } from "@latchkey/sdk";
 *
 * const options: VerifyOptions = { api: "secretpair", offline: true };
 * console.log((await latchkey.verifyToken(jwt, options)).username); // lin
 * ```
 */
export interface VerifyOptions extends Limits {
  /** The API that the token must be for: `identity` if left out, or a documented one. */
  readonly api?: string | undefined;
  /**
   * Reads JWTs without asking the server: quicker, but a token that was revoked counts as good
   * until it expires. Tokens that are no JWTs are asked about all the same.
   */
  readonly offline?: boolean | undefined;
  /**
   * The proof that came with the token. With it, the token must be bound to the key of the proof;
   * without it, a token that is bound is refused (RFC 9449 section 7).
   */
  readonly dpop?: ShownProof | undefined;
}

export type VerifyToken = (token: string, options?: VerifyOptions) => Promise<Caller>;

export interface VerifierSettings {
  readonly oauth: Client<typeof OAuthService>;
  readonly issuer: string;
  readonly keys: JWTVerifyGetKey;
  readonly timeoutMs: number;
}

/** RFC 6750 section 2.1, and the longest that the contract lets through. */
const TOKEN = /^[\x21-\x7e]{1,4096}$/;
/** Introspection calls these good too, but they are no proof of who calls. */
const REFRESH_TOKEN = /^lkr_/;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

const invalid = (cause?: unknown): ConnectError =>
  refusal(
    "TOKEN_INVALID",
    Code.Unauthenticated,
    "the token is unknown, expired, revoked, or meant for another API",
    cause,
  );

/** Builds the one way to find out whose token it is. */
export function createVerifyToken({
  oauth,
  issuer,
  keys,
  timeoutMs,
}: VerifierSettings): VerifyToken {
  const readJwt = async (token: string, api: string, options: Limits): Promise<Caller> => {
    const rules = {
      issuer,
      audience: api,
      algorithms: ["ES256"],
      requiredClaims: ["sub", "iat", "exp"],
    };
    const verified = within(options.timeoutMs ?? timeoutMs, options.signal, (signal) =>
      unlessAborted(jwtVerify(token, keys, rules), signal),
    );
    const { payload } = await verified.catch((error: unknown) => {
      throw error instanceof errors.JOSEError ? invalid(error) : error;
    });
    return ofJwt(payload);
  };

  const used = new UsedProofs();
  return async (token, { api = "identity", offline = false, dpop, ...options } = {}) => {
    if (!TOKEN.test(token) || REFRESH_TOKEN.test(token)) throw invalid();
    if (offline && dpop === undefined && JWT.test(token)) return readJwt(token, api, options);
    const proof = dpop && (await checkProof(dpop, token));
    const answer = await oauth.introspect({ token }, repeatable(options));
    // RFC 9449 section 7.2: a token that is bound to a key is not enough to know who sends it, and
    // one that isn't bound gains nothing from a proof.
    if (answer.active !== true || answer.aud !== api || answer.cnf?.jkt !== proof?.jkt)
      throw invalid();
    if (proof !== undefined) used.take(proof);
    return ofIntrospection(answer);
  };
}

const date = (seconds: number): Date => new Date(seconds * 1000);

function ofIntrospection({
  sub,
  clientId,
  username,
  realm,
  scope,
  groupId,
  iat,
  exp,
}: IntrospectResponse): Caller {
  const kind = clientId === "" ? "user" : sub === clientId ? "client" : "delegate";
  return {
    kind,
    ...(kind !== "client" && { userId: sub }),
    ...(username !== "" && { username }),
    ...(realm !== "" && { realm }),
    ...(kind !== "user" && { clientId }),
    scopes: scope === "" ? [] : scope.split(" "),
    ...(groupId !== "" && { groupId: BigInt(groupId) }),
    issuedAt: date(iat),
    ...(exp !== 0 && { expiresAt: date(exp) }),
  };
}

function ofJwt({ sub, username, realm, iat = 0, exp = 0 }: JWTPayload): Caller {
  const names = {
    ...(typeof username === "string" && { username }),
    ...(typeof realm === "string" && { realm }),
  };
  return {
    kind: "user",
    userId: sub,
    ...names,
    scopes: [],
    issuedAt: date(iat),
    expiresAt: date(exp),
  };
}
