import OAuth2Strategy from "passport-oauth2";
import { clientId, clientSecret, finish, open, redirectUri, url, userOf } from "../program.mjs";

const strategy = new OAuth2Strategy(
  {
    authorizationURL: `${url}/oauth2/authorize`,
    tokenURL: `${url}/oauth2/token`,
    clientID: clientId,
    clientSecret,
    callbackURL: redirectUri,
    scope: ["profile"],
    state: true,
    pkce: process.argv[2] === "pkce",
  },
  (accessToken, _refreshToken, _profile, done) => done(null, { accessToken }),
);
const session = {};

/** What passport does with one request of a browser. */
const authenticate = (query) =>
  new Promise((redirect, error) => {
    const acting = { redirect, success: redirect, fail: error, error };
    Object.assign(Object.create(strategy), acting).authenticate(
      { query, session, headers: {}, connection: {} },
      {},
    );
  });
const back = new URL(await open(await authenticate({})));
const { accessToken } = await authenticate(Object.fromEntries(back.searchParams));
finish("passport-oauth2", await userOf(accessToken));
