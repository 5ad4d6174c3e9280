// Sample code with the ids of one application. Words in capitals are placeholders for the
// developer. The code never contains a client secret.
import type { Client } from "../../../domain/model.ts";
import { withQuery } from "../../../domain/oauth/authorization/client-answer.ts";
import { isUserScope } from "../../../domain/oauth/clients/scopes.ts";
import { DEVICE_CODE } from "../../../domain/oauth/grant-types.ts";
import type { Api } from "../../request/dependencies.ts";
import { inJavaScript, inShell as word } from "./quoting.ts";

/** The task of a piece of code. */
export type SnippetName =
  | "sdk"
  | "sdk-device"
  | "sdk-machine"
  | "authorize"
  | "exchange"
  | "user"
  | "introspect"
  | "client-credentials"
  | "grpc"
  | `${Api}-${"sign-in" | "exchange" | "register" | "log-in"}`;

export interface Snippet {
  readonly name: SnippetName;
  readonly code: string;
}

/** What the code depends on. */
export interface SnippetsOf {
  readonly client: Client;
  /** The public URL of the server. */
  readonly issuer: string;
  /** The documented APIs that this server serves. */
  readonly apis: Readonly<Record<Api, { readonly enabled: boolean }>>;
  /** Whether the server offers gRPC reflection. */
  readonly reflection: boolean;
}

const SECRET = "YOUR_CLIENT_SECRET";

/** Formats a command with one argument per line. */
const curl = (url: string, ...dependencies: readonly string[]): string =>
  ["curl " + word(url), ...dependencies].join(" \\\n  ");
const data = (name: string, value: string): string =>
  `--data-urlencode ${word(`${name}=${value}`)}`;

const PLACEHOLDER = "https://YOUR_SITE/callback";

/** Returns the first redirect URI, or a placeholder if there is none. */
const callbackOf = ({ redirectUris }: Pick<Client, "redirectUris">): string =>
  redirectUris[0] ?? PLACEHOLDER;

/** Returns the first redirect URI of a site, or a placeholder. */
export const webCallbackOf = ({ redirectUris }: Client): string =>
  redirectUris.find((uri) => /^https?:/.test(uri)) ?? PLACEHOLDER;

/** Returns the sign-in URL of a documented API, without the values that change each time. */
export function documentedSignIn(
  { client, issuer }: Pick<SnippetsOf, "client" | "issuer">,
  api: Api,
): string | undefined {
  const callback = callbackOf(client);
  switch (api) {
    case "secretpair":
      return withQuery(`${issuer}/oauth/`, { secret_id: client.id, redirect_uri: callback });
    case "zimoxy":
      return withQuery(`${issuer}/oauth2/`, {
        response_type: "code",
        client_id: client.id,
        redirect_uri: callback,
      });
    case "senler":
      return withQuery(`${issuer}/cabinet/OAuth2authorize`, {
        client_id: client.id,
        redirect_uri: callback,
      });
    default:
      return undefined;
  }
}

/** Returns the statement that every piece of the SDK begins with. */
const sdkClient = ({ client, issuer }: SnippetsOf): string =>
  `const latchkey = createLatchkey({
  baseUrl: ${inJavaScript(issuer)},
  clientId: ${inJavaScript(client.id)},${client.public ? "" : `\n  clientSecret: "${SECRET}",`}
});`;

const scopeOf = ({ scopes }: Client): string => scopes.filter(isUserScope).join(" ");

function sdkSignIn(of: SnippetsOf): string {
  const { client } = of;
  const scope = scopeOf(client);
  const scopeLine = scope === "" ? "" : `\n  scope: ${inJavaScript(scope)},`;
  const userOfToken = client.public
    ? 'latchkey.as(accessToken).users.getUser({ userId: "me" })'
    : "latchkey.verifyToken(accessToken)";
  return `import { createLatchkey, type PendingAuthorization } from "@latchkey/sdk";

${sdkClient(of)}

export const begin = () => latchkey.beginAuthorization({
  redirectUri: ${inJavaScript(callbackOf(client))},${scopeLine}
});

export const finish = async (callback: string, pending: PendingAuthorization) => {
  const { accessToken } = await latchkey.finishAuthorization(callback, pending);
  return ${userOfToken};
};`;
}

const sdkDevice = (of: SnippetsOf): string =>
  `import { createLatchkey } from "@latchkey/sdk";

${sdkClient(of)}
const pending = await latchkey.startDevice({ scope: ${inJavaScript(scopeOf(of.client))} });
console.log(\`Open \${pending.verificationUri} and type \${pending.userCode}\`);
const { accessToken } = await latchkey.finishDevice(pending);
console.log((await latchkey.as(accessToken).users.getUser({ userId: "me" })).user);`;

const sdkMachine = (of: SnippetsOf): string =>
  `import { createLatchkey } from "@latchkey/sdk";

${sdkClient(of)}
// It is kept, and renewed when it ends:
export const newHeaders = async () => ({ authorization: \`Bearer \${await latchkey.token()}\` });`;

/** Returns the code with which users sign in by a browser. */
function ofCodeGrant(of: SnippetsOf, authentication: string): readonly Snippet[] {
  const { client, issuer } = of;
  const callback = callbackOf(client);
  const ask = withQuery(`${issuer}/oauth2/authorize`, {
    response_type: "code",
    client_id: client.id,
    redirect_uri: callback,
    scope: scopeOf(client),
    code_challenge_method: "S256",
  });
  return [
    { name: "sdk", code: sdkSignIn(of) },
    {
      name: "authorize",
      code: `verifier=$(openssl rand -hex 32)
challenge=$(printf %s "$verifier" | openssl dgst -sha256 -binary |
  openssl base64 -A | tr '+/' '-_' | tr -d '=')
echo "${ask.replaceAll("&", "\\\n&")}\\
&state=$(openssl rand -hex 16)&code_challenge=$challenge"`,
    },
    {
      name: "exchange",
      code: curl(
        `${issuer}/oauth2/token`,
        authentication,
        "-d grant_type=authorization_code -d code=YOUR_CODE",
        data("redirect_uri", callback),
        '-d code_verifier="$verifier"',
      ),
    },
  ];
}

function standard(of: SnippetsOf): readonly Snippet[] {
  const { client, issuer, reflection } = of;
  const { id, public: isPublic, grantTypes } = client;
  // RFC 6749 section 2.3.1: both halves are form-encoded.
  const authentication = isPublic
    ? data("client_id", id)
    : `-u ${word(`${encodeURIComponent(id)}:${SECRET}`)}`;
  const isCode = grantTypes.includes("authorization_code");
  const isDevice = grantTypes.includes(DEVICE_CODE);
  const isMachine = grantTypes.includes("client_credentials");
  const pieces: readonly (readonly [isShown: boolean, ...snippets: readonly Snippet[]])[] = [
    [isCode, ...ofCodeGrant(of, authentication)],
    [isDevice, { name: "sdk-device", code: sdkDevice(of) }],
    [isMachine && !isCode, { name: "sdk-machine", code: sdkMachine(of) }],
    [
      isCode || isDevice,
      {
        name: "user",
        code: curl(`${issuer}/v1/users/me`, "-H 'Authorization: Bearer YOUR_ACCESS_TOKEN'"),
      },
    ],
    [
      !isPublic,
      {
        name: "introspect",
        code: curl(`${issuer}/oauth2/introspect`, authentication, "-d token=YOUR_ACCESS_TOKEN"),
      },
    ],
    [
      isMachine,
      {
        name: "client-credentials",
        code: curl(`${issuer}/oauth2/token`, authentication, "-d grant_type=client_credentials"),
      },
    ],
    [reflection && (isCode || isDevice), { name: "grpc", code: grpc(issuer) }],
  ];
  return pieces.flatMap(([isShown, ...snippets]) => (isShown ? snippets : []));
}

/** Without TLS, the client must know in advance that the server speaks HTTP/2. */
const grpc = (issuer: string): string =>
  [
    `buf curl --protocol grpc${issuer.startsWith("http:") ? " --http2-prior-knowledge" : ""}`,
    "-H 'Authorization: Bearer YOUR_ACCESS_TOKEN'",
    `-d '{"userId":"me"}'`,
    word(`${issuer}/identity.v1.UserService/GetUser`),
  ].join(" \\\n  ");

function documented(of: SnippetsOf, api: Api): readonly Snippet[] {
  const { client, issuer } = of;
  const signIn = documentedSignIn(of, api);
  const first: readonly Snippet[] =
    signIn === undefined ? [] : [{ name: `${api}-sign-in`, code: signIn }];
  switch (api) {
    case "kokids":
      return [
        {
          name: "kokids-register",
          code: curl(
            `${issuer}/user/create`,
            "-d AccID=acc-1 -d Email=ada@example.com -d UserID=ada -d Password=YOUR_PASSWORD",
            "-d Bundle=com.example.game -d OSInt=0 -d GAID=device-1",
          ),
        },
        {
          name: "kokids-log-in",
          code: curl(
            `${issuer}/user/login`,
            "-d AccID=acc-1 -d Email=ada@example.com -d Password=YOUR_PASSWORD",
          ),
        },
      ];
    case "secretpair":
      return [
        ...first,
        {
          name: "secretpair-exchange",
          code: curl(
            `${issuer}/oauth/`,
            data("secret_id", client.id),
            `-d secret_value=${SECRET}`,
            "-d authorization_code=YOUR_CODE",
          ),
        },
      ];
    case "zimoxy": {
      const key = `-H 'Authorization: ${SECRET}'`;
      return [
        {
          name: "zimoxy-register",
          code: curl(
            `${issuer}/oauth2/register`,
            key,
            "-d login=ada -d password=YOUR_PASSWORD -d email=ada@example.com -d ip=203.0.113.7",
          ),
        },
        {
          name: "zimoxy-log-in",
          code: curl(`${issuer}/oauth2/login`, key, "-d login=ada -d password=YOUR_PASSWORD"),
        },
        ...first,
      ];
    }
    case "senler":
      return [
        ...first,
        {
          name: "senler-exchange",
          code: curl(
            `${issuer}/ajax/cabinet/OAuth2token`,
            data("client_id", client.id),
            `-d client_secret=${SECRET}`,
            data("redirect_uri", callbackOf(client)),
            "-d code=YOUR_CODE",
          ),
        },
      ];
    default:
      return first;
  }
}

/** Returns the code for OAuth 2.0 and gRPC, then that for each documented API. */
export const snippetsOf = (
  of: SnippetsOf,
  apis: readonly Api[],
): readonly { readonly api: Api | undefined; readonly snippets: readonly Snippet[] }[] => [
  { api: undefined, snippets: standard(of) },
  ...apis
    .map((api) => ({ api, snippets: documented(of, api) }))
    .filter(({ snippets }) => snippets.length > 0),
];
