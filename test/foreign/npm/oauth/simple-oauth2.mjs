import { createHash, randomBytes } from "node:crypto";
import { AuthorizationCode } from "simple-oauth2";
import { clientId, clientSecret, finish, open, redirectUri, url, userOf } from "../program.mjs";

const client = new AuthorizationCode({
  client: { id: clientId, secret: clientSecret },
  auth: { tokenHost: url, authorizePath: "/oauth2/authorize", tokenPath: "/oauth2/token" },
});
const [state, verifier] = [randomBytes(16).toString("hex"), randomBytes(32).toString("base64url")];
const back = await open(
  client.authorizeURL({
    redirect_uri: redirectUri,
    scope: "profile",
    state,
    code_challenge: createHash("sha256").update(verifier).digest("base64url"),
    code_challenge_method: "S256",
  }),
);
const code = new URL(back).searchParams.get("code");
let access = await client.getToken({ code, redirect_uri: redirectUri, code_verifier: verifier });
access = await access.refresh();
finish("simple-oauth2", await userOf(access.token.access_token));
