import { createHash, randomBytes } from "node:crypto";
import ClientOAuth2 from "client-oauth2";
import { clientId, clientSecret, finish, open, redirectUri, url, userOf } from "../program.mjs";

const client = new ClientOAuth2({
  clientId,
  clientSecret,
  redirectUri,
  authorizationUri: `${url}/oauth2/authorize`,
  accessTokenUri: `${url}/oauth2/token`,
  scopes: ["profile"],
  state: randomBytes(16).toString("hex"),
});
const verifier = randomBytes(32).toString("base64url");
const challenge = createHash("sha256").update(verifier).digest("base64url");
const back = await open(
  client.code.getUri({ query: { code_challenge: challenge, code_challenge_method: "S256" } }),
);
const token = await client.code.getToken(back, { body: { code_verifier: verifier } });
const refreshed = await token.refresh();
finish("client-oauth2", await userOf(refreshed.accessToken));
