// A program signs its user out by the address that openid-client builds.
import * as openid from "openid-client-6";
import { clientId, clientSecret, finish, open, redirectUri, url } from "../program.mjs";

const config = await openid.discovery(new URL(url), clientId, clientSecret, undefined, {
  execute: [openid.allowInsecureRequests],
});

/** Asks for a code, with PKCE; returns the tokens. */
async function signIn(more = {}) {
  const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()];
  const parameters = {
    redirect_uri: redirectUri,
    scope: "openid profile",
    state: expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    ...more,
  };
  const back = await open(openid.buildAuthorizationUrl(config, parameters));
  return openid.authorizationCodeGrant(config, new URL(back), { pkceCodeVerifier, expectedState });
}
const tokens = await signIn();
const { sub } = tokens.claims();
const { preferred_username: username } = await openid.fetchUserInfo(
  config,
  tokens.access_token,
  sub,
);
await signIn({ prompt: "none" });
const state = openid.randomState();
const back = new URL(
  await open(
    openid.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token,
      post_logout_redirect_uri: `${redirectUri}/signed-out`,
      state,
    }),
  ),
);
if (back.href !== `${redirectUri}/signed-out?state=${state}`) throw new Error(back.href);
const { error } = await signIn({ prompt: "none" }).catch((reason) => reason);
if (error !== "login_required") throw new Error(`the session is still there: ${error}`);
finish("openid-client-6", { username });
