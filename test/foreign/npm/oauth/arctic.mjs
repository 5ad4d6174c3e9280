import { CodeChallengeMethod, generateCodeVerifier, generateState, OAuth2Client } from "arctic";
import { clientId, clientSecret, finish, open, redirectUri, url, userOf } from "../program.mjs";

const client = new OAuth2Client(clientId, clientSecret, redirectUri);
const [state, verifier] = [generateState(), generateCodeVerifier()];
const back = await open(
  client.createAuthorizationURLWithPKCE(
    `${url}/oauth2/authorize`,
    state,
    CodeChallengeMethod.S256,
    verifier,
    ["profile"],
  ),
);
const code = new URL(back).searchParams.get("code");
const tokens = await client.validateAuthorizationCode(`${url}/oauth2/token`, code, verifier);
const refreshed = await client.refreshAccessToken(`${url}/oauth2/token`, tokens.refreshToken(), []);
finish("arctic", await userOf(refreshed.accessToken()));
