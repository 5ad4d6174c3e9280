import { generators, Issuer } from "openid-client";
import { clientId, clientSecret, finish, open, redirectUri, url } from "../program.mjs";

const issuer = await Issuer.discover(`${url}/.well-known/oauth-authorization-server`);
const client = new issuer.Client({ client_id: clientId, client_secret: clientSecret });
const [state, verifier] = [generators.state(), generators.codeVerifier()];
const back = await open(
  client.authorizationUrl({
    redirect_uri: redirectUri,
    scope: "profile",
    state,
    code_challenge: generators.codeChallenge(verifier),
    code_challenge_method: "S256",
  }),
);
const tokens = await client.oauthCallback(redirectUri, client.callbackParams(back), {
  state,
  code_verifier: verifier,
});
const refreshed = await client.refresh(tokens.refresh_token);
const { body } = await client.requestResource(`${url}/v1/users/me`, refreshed.access_token);
await client.revoke(refreshed.refresh_token);
finish("openid-client", JSON.parse(body.toString()).user);
