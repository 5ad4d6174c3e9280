import type { Client } from "../../model.ts";
import type { AuthorizationError } from "../authorization/authorization-error.ts";
import type { Parameters } from "../authorization/parameters.ts";

const invalid = (description: string): AuthorizationError => ({
  code: "invalid_request",
  description,
});

/** Returns whether the FAPI 2.0 Security Profile holds for a client. */
export const isFapi = ({ settings }: Pick<Client, "settings">): boolean =>
  settings.securityProfile === "fapi2";

/** Returns whether a client can't send the parameters of a request by the browser. */
export const mustPush = (client: Pick<Client, "settings">): boolean =>
  client.settings.requirePushedAuthorizationRequests === true || isFapi(client);

/** Returns what is wrong with a valid request of a client whose settings ask for more. */
export function profileError(
  client: Client,
  parameters: Parameters,
  wasPushed: boolean,
): AuthorizationError | undefined {
  if (!wasPushed && mustPush(client))
    return invalid("This client must push its requests (RFC 9126) and send request_uri.");
  if (!isFapi(client)) return undefined;
  // FAPI 2.0 section 5.3.2.2, numbers 5 and 6.
  if (parameters.get("redirect_uri") === "") return invalid("redirect_uri is missing.");
  if (parameters.get("code_challenge") === "")
    return invalid("code_challenge is missing. Use PKCE (RFC 7636) with S256.");
  return undefined;
}
