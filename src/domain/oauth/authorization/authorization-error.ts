/** An error of an authorization request, RFC 6749 section 4.1.2.1. */
export interface AuthorizationError {
  /** The code for programs. */
  readonly code: string;
  /** For the developer of the client: what is wrong, and what to do. */
  readonly description: string;
}

/** The characters that a description must not have. */
const NOT_ALLOWED = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

/** Returns the parameters of the response. An empty description is left out. */
export const errorParameters = ({
  code,
  description,
}: AuthorizationError): Readonly<Record<string, string>> => ({
  error: code,
  error_description: description.replaceAll(NOT_ALLOWED, "?"),
});

/** The user's refusal. */
export const ACCESS_DENIED: AuthorizationError = {
  code: "access_denied",
  description: "The user has refused the request.",
};

/** What prompt=none forbids to ask, OpenID Connect Core section 3.1.2.6. */
export const LOGIN_REQUIRED: AuthorizationError = {
  code: "login_required",
  description: "The user is not signed in. Ask again without prompt=none.",
};
/** OpenID Connect Core section 3.1.2.1, `id_token_hint`. */
export const OTHER_USER: AuthorizationError = {
  code: "login_required",
  description: "Another user than the expected one has signed in.",
};
export const CONSENT_REQUIRED: AuthorizationError = {
  code: "consent_required",
  description: "The user has not agreed to this request. Ask again without prompt=none.",
};
export const INTERACTION_REQUIRED: AuthorizationError = {
  code: "interaction_required",
  description: "The user must choose a group. Ask again without prompt=none.",
};
