// NextAuth.js and better-auth, which keep users and sessions for an application.
import type { Facts, Library } from "./facts.ts";
import { inJavaScript as js } from "./quoting.ts";

/** Both have the redirect URI at this path, for the provider that is called latchkey here. */
const CALLBACK_PATH = "/api/auth/callback/latchkey";

const nextAuth = (facts: Facts): string => `// npm install next-auth@4
// LATCHKEY_CLIENT_SECRET=… NEXTAUTH_SECRET=… NEXTAUTH_URL=… in .env.local
// This is pages/api/auth/[...nextauth].js
import NextAuth from "next-auth";

export default NextAuth({
  providers: [
    {
      id: "latchkey",
      name: "Latchkey",
      type: "oauth",
      wellKnown: ${js(`${facts.issuer}/.well-known/openid-configuration`)},
      clientId: ${js(facts.id)},
      clientSecret: process.env.LATCHKEY_CLIENT_SECRET,
      authorization: { params: { scope: ${js(facts.scope)} } },
      idToken: true,
      checks: ["pkce", "state", "nonce"],
      userinfo: { request: ({ tokens, client }) => client.userinfo(tokens) },
      profile: ({ sub, name, preferred_username, email, picture }) => ({
        id: sub,
        name: name ?? preferred_username,
        email,
        image: picture,
      }),
    },
  ],
});`;

const betterAuth = (facts: Facts): string => `// npm install better-auth express
// LATCHKEY_CLIENT_SECRET=… BETTER_AUTH_SECRET=… node app.mjs
import { betterAuth } from "better-auth";
import { fromNodeHeaders, toNodeHandler } from "better-auth/node";
import { genericOAuth } from "better-auth/plugins";
import express from "express";

const latchkey = {
  providerId: "latchkey",
  discoveryUrl: ${js(`${facts.issuer}/.well-known/openid-configuration`)},
  clientId: ${js(facts.id)},
  clientSecret: process.env.LATCHKEY_CLIENT_SECRET,
  scopes: ${js(facts.scope)}.split(" "),
  pkce: true,
  mapProfileToUser: ({ name, preferred_username }) => ({ name: name ?? preferred_username }),
};
const auth = betterAuth({
  baseURL: ${js(facts.callback.origin)},
  secret: process.env.BETTER_AUTH_SECRET,
  plugins: [genericOAuth({ config: [latchkey] })],
});

const app = express();
app.all("/api/auth/{*path}", toNodeHandler(auth));
app.get(${js(facts.login)}, async (request, response) => {
  const body = { provider: "latchkey", callbackURL: ${js(facts.home)} };
  const begun = await auth.api.signInSocial({ body, returnHeaders: true });
  response.setHeader("set-cookie", begun.headers.getSetCookie());
  response.redirect(begun.response.url);
});
app.get(${js(facts.home)}, async (request, response) => {
  const session = await auth.api.getSession({ headers: fromNodeHeaders(request.headers) });
  if (session === null) return response.redirect(${js(facts.login)});
  response.json(session.user);
});
app.listen(${facts.port});`;

const NODE = { kind: "web", callbackPath: CALLBACK_PATH } as const;

export const authJs: readonly Library[] = [
  {
    ...NODE,
    name: "next-auth",
    title: "NextAuth.js",
    platform: "Next.js",
    code: nextAuth,
  },
  {
    ...NODE,
    name: "better-auth",
    title: "better-auth",
    platform: "Node.js, Express",
    code: betterAuth,
  },
];
