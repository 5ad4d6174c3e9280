// The addresses that applications send browsers to. They are pages and no methods, so that no
// descriptor knows them; it owns what an application has to know of each, and must not know the
// pages.
import type { JsonObject } from "@bufbuild/protobuf";

interface Way {
  /** The first is the documented one. */
  readonly paths: readonly string[];
  readonly name: string;
  readonly description: string;
  /** By name; whether it is needed, and what it is. */
  readonly parameters: Readonly<Record<string, readonly [required: boolean, description: string]>>;
  /** By status. */
  readonly answers: Readonly<Record<string, string>>;
}

const PAGE = "The next page: signing in, choosing, agreeing.";
const REFUSAL = "A page that says what is wrong: nothing that can't be trusted is redirected to.";
/** What every page can answer. */
const ALWAYS: Way["answers"] = {
  429: "A page: too many tries; `retry-after` says when to come back.",
  500: "A page: a fault of ours.",
  503: "A page: the database is out of reach.",
};

/** The ways by the service that they belong to. */
const WAYS: Readonly<Record<string, readonly Way[]>> = {
  "identity.v1.OAuthService": [
    {
      paths: ["/oauth2/authorize", "/oauth2/"],
      name: "AuthorizationEndpoint",
      description:
        "RFC 6749 section 4.1.1, with PKCE of RFC 7636 and `iss` of RFC 9207. Send the user's browser here; it comes back to the redirect URI with `code`, `state` and `iss`, or with `error`.",
      parameters: {
        response_type: [true, "`code`."],
        client_id: [true, "The client."],
        redirect_uri: [
          false,
          "One of the registered ones, exactly; may be left out when there is one only.",
        ],
        scope: [false, "Space-separated; empty is everything that the client may ask for."],
        state: [false, "Comes back as it is."],
        code_challenge: [
          false,
          "RFC 7636 section 4.2: needed unless the client authenticates with a secret and is of a documented API.",
        ],
        code_challenge_method: [false, "`S256`."],
        prompt: [false, "`none`, or any of `login`, `consent`, `select_account`."],
        login_hint: [false, "The name or the e-mail address of whoever is expected."],
        ui_locales: [false, "Languages, the best first."],
      },
      answers: { 200: PAGE, 303: "Back to the application.", 400: REFUSAL },
    },
  ],
  "legacy.secretpair.v1.SecretpairService": [
    {
      paths: ["/oauth/", "/oauth"],
      name: "Begin",
      description:
        "The first step of an application: checks the request and leads to the sign-in page.",
      parameters: {
        secret_id: [true, "The application."],
        redirect_uri: [true, "Where the code is to be sent."],
        state: [false, "Comes back as it is."],
      },
      answers: {
        302: "To the sign-in page.",
        400: REFUSAL,
        404: "A page: there is no such application.",
      },
    },
    {
      paths: ["/login/", "/login"],
      name: "SignInPage",
      description:
        "The sign-in page; after it and the agreement the browser goes to the redirect URI with `authorization_code` and `state`. Without parameters it only signs in.",
      parameters: {
        secret_id: [false, "The application."],
        redirect_uri: [false, "Where the code is to be sent."],
        state: [false, "Comes back as it is."],
      },
      answers: { 200: PAGE, 303: "Back to the application.", 400: REFUSAL },
    },
  ],
  "legacy.senler.v1.SenlerService": [
    {
      paths: ["/cabinet/OAuth2authorize"],
      name: "Authorize",
      description:
        "Signing in, choosing the community, agreeing. The browser goes to the redirect URI with `code`, `state` and `group_id`, or with `error`.",
      parameters: {
        client_id: [true, "The application."],
        redirect_uri: [true, "One of the registered ones, exactly."],
        state: [false, "Comes back as it is."],
        group_id: [false, "The community; without it the user chooses."],
        vk_group_id: [false, "Only the community with this number at VK can be chosen."],
        response_type: [false, "`code`."],
      },
      answers: { 200: PAGE, 303: "Back to the application.", 400: REFUSAL },
    },
  ],
};

/** The operations of a service's ways, each with its path. */
export function browserOperations({
  typeName,
  name: tag,
}: {
  readonly typeName: string;
  readonly name: string;
}): { readonly path: string; readonly operation: JsonObject }[] {
  return (WAYS[typeName] ?? []).flatMap((way) =>
    way.paths.map((path, index) => ({
      path,
      operation: {
        operationId: `${tag}${way.name}${index === 0 ? "" : index + 1}`,
        tags: [tag],
        summary: `For browsers: ${way.name}`,
        description: way.description,
        security: [],
        parameters: Object.entries(way.parameters).map(([name, [required, description]]) => ({
          name,
          in: "query",
          description,
          ...(required ? { required } : {}),
          schema: { type: "string" },
        })),
        responses: Object.fromEntries(
          Object.entries({ ...way.answers, ...ALWAYS }).map(([status, description]) => [
            status,
            answerOf(status, description),
          ]),
        ),
      },
    })),
  );
}

function answerOf(status: string, description: string): JsonObject {
  if (!status.startsWith("3"))
    return { description, content: { "text/html": { schema: { type: "string" } } } };
  return {
    description,
    headers: { location: { schema: { type: "string", format: "uri-reference" } } },
  };
}
