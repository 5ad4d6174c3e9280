import type { AuthorizationService, AuthorizationRequest } from "./authorization-service.ts";
import { type AuthorizationError, errorParameters } from "./authorization-error.ts";
import { type ClientAnswer, redirectTo } from "./client-answer.ts";
import { parseGroupId } from "./group-parameter.ts";
import { refuse } from "./outcome.ts";
import { isState } from "./parameters.ts";
import { checkRequest, findDestination, WRONG_RESPONSE_TYPE } from "./oauth2-request.ts";
import type { AuthorizationRequestParser } from "./request-parser.ts";
import { failedAuthorization } from "./request-parser.ts";

/** Returns a parser of the requests of clients of the API, which ask for a key to one group. */
export function senlerRequest(
  authorize: AuthorizationService,
  api: string,
): AuthorizationRequestParser {
  return async (context, parameters) => {
    if (
      parameters.contradicts(
        "client_id",
        "redirect_uri",
        "state",
        "group_id",
        "vk_group_id",
        "response_type",
      )
    )
      return refuse("malformed-request", "A parameter has two different values.");
    const found = await findDestination(authorize, parameters, context);
    if ("kind" in found) return found;
    const { client, redirectUri } = found;
    if (!client.apis.includes(api) || client.public)
      return refuse("unknown-client", "client_id is not that of a client of this API.");
    const state = parameters.get("state");
    const id = parseGroupId(parameters.get("group_id"));
    const vkGroupId = parseGroupId(parameters.get("vk_group_id"));
    if (id === undefined || vkGroupId === undefined || !isState(state))
      return refuse("malformed-request", "group_id, vk_group_id or state is malformed.");
    const locationOf = (error: AuthorizationError): ClientAnswer =>
      redirectTo(redirectUri, { ...errorParameters(error), state });
    const responseType = parameters.get("response_type");
    if (responseType !== "" && responseType !== "code")
      return failedAuthorization(client, WRONG_RESPONSE_TYPE, locationOf(WRONG_RESPONSE_TYPE));
    const request: AuthorizationRequest = {
      clientId: client.id,
      redirectUri,
      scope: "",
      state,
      codeChallenge: "",
      codeChallengeMethod: "",
      groupId: 0n,
      nonce: "",
    };
    const checked = checkRequest(authorize, client, request);
    if ("error" in checked)
      return failedAuthorization(client, checked.error, locationOf(checked.error));
    return {
      client,
      realm: authorize.realmOf(client),
      destination: redirectUri,
      scopes: checked.scopes,
      lifetime: "until-revoked",
      prompt: new Set(),
      loginHint: "",
      locales: [],
      group: { id, vkGroupId },
      remembers: true,
      // The document has no description of a refusal.
      fail: ({ code }) => locationOf({ code, description: "" }),
      agree: async (context, groupId) => {
        const agreed = { client, destination: redirectUri, scopes: checked.scopes };
        const asked = { ...request, groupId };
        const { parameters: given } = await authorize.agree(context, { ...agreed, request: asked });
        return redirectTo(redirectUri, given);
      },
    };
  };
}
