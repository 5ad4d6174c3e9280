// Two strategies of Passport, in the usual application of Express.
import express from "express";
import session from "express-session";
import passport from "passport";
import { clientId, clientSecret, finish, open, port, redirectUri, url } from "../program.mjs";

/** Each strategy tells its name, and what passes the user on. */
const STRATEGIES = {
  "passport-openidconnect": async () => {
    const { default: Strategy } = await import("passport-openidconnect");
    return new Strategy(
      {
        issuer: url,
        authorizationURL: `${url}/oauth2/authorize`,
        tokenURL: `${url}/oauth2/token`,
        userInfoURL: `${url}/oauth2/userinfo`,
        clientID: clientId,
        clientSecret,
        callbackURL: redirectUri,
        scope: ["profile"],
        nonce: true,
        skipUserProfile: false,
      },
      (_issuer, { username }, done) => done(null, { username }),
    );
  },
  "openid-client-6": async () => {
    const openid = await import("openid-client-6");
    const { Strategy } = await import("openid-client-6/passport");
    const config = await openid.discovery(new URL(url), clientId, clientSecret, undefined, {
      execute: [openid.allowInsecureRequests],
    });
    return new Strategy(
      { config, name: "latchkey", scope: "openid profile", callbackURL: redirectUri },
      async (tokens, done) => {
        const { sub } = tokens.claims();
        const user = await openid.fetchUserInfo(config, tokens.access_token, sub);
        done(null, { username: user.preferred_username });
      },
    );
  },
};
const [, , name] = process.argv;
passport.use("latchkey", await STRATEGIES[name]());
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const application = express()
  .use(session({ secret: "of the session's cookie", resave: false, saveUninitialized: false }))
  .use(passport.session())
  .get("/login", passport.authenticate("latchkey"))
  .get("/callback", passport.authenticate("latchkey", { successRedirect: "/" }))
  .get("/", (request, response) => response.json(request.user));
await new Promise((resolve) => application.listen(Number(port), "127.0.0.1", resolve));
const { page } = JSON.parse(await open(new URL("/login", redirectUri).href));
finish(name, JSON.parse(page));
