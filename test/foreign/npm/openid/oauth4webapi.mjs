import * as oauth from "oauth4webapi";
import { clientId, clientSecret, finish, open, redirectUri, url } from "../program.mjs";

const insecure = { [oauth.allowInsecureRequests]: true };
const issuer = new URL(url);
const server = await oauth.processDiscoveryResponse(
  issuer,
  await oauth.discoveryRequest(issuer, insecure),
);
const client = { client_id: clientId, require_auth_time: true };
const authentication = oauth.ClientSecretBasic(clientSecret);
const [verifier, state, nonce] = [
  oauth.generateRandomCodeVerifier(),
  oauth.generateRandomState(),
  oauth.generateRandomNonce(),
];
const parameters = new URLSearchParams({
  response_type: "code",
  client_id: clientId,
  redirect_uri: redirectUri,
  scope: "openid profile",
  state,
  nonce,
  max_age: "300",
  code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
const back = await open(`${server.authorization_endpoint}?${parameters}`);
const callback = oauth.validateAuthResponse(server, client, new URL(back), state);
const response = await oauth.authorizationCodeGrantRequest(
  server,
  client,
  authentication,
  callback,
  redirectUri,
  verifier,
  insecure,
);
const tokens = await oauth.processAuthorizationCodeResponse(server, client, response, {
  expectedNonce: nonce,
  maxAge: 300,
  requireIdToken: true,
});
await oauth.validateApplicationLevelSignature(server, response, insecure);
const { sub } = oauth.getValidatedIdTokenClaims(tokens);
const answer = await oauth.userInfoRequest(server, client, tokens.access_token, insecure);
const user = await oauth.processUserInfoResponse(server, client, sub, answer);
finish("oauth4webapi", { username: user.preferred_username });
