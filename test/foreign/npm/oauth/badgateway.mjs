import { generateCodeVerifier, OAuth2Client } from "@badgateway/oauth2-client";
import { clientId, clientSecret, finish, open, redirectUri, url, userOf } from "../program.mjs";

const client = new OAuth2Client({
  server: url,
  clientId,
  clientSecret,
  discoveryEndpoint: "/.well-known/oauth-authorization-server",
});
const codeVerifier = await generateCodeVerifier();
const state = await generateCodeVerifier();
const back = await open(
  await client.authorizationCode.getAuthorizeUri({
    redirectUri,
    state,
    codeVerifier,
    scope: ["profile"],
  }),
);
const token = await client.authorizationCode.getTokenFromCodeRedirect(back, {
  redirectUri,
  state,
  codeVerifier,
});
const { active } = await client.introspect(token);
if (!active) throw new Error("the token is not active");
const refreshed = await client.refreshToken(token);
finish("@badgateway/oauth2-client", await userOf(refreshed.accessToken));
