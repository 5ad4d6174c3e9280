// Passport and express-openid-connect, in an application of Express.
import { discover, route, withSecret } from "./openid-client.ts";
import type { Facts, Library } from "./facts.ts";
import { inJavaScript as js } from "./quoting.ts";

const isBehindProxy = ({ callback }: Facts): boolean => callback.protocol === "https:";

const passport = (
  facts: Facts,
): string => `// npm install openid-client passport express express-session
// ${withSecret(facts, "SESSION_SECRET=… node app.mjs")}
import express from "express";
import session from "express-session";
import * as openid from "openid-client";
import { Strategy } from "openid-client/passport";
import passport from "passport";

${discover(facts)}
const strategy = new Strategy(
  {
    config,
    name: "latchkey",
    scope: ${js(facts.scope)},
    callbackURL: ${js(facts.callback.href)},
  },
  async (tokens, done) => {
    const { sub } = tokens.claims();
    done(null, await openid.fetchUserInfo(config, tokens.access_token, sub));
  },
);
passport.use("latchkey", strategy);
passport.serializeUser((user, done) => done(null, user));
passport.deserializeUser((user, done) => done(null, user));

const app = express();${
  isBehindProxy(facts) ? '\napp.set("trust proxy", 1); // the proxy in front speaks TLS' : ""
}
app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false }));
app.use(passport.session());
app.get(${js(facts.login)}, passport.authenticate("latchkey"));
app.get(
  ${route(facts.callback.pathname)},
  passport.authenticate("latchkey", { successRedirect: ${js(facts.home)} }),
);
app.get(${js(facts.home)}, (request, response) => {
  if (!request.isAuthenticated()) return response.redirect(${js(facts.login)});
  response.json(request.user);
});
app.listen(${facts.port});`;

const openidConnect = (facts: Facts): string => `// npm install express express-openid-connect
// ${withSecret(facts, "SESSION_SECRET=… node app.mjs")}
import express from "express";
import openidConnect from "express-openid-connect";

const app = express();
app.use(
  openidConnect.auth({
    issuerBaseURL: ${js(facts.issuer)},
    baseURL: ${js(facts.callback.origin)},
    clientID: ${js(facts.id)},
    clientSecret: process.env.LATCHKEY_CLIENT_SECRET,
    secret: process.env.SESSION_SECRET,
    routes: { callback: ${js(facts.callback.pathname)}, login: ${js(facts.login)} },
    authorizationParams: { response_type: "code", scope: ${js(facts.scope)} },
  }),
);
// Every page needs a user now.
app.get(${js(facts.home)}, async (request, response) => {
  response.json(await request.oidc.fetchUserInfo());
});
app.listen(${facts.port});`;

const EXPRESS = { platform: "Node.js, Express", kind: "web" } as const;

export const express: readonly Library[] = [
  {
    ...EXPRESS,
    name: "passport",
    title: "Passport",
    code: passport,
  },
  {
    ...EXPRESS,
    name: "express-openid-connect",
    title: "express-openid-connect",
    code: openidConnect,
  },
];
