import * as openid from "openid-client-6";
import { clientId, clientSecret, finish, open, redirectUri, url } from "../program.mjs";

const config = await openid.discovery(new URL(url), clientId, clientSecret, undefined, {
  execute: [openid.allowInsecureRequests],
});
const [pkceCodeVerifier, expectedState, expectedNonce] = [
  openid.randomPKCECodeVerifier(),
  openid.randomState(),
  openid.randomNonce(),
];
const back = await open(
  openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: "openid profile",
    state: expectedState,
    nonce: expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  }),
);
const tokens = await openid.authorizationCodeGrant(config, new URL(back), {
  pkceCodeVerifier,
  expectedState,
  expectedNonce,
  idTokenExpected: true,
});
const { sub } = tokens.claims();
const refreshed = await openid.refreshTokenGrant(config, tokens.refresh_token);
if (refreshed.claims().sub !== sub) throw new Error("another subject after a refresh");
const user = await openid.fetchUserInfo(config, refreshed.access_token, sub);
await openid.tokenRevocation(config, refreshed.refresh_token);
finish("openid-client-6", { username: user.preferred_username });
