// The modules of the plans of FAPI 2.0: Security Profile and Message Signing.
import { type Area, shown } from "./module.ts";

const WITHOUT = "a request without %s is refused";
const VERIFIER = "a code_verifier that is %s is refused";
const IN_A_PROOF = "a proof with %s is accepted";
const LENGTHS = "a nonce of %i characters works";
const BESIDES = "has all parameters, and those besides it don't count";
const WITHOUT_STATE = "without-state and without-nonce work, and none comes back";
const ONLY_ISSUER = "ensure-client-assertion-with-aud-%s-fails";

const FLOW: Area = {
  title: "FAPI 2.0: the flow",
  modules: [
    shown("happy-flow", "happy-flow of two clients by %s"),
    shown(
      "user-rejects-authentication",
      "a refused request gives access_denied with state and iss",
    ),
    shown("discovery-end-point-verification", "fapi2-discovery-end-point-verification"),
    shown("ensure-authorization-request-without-state-success", WITHOUT_STATE),
    shown("ensure-authorization-request-without-nonce-success", WITHOUT_STATE),
    shown("ensure-authorization-request-with-64-char-nonce-success", LENGTHS),
    shown(
      "ensure-authorization-request-with-long-nonce",
      LENGTHS,
      "a long nonce and a long state come back whole",
    ),
    shown(
      "ensure-authorization-request-with-long-state",
      "a long nonce and a long state come back whole",
    ),
    shown("ensure-other-scope-order-succeeds", "oidcc-alternate-happy-flow"),
    shown("ensure-registered-redirect-uri", "an unregistered redirect_uri"),
    shown("ensure-redirect-uri-in-authorization-request", WITHOUT),
    shown("ensure-response-type-token-fails", "response_type token"),
    shown("ensure-response-type-code-id_token-fails", "response_type code id_token"),
    shown(
      "ensure-unsigned-authorization-request-without-using-par-fails",
      "plain parameters without PAR are refused",
    ),
  ],
};

const PAR: Area = {
  title: "FAPI 2.0: pushed authorization requests",
  modules: [
    shown("par-attempt-invalid-http-method", "par-attempt-to-use-http-get-fails"),
    shown("par-authorization-request-containing-request_uri", "with-request_uri"),
    shown(
      "par-authorization-request-containing-request_uri-form-param",
      "par-pushing-a-request_uri-fails",
    ),
    shown("par-attempt-reuse-request_uri"),
    shown("par-attempt-to-use-expired-request_uri", "par-attempt-to-use-expired-request_uri-fails"),
    shown(
      "par-attempt-to-use-request_uri-for-different-client",
      "par-attempt-to-use-request_uri-for-different-client-fails",
    ),
    shown(
      "par-only-client_id-and-request_uri-suffice",
      "happy-flow: 201, and client_id with request_uri is enough",
    ),
    shown("par-pkce-required", "no PKCE"),
    shown("par-plain-pkce-rejected", "plain PKCE"),
  ],
};

const ASSERTIONS: Area = {
  title: "FAPI 2.0: client assertions",
  modules: [
    shown("ensure-signed-client-assertion-with-RS256-fails"),
    shown("ensure-client-assertion-missing-fails"),
    shown("ensure-client-assertion-with-exp-is-5-minutes-in-past-fails", "exp 5 min ago"),
    shown("ensure-client-assertion-with-wrong-aud-fails", "another aud"),
    shown("ensure-client-assertion-with-no-sub-fails", "no sub"),
    shown("ensure-client-assertion-with-nbf-8-seconds-in-the-future-succeeds"),
    shown("ensure-client-assertion-with-nbf-over-60-seconds-ahead-fails", "nbf in 120 s"),
    shown("ensure-client-assertion-with-iat-over-60-seconds-ahead-fails", "iat in 120 s"),
    shown(
      "par-test-array-as-audience-for-client-assertion",
      "ensure-client-assertion-with-aud-array-fails",
    ),
    shown("par-test-par-endpoint-url-as-audience-for-client-assertion", ONLY_ISSUER),
    shown("par-test-token-endpoint-url-as-audience-for-client-assertion", ONLY_ISSUER),
  ],
};

const TOKENS: Area = {
  title: "FAPI 2.0: codes and tokens",
  modules: [
    shown(
      "ensure-authorization-code-is-bound-to-client",
      "a code is bound to its client, and works once",
    ),
    shown(
      "ensure-client-id-in-token-endpoint",
      "two methods, another type and another client_id are refused",
    ),
    shown("ensure-expired-authorization-code-fails", "a code dies after a minute"),
    shown(
      "attempt-reuse-authorization-code-after-one-second",
      "a code is bound to its client, and works once",
    ),
    shown("par-ensure-pkce-code-verifier-required", VERIFIER),
    shown("par-incorrect-pkce-code-verifier-rejected", VERIFIER),
    shown("ensure-holder-of-key-required", "no DPoP at the token endpoint is refused"),
    shown("refresh-token", "a refresh token needs the authentication of its client"),
  ],
};

const DPOP: Area = {
  title: "FAPI 2.0: DPoP",
  modules: [
    shown("check-dpop-proof-iat-within-10-seconds", IN_A_PROOF),
    shown("check-dpop-proof-nbf-exp", IN_A_PROOF),
    shown("ensure-mismatched-dpop_jkt-at-par-fails", "par-dpop_jkt-mismatch-fails"),
    shown("ensure-matching-dpop_jkt-succeeds", "par-dpop_jkt-mismatch-fails"),
    shown(
      "ensure-par-dpop-key-other-than-token-key-fails",
      "par-dpop: the proof binds the code, and another key can't redeem it",
    ),
    shown("ensure-dpop_jkt-other-than-token-key-fails", "dpop_jkt binds the code as well"),
    shown("dpop-negative-tests"),
    shown(
      "access-token-type-header-case-sensitivity",
      "the scheme and the name of the header may be in any case",
    ),
  ],
};

const MESSAGE_SIGNING: Area = {
  title: "FAPI 2.0 Message Signing: request objects",
  modules: [
    shown("ensure-request-object-without-exp-fails", "without-exp"),
    shown("ensure-request-object-without-nbf-fails", "without-nbf"),
    shown("ensure-request-object-with-exp-over-60-fails", "with-exp-over-60-minutes"),
    shown("ensure-request-object-with-nbf-over-60-fails", "with-nbf-over-60-minutes-ago"),
    shown("ensure-request-object-with-nbf-8-seconds-in-the-future-succeeds"),
    shown("ensure-request-object-with-multiple-aud-succeeds"),
    shown("ensure-request-object-with-bad-aud-fails", "with-bad-aud"),
    shown(
      "ensure-request-object-with-invalid-signature-fails",
      "ensure-request-object-with-bad-signature-fails",
    ),
    shown(
      "ensure-request-object-signature-algorithm-is-not-none",
      "ensure-unsigned-request-object-fails",
    ),
    shown(
      "ensure-signed-request-object-with-RS256-fails",
      "ensure-request-object-signed-with-RS256-fails",
    ),
    shown("ensure-unsigned-request-at-par-fails", "ensure-unsigned-request-object-fails"),
    shown("state-only-outside-request-object-not-used", BESIDES),
    shown("nonce-only-outside-request-object-not-used", BESIDES),
  ],
};

export const FAPI_AREAS: readonly Area[] = [FLOW, PAR, ASSERTIONS, TOKENS, DPOP, MESSAGE_SIGNING];
