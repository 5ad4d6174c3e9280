/**
 * The authentication context class of a sign-in by a password, which is the only one that there is.
 * OpenID Connect Core section 2 lets the provider choose the values of `acr`.
 */
export const PASSWORD_ACR = "urn:latchkey:acr:password";

/** Returns the `acr` of a sign-in by these methods; undefined if none is known. */
export const acrOf = (amr: readonly string[] | undefined): string | undefined =>
  amr?.includes("pwd") === true ? PASSWORD_ACR : undefined;
