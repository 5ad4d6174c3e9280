/** An authorization response on its way to the client through the browser. */
export type ClientAnswer =
  /** The parameters are in the query of the redirect URI, RFC 6749 section 4.1.2. */
  | { readonly kind: "redirect"; readonly location: string }
  /** A page posts them to the redirect URI, OAuth 2.0 Form Post Response Mode. */
  | {
      readonly kind: "form-post";
      readonly action: string;
      readonly parameters: readonly (readonly [string, string])[];
    };

/** How a client wants the response, OAuth 2.0 Multiple Response Type Encoding Practices. */
export const RESPONSE_MODES = ["query", "form_post"] as const;
export type ResponseMode = (typeof RESPONSE_MODES)[number];

/** Returns the answer with the parameters that are not empty. */
export function clientAnswer(
  mode: ResponseMode,
  redirectUri: string,
  parameters: Readonly<Record<string, string>>,
): ClientAnswer {
  if (mode === "query") return redirectTo(redirectUri, parameters);
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  return { kind: "form-post", action: redirectUri, parameters: given };
}

/** Returns a redirect with the parameters that are not empty. */
export const redirectTo = (
  redirectUri: string,
  parameters: Readonly<Record<string, string>>,
): ClientAnswer => ({ kind: "redirect", location: withQuery(redirectUri, parameters) });

/** Adds the parameters that are not empty to the URI, which otherwise stays byte for byte. */
export function withQuery(uri: string, parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  return `${uri}${uri.includes("?") ? "&" : "?"}${new URLSearchParams(given)}`;
}
