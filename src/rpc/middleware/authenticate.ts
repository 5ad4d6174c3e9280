import { IdentityError } from "../../domain/errors.ts";
import { dpopChallenge, type DpopProofs } from "../../domain/oauth/proofs/dpop.ts";
import type { Authentication } from "../../domain/sessions/authentication.ts";
import type { Call, Middleware } from "../call.ts";
import { credentialOf } from "./credential.ts";

/**
 * Finds the principal by the Authorization header. A method with `access.anyone` reads its own
 * credentials, if any: a client's Basic, or a token of a documented API.
 */
export function authenticate(authentication: Authentication, dpop: DpopProofs): Middleware {
  // A stream passes again and again with one proof, which is valid once.
  const proven = new WeakMap<Call, Promise<void>>();
  const prove = (call: Call, token: string, boundTo: string): Promise<void> => {
    const work = proven.get(call) ?? dpop.require(call.proof, token, boundTo);
    proven.set(call, work);
    return work;
  };
  return async (call, next) => {
    if (!call.endpoint.access.anyone) {
      const authorization = credentialOf(call);
      call.caller = await authentication
        .callerOfHeader(authorization, call.endpoint.api, (token, boundTo) =>
          prove(call, token, boundTo),
        )
        .catch((error: unknown) => {
          challenge(call, authorization, error);
          throw error;
        });
    }
    return next();
  };
}

/** Says how to send a bound token, RFC 9449 section 7.1. */
function challenge(call: Call, authorization: string | undefined, error: unknown): void {
  if (!(error instanceof IdentityError) || !/^dpop /i.test(authorization ?? "")) return;
  if (error.reason === "DPOP_PROOF_INVALID")
    call.arrival.setHeader("www-authenticate", dpopChallenge("invalid_dpop_proof"));
  if (error.reason === "TOKEN_INVALID")
    call.arrival.setHeader("www-authenticate", dpopChallenge("invalid_token"));
}
