// What the SDK's examples take for given: a client, two users and a browser. It owns these, as code
// for the partner's project, and must not know the examples.
import type { UsedServer } from "../use-server.ts";

const PASSWORD = "correct horse battery";
const REDIRECT_URI = "https://app.example/callback";

/** Registers on the server what the examples need; answers the environment of the code below. */
export async function register({
  administrator,
  url,
}: UsedServer): Promise<Record<string, string>> {
  const { client, clientSecret } = await administrator.oauth.createClient({
    client: {
      name: "SDK",
      grantTypes: [
        "client_credentials",
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
      ],
      scopes: [
        "openid",
        "profile",
        "introspect",
        "users.read",
        "users.write",
        "users.revoke",
        "audit.read",
        "branding.read",
        "predecessors.read",
        "resources.read",
      ],
      redirectUris: [REDIRECT_URI],
    },
  });
  for (const username of ["ada", "lin"])
    await administrator.users.createUser({
      username,
      email: `${username}@example.com`,
      password: PASSWORD,
    });
  return { BASE_URL: url, CLIENT_ID: client!.id, CLIENT_SECRET: clientSecret };
}

/** Types of what is given. */
export const DECLARATIONS = `
import type { Latchkey } from "@latchkey/sdk";
declare global {
  const latchkey: Latchkey;
  const accessToken: string;
  const refreshToken: string;
  const jwt: string;
  const ada: { readonly id: string };
  function agree(url: string): Promise<string>;
}
`;

/** Makes it, then runs every example and prints as JSON what each of them printed. */
export const RUNNER = `
import { createLatchkey } from "@latchkey/sdk";
const { BASE_URL: baseUrl, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret } = process.env;
const latchkey = createLatchkey({ baseUrl, clientId, clientSecret });
const { accessToken, user: ada } = await latchkey.users.signIn({
  identifier: { case: "username", value: "ada" }, password: "${PASSWORD}",
});
const agree = async (url) => {
  const asked = Object.fromEntries(new URL(url).searchParams);
  const { redirectUri } = await latchkey.as(accessToken).oauth.authorize({
    clientId: asked.client_id, redirectUri: asked.redirect_uri,
    scope: asked.scope ?? "", state: asked.state,
    codeChallenge: asked.code_challenge, codeChallengeMethod: asked.code_challenge_method,
    nonce: asked.nonce ?? "",
  });
  return redirectUri;
};
const begun = await latchkey.beginAuthorization({ redirectUri: "${REDIRECT_URI}" });
const { refreshToken } = await latchkey.finishAuthorization(await agree(begun.url), begun.pending);
const login = await fetch(baseUrl + "/login/", {
  method: "POST", body: new URLSearchParams({ username: "lin", password: "${PASSWORD}" }),
});
const { data } = await login.json();
Object.assign(globalThis, { latchkey, accessToken, refreshToken, jwt: data.token, ada, agree });
const printed = [];
const log = console.log;
for (let index = 0; index < Number(process.env.EXAMPLES); index++) {
  const lines = [];
  console.log = (...words) => lines.push(words.map(String).join(" "));
  await import("./out/example-" + index + ".js").catch((error) => lines.push(String(error)));
  printed.push(lines);
}
log(JSON.stringify(printed));
`;
