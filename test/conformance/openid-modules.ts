// The modules of the plans for OpenID providers that Latchkey can be tested by.
import { type Area, named, notOffered, shown } from "./module.ts";

const PROCESSED_OR_REFUSED = "supported-correctly-or-rejected-as-unsupported";
const A_REQUEST = "a %s is processed or refused, never ignored";

const BASIC: Area = {
  title: "Basic: responses and ID tokens",
  modules: [
    ...named(
      "oidcc-",
      "server",
      "server-client-secret-post",
      "response-type-missing",
      "idtoken-signature",
      "idtoken-rs256",
    ),
    notOffered("oidcc-idtoken-unsigned", "an ID token without a signature proves nothing"),
    ...named(
      "oidcc-",
      "ensure-request-without-nonce-succeeds-for-code-flow",
      "alternate-happy-flow",
      "ensure-request-with-unknown-parameter-succeeds",
      "ensure-post-request-succeeds",
      "ensure-registered-redirect-uri",
      "ensure-redirect-uri-in-authorization-request",
      "ensure-request-with-valid-pkce-succeeds",
      "codereuse",
      "codereuse-30seconds",
      "refresh-token",
      "form-post",
    ),
    shown(`oidcc-request-uri-unsigned-${PROCESSED_OR_REFUSED}`, A_REQUEST),
    shown(`oidcc-unsigned-request-object-${PROCESSED_OR_REFUSED}`, A_REQUEST),
    shown(
      "oidcc-ensure-request-object-with-redirect-uri",
      "has all parameters, and those besides it don't count",
    ),
  ],
};

const SIGN_IN: Area = {
  title: "Basic: parameters of the sign-in",
  modules: [
    shown("oidcc-display-page", "oidcc-display-%s"),
    shown("oidcc-display-popup", "oidcc-display-%s"),
    ...named(
      "oidcc-",
      "prompt-login",
      "prompt-none-not-logged-in",
      "prompt-none-logged-in",
      "max-age-1",
      "max-age-10000",
      "id-token-hint",
      "login-hint",
      "ui-locales",
      "claims-locales",
      "ensure-request-with-acr-values-succeeds",
    ),
  ],
};

const USER_INFO: Area = {
  title: "Basic: UserInfo and claims",
  modules: named(
    "oidcc-",
    "userinfo-get",
    "userinfo-post-header",
    "userinfo-post-body",
    "userinfo-rs256",
    "scope-profile",
    "scope-email",
    "scope-address",
    "scope-phone",
    "scope-all",
    "claims-essential",
  ),
};

const CONFIG: Area = {
  title: "Config, and keys",
  modules: [
    shown("oidcc-discovery-endpoint-verification"),
    shown(
      "oidcc-server-rotate-keys",
      "keys rotate: the running server shows the new keys beside the old ones",
    ),
    shown("oidcc-registration-jwks-uri", "registration-jwks-uri"),
    shown("oidcc-refresh-token-rp-key-rotation", "refresh-token-rp-key-rotation"),
    shown(
      "oidcc-ensure-client-assertion-with-iss-aud-succeeds",
      "ensure-client-assertion-with-iss-aud-succeeds",
    ),
  ],
};

const LINKS = "oidcc-registration-logo-uri";
const INITIATED = "oidcc-3rd-party-initiated-login";
const REGISTRATION: Area = {
  title: "Dynamic registration, as far as it needs no implicit grant",
  modules: [
    ...named("oidcc-", "redirect-uri-query-OK", "redirect-uri-query-mismatch"),
    shown("oidcc-redirect-uri-query-added", "oidcc-redirect-uri-query-mismatch, -added"),
    shown("oidcc-redirect-uri-regfrag"),
    shown("oidcc-registration-logo-uri"),
    shown("oidcc-registration-policy-uri", `${LINKS}, -policy-uri`),
    shown("oidcc-registration-tos-uri", `${LINKS}, -policy-uri and -tos-uri`),
    shown("oidcc-registration-sector-uri"),
    shown("oidcc-registration-sector-bad", "oidcc-registration-sector-uri and -sector-bad"),
    shown("oidcc-3rd_party-init-login", INITIATED),
    shown("oidcc-3rd_party-init-login-nohttps", `${INITIATED} and -nohttps`),
  ],
};

const LOGOUT_PREFIX = "oidcc-rp-initiated-logout";
const LOGOUT: Area = {
  title: "Logout",
  modules: [
    shown(LOGOUT_PREFIX, "(the main module)"),
    ...[
      "discovery-endpoint-verification",
      "bad-post-logout-redirect-uri",
      "query-added-to-post-logout-redirect-uri",
      "modified-id-token-hint",
      "bad-id-token-hint",
      "no-id-token-hint",
      "no-params",
      "no-post-logout-redirect-uri",
      "only-state",
      "no-state",
    ].map((name) => shown(`${LOGOUT_PREFIX}-${name}`, `-${name}`)),
    shown("oidcc-backchannel-rp-initiated-logout"),
    notOffered(
      "oidcc-frontchannel-rp-initiated-logout",
      "browsers keep the cookies of other sites from frames; the back channel does it",
    ),
    notOffered(
      "oidcc-session-management-rp-initiated-logout",
      "browsers keep the cookies of other sites from frames; `prompt=none` does it",
    ),
  ],
};

export const OPENID_AREAS: readonly Area[] = [
  BASIC,
  SIGN_IN,
  USER_INFO,
  CONFIG,
  REGISTRATION,
  LOGOUT,
];
