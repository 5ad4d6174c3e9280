// The pages to which clients send browsers. They are no RPC methods, so no descriptor has them.
import type { JsonObject } from "@bufbuild/protobuf";

interface BrowserEndpoint {
  /** The first one is the documented one. */
  readonly paths: readonly string[];
  readonly name: string;
  readonly description: string;
  /** By name. */
  readonly parameters: Readonly<Record<string, readonly [required: boolean, description: string]>>;
  /** Descriptions by status. */
  readonly responses: Readonly<Record<string, string>>;
}

const PAGE = "The next page: sign-in, choice of a community, or consent.";
const REFUSAL = "An error page. The server redirects to no URI that it can't trust.";
/** The responses of every page. */
const ALWAYS: BrowserEndpoint["responses"] = {
  429: "A page: too many attempts. `retry-after` says when to try again.",
  500: "A page: an unexpected error of the server.",
  503: "A page: the server can't reach its database.",
};

/** The endpoints by their service. */
const ENDPOINTS: Readonly<Record<string, readonly BrowserEndpoint[]>> = {
  "identity.v1.OAuthService": [
    {
      paths: ["/oauth2/authorize", "/oauth2/"],
      name: "AuthorizationEndpoint",
      description:
        "RFC 6749 section 4.1.1, with PKCE of RFC 7636 and `iss` of RFC 9207. " +
        "Send the user's browser here. It comes back to the redirect URI " +
        "with `code`, `state` and `iss`, or with `error`.",
      parameters: {
        response_type: [true, "`code`."],
        client_id: [true, "The client."],
        redirect_uri: [
          false,
          "Exactly one of the registered redirect URIs. Optional when only one is registered.",
        ],
        scope: [false, "Space-separated. Without it, all scopes that the client may request."],
        state: [false, "Comes back unchanged."],
        code_challenge: [
          false,
          "RFC 7636 section 4.2. Required, except for clients of a documented API " +
            "that authenticate with a secret.",
        ],
        code_challenge_method: [false, "`S256`."],
        prompt: [false, "`none`, or any of `login`, `consent`, `select_account`."],
        login_hint: [false, "The user name or the e-mail address of the expected user."],
        ui_locales: [false, "Languages, the best first."],
        group_id: [
          false,
          "The community that the access is for. If the user doesn't administer it, the user " +
            "chooses another one.",
        ],
      },
      responses: { 200: PAGE, 303: "Back to the client.", 400: REFUSAL },
    },
  ],
  "legacy.secretpair.v1.SecretpairService": [
    {
      paths: ["/oauth/", "/oauth"],
      name: "Begin",
      description:
        "The first step of an application. Checks the request and redirects to the sign-in page.",
      parameters: {
        secret_id: [true, "The application."],
        redirect_uri: [true, "The URI that gets the code."],
        state: [false, "Comes back unchanged."],
      },
      responses: {
        302: "To the sign-in page.",
        400: REFUSAL,
        404: "A page: the application doesn't exist.",
      },
    },
    {
      paths: ["/login/", "/login"],
      name: "SignInPage",
      description:
        "The sign-in page. After the sign-in and the consent, the browser goes to the redirect " +
        "URI with `authorization_code` and `state`. Without parameters, the page only signs in.",
      parameters: {
        secret_id: [false, "The application."],
        redirect_uri: [false, "The URI that gets the code."],
        state: [false, "Comes back unchanged."],
      },
      responses: { 200: PAGE, 303: "Back to the client.", 400: REFUSAL },
    },
  ],
  "legacy.senler.v1.SenlerService": [
    {
      paths: ["/cabinet/OAuth2authorize"],
      name: "Authorize",
      description:
        "The user signs in, chooses the community and consents. The browser goes to the redirect " +
        "URI with `code`, `state` and `group_id`, or with `error`.",
      parameters: {
        client_id: [true, "The application."],
        redirect_uri: [true, "Exactly one of the registered redirect URIs."],
        state: [false, "Comes back unchanged."],
        group_id: [false, "The community. Without it, the user chooses."],
        vk_group_id: [false, "The user can choose only the community with this number at VK."],
        response_type: [false, "`code`."],
      },
      responses: { 200: PAGE, 303: "Back to the client.", 400: REFUSAL },
    },
  ],
};

/** Returns the operations of a service's browser endpoints, each with its path. */
export function browserOperations({
  typeName,
  name: tag,
}: {
  readonly typeName: string;
  readonly name: string;
}): { readonly path: string; readonly operation: JsonObject }[] {
  return (ENDPOINTS[typeName] ?? []).flatMap((endpoint) =>
    endpoint.paths.map((path, index) => ({
      path,
      operation: {
        operationId: `${tag}${endpoint.name}${index === 0 ? "" : index + 1}`,
        tags: [tag],
        summary: `For browsers: ${endpoint.name}`,
        description: endpoint.description,
        security: [],
        parameters: Object.entries(endpoint.parameters).map(([name, [required, description]]) => ({
          name,
          in: "query",
          description,
          ...(required ? { required } : {}),
          schema: { type: "string" },
        })),
        responses: Object.fromEntries(
          Object.entries({ ...endpoint.responses, ...ALWAYS }).map(([status, description]) => [
            status,
            responseOf(status, description),
          ]),
        ),
      },
    })),
  );
}

function responseOf(status: string, description: string): JsonObject {
  if (!status.startsWith("3"))
    return { description, content: { "text/html": { schema: { type: "string" } } } };
  return {
    description,
    headers: { location: { schema: { type: "string", format: "uri-reference" } } },
  };
}
