// The parameters of OpenID Connect Core section 3.1.2.1 in an authorization request.
import { SECOND } from "../../durations.ts";
import type { Client } from "../../model.ts";
import type { AuthorizationError } from "../authorization/authorization-error.ts";
import type { Parameters } from "../authorization/parameters.ts";
import type { ClaimsRequest } from "../terms.ts";
import { PASSWORD_ACR } from "./authentication-context.ts";
import { demandedValues, parseClaims } from "./claims-request.ts";
import type { IdTokenHint, IdTokenHints } from "./id-token-hints.ts";

/** What a request says of the sign-in. */
export interface OpenIdRequest {
  readonly nonce: string;
  /** How long ago the user may have signed in. */
  readonly maxAgeMs: number | undefined;
  readonly claims: ClaimsRequest | undefined;
  /** The only subject that may answer, as the client knows it. */
  readonly subject: string | undefined;
}

const invalid = (description: string): { readonly error: AuthorizationError } => ({
  error: { code: "invalid_request", description },
});

/** Reads the parameters, or returns the error of a wrong one. */
export async function openIdRequest(
  hints: IdTokenHints,
  client: Client,
  parameters: Parameters,
): Promise<OpenIdRequest | { readonly error: AuthorizationError }> {
  const maxAge = parameters.get("max_age");
  if (!/^\d{0,9}$/.test(maxAge)) return invalid("max_age must be a number of seconds.");
  const claims = parameters.get("claims") === "" ? {} : parseClaims(parameters.get("claims"));
  if (claims === undefined)
    return invalid("claims must be a JSON object of OpenID Connect Core section 5.5.");
  const acrs = demandedValues(claims.id_token?.["acr"]);
  if (acrs !== undefined && !acrs.includes(PASSWORD_ACR))
    return {
      error: {
        code: "unmet_authentication_requirements",
        description: `The only acr is ${PASSWORD_ACR}.`,
      },
    };
  const hint = await hintOf(hints, client, parameters.get("id_token_hint"));
  if (hint === "invalid")
    return invalid("id_token_hint must be an ID token that this server issued to this client.");
  const named = claims.id_token?.["sub"]?.value;
  const subject = hint?.sub ?? (typeof named === "string" ? named : undefined);
  if (typeof named === "string" && named !== subject)
    return invalid("claims and id_token_hint name two different users.");
  const seconds = maxAge === "" ? client.settings.defaultMaxAge : Number(maxAge);
  return {
    nonce: parameters.get("nonce"),
    maxAgeMs: seconds === undefined ? undefined : seconds * SECOND,
    claims: Object.keys(claims).length === 0 ? undefined : claims,
    subject,
  };
}

async function hintOf(
  hints: IdTokenHints,
  client: Client,
  token: string,
): Promise<IdTokenHint | "invalid" | undefined> {
  if (token === "") return undefined;
  const hint = await hints.read(token);
  return hint?.aud === client.id ? hint : "invalid";
}
