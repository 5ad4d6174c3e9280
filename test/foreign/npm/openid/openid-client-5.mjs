import { generators, Issuer } from "openid-client";
import { clientId, clientSecret, finish, open, redirectUri, url } from "../program.mjs";

const issuer = await Issuer.discover(url);
const client = new issuer.Client({ client_id: clientId, client_secret: clientSecret });
const [state, nonce, verifier] = [
  generators.state(),
  generators.nonce(),
  generators.codeVerifier(),
];
const back = await open(
  client.authorizationUrl({
    redirect_uri: redirectUri,
    scope: "openid profile",
    state,
    nonce,
    code_challenge: generators.codeChallenge(verifier),
    code_challenge_method: "S256",
  }),
);
const checks = { state, nonce, code_verifier: verifier };
const tokens = await client.callback(redirectUri, client.callbackParams(back), checks);
const refreshed = await client.refresh(tokens);
const user = await client.userinfo(refreshed);
finish("openid-client", { username: user.preferred_username });
