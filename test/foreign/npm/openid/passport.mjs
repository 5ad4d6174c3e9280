// Passport and its strategy of OpenID Connect, in the usual application of Express.
import express from "express";
import session from "express-session";
import passport from "passport";
import Strategy from "passport-openidconnect";
import { clientId, clientSecret, finish, open, port, redirectUri, url } from "../program.mjs";

const strategy = new Strategy(
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
passport.use("latchkey", strategy);
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
finish("passport-openidconnect", JSON.parse(page));
