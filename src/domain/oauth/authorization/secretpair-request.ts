import { callingUser, requireUser } from "../../principal.ts";
import { IdentityError } from "../../errors.ts";
import { redirectTo } from "./client-answer.ts";
import { isApplicationDisabled, type SecretPairs } from "../../legacy/secret-pairs.ts";
import { refuse } from "./outcome.ts";
import { isPlain, isState } from "./parameters.ts";
import type { AuthorizationRequestParser } from "./request-parser.ts";

/** Returns a parser of the requests of applications with a secret pair. */
export function secretpairRequest(
  secretPairs: SecretPairs,
  realm: string,
): AuthorizationRequestParser {
  return async (context, parameters) => {
    const [secretId, redirectUri, state] = [
      parameters.get("secret_id"),
      parameters.get("redirect_uri"),
      parameters.get("state"),
    ];
    if (
      secretId === "" ||
      redirectUri === "" ||
      parameters.contradicts("secret_id", "redirect_uri", "state")
    )
      return refuse(
        "malformed-request",
        "secret_id or redirect_uri is missing, or a parameter has two different values.",
      );
    if (!isPlain(secretId, 128) || !isPlain(redirectUri, 2048) || !isState(state))
      return refuse("malformed-request", "secret_id, redirect_uri or state is malformed.");
    try {
      const client = await secretPairs.check(secretId, redirectUri, callingUser(context.caller));
      const isKnown = client.redirectUris.includes(redirectUri);
      return {
        client,
        realm,
        destination: redirectUri,
        scopes: ["profile"],
        lifetime: "once",
        prompt: new Set(),
        loginHint: "",
        locales: [],
        group: undefined,
        // The first request to an address always asks the user, and a refusal doesn't go there.
        remembers: isKnown,
        fail: isKnown ? ({ code }) => redirectTo(redirectUri, { error: code, state }) : undefined,
        agree: async (asked) =>
          redirectTo(redirectUri, {
            authorization_code: await secretPairs.issueCode(
              asked,
              requireUser(asked.caller),
              secretId,
              redirectUri,
            ),
            state,
          }),
      };
    } catch (error) {
      if (error instanceof IdentityError && isApplicationDisabled(error))
        return refuse("disabled-client");
      if (error instanceof IdentityError && error.reason === "CLIENT_NOT_FOUND")
        return refuse("unknown-client", "secret_id is not that of an application.");
      if (error instanceof IdentityError && error.reason === "REDIRECT_URI_INVALID")
        return refuse(
          "unregistered-redirect-uri",
          "redirect_uri is not registered for this application.",
        );
      if (error instanceof IdentityError && error.reason === "FIELD_INVALID")
        return refuse("malformed-request", error.message);
      throw error;
    }
  };
}
