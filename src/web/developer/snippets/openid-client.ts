// openid-client 6 for Node.js, in each kind of application that it serves.
import type { Facts, Library } from "./facts.ts";
import { inJavaScript as js } from "./quoting.ts";

/** Returns the statement that finds the server; the arguments at its end may be left out. */
export function discover({ issuer, id, isPublic, isPlain }: Facts): string {
  const given = [
    isPublic ? undefined : "process.env.LATCHKEY_CLIENT_SECRET",
    isPublic ? "openid.None()" : undefined,
    isPlain ? "{ execute: [openid.allowInsecureRequests] }" : undefined,
  ];
  const last = given.findLastIndex((each) => each !== undefined);
  const more = given.slice(0, last + 1).map((each) => `\n  ${each ?? "undefined"},`);
  return `const config = await openid.discovery(
  new URL(${js(issuer)}),
  ${js(id)},${more.join("")}
);`;
}

export const withSecret = ({ isPublic }: Facts, command: string): string =>
  isPublic ? command : `LATCHKEY_CLIENT_SECRET=… ${command}`;

/** A path of Express 5, in which these characters stand for others. */
export const route = (path: string): string => js(path.replaceAll(/[{}()[\]+?!:*\\]/g, "\\$&"));

const web = (facts: Facts): string => `// npm install openid-client express express-session
// ${withSecret(facts, "SESSION_SECRET=… node app.mjs")}
import express from "express";
import session from "express-session";
import * as openid from "openid-client";

const redirectUri = ${js(facts.callback.href)};
${discover(facts)}
const app = express();
app.use(session({ secret: process.env.SESSION_SECRET, resave: false, saveUninitialized: false }));

app.get(${js(facts.login)}, async (request, response) => {
  const verifier = openid.randomPKCECodeVerifier();
  const [state, nonce] = [openid.randomState(), openid.randomNonce()];
  request.session.pending = { verifier, state, nonce };
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri,
    scope: ${js(facts.scope)},
    state,
    nonce,
    code_challenge: await openid.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  });
  response.redirect(url.href);
});

app.get(${route(facts.callback.pathname)}, async (request, response) => {
  const { verifier, state, nonce } = request.session.pending ?? {};
  const tokens = await openid.authorizationCodeGrant(
    config,
    new URL(request.originalUrl, redirectUri),
    {
      pkceCodeVerifier: verifier,
      expectedState: state,
      expectedNonce: nonce,
      idTokenExpected: true,
    },
  );
  const { sub } = tokens.claims();
  const user = await openid.fetchUserInfo(config, tokens.access_token, sub);
  request.session.regenerate(() => {
    request.session.user = user;
    response.redirect(${js(facts.home)});
  });
});

app.get(${js(facts.home)}, (request, response) => {
  if (request.session.user === undefined) return response.redirect(${js(facts.login)});
  response.json(request.session.user);
});

app.listen(${facts.port});`;

const native = (facts: Facts): string => `// npm install openid-client
// ${withSecret(facts, "node app.mjs")}
import { on, once } from "node:events";
import { createServer } from "node:http";
import * as openid from "openid-client";

const redirectUri = new URL(${js(facts.callback.href)});
${discover(facts)}
const server = createServer();
await once(server.listen(${facts.callback.port === "" ? 0 : facts.port}, "127.0.0.1"), "listening");
redirectUri.port = server.address().port; // any port is accepted on this machine

const verifier = openid.randomPKCECodeVerifier();
const [state, nonce] = [openid.randomState(), openid.randomNonce()];
const url = openid.buildAuthorizationUrl(config, {
  redirect_uri: redirectUri.href,
  scope: ${js(facts.scope)},
  state,
  nonce,
  code_challenge: await openid.calculatePKCECodeChallenge(verifier),
  code_challenge_method: "S256",
});
console.log(\`Open \${url.href}\`);

for await (const [request, response] of on(server, "request")) {
  const back = new URL(request.url, redirectUri);
  response.end("You can close this page.\\n");
  if (back.pathname !== redirectUri.pathname) continue;
  const tokens = await openid.authorizationCodeGrant(config, back, {
    pkceCodeVerifier: verifier,
    expectedState: state,
    expectedNonce: nonce,
    idTokenExpected: true,
  });
  const { sub } = tokens.claims();
  console.log(await openid.fetchUserInfo(config, tokens.access_token, sub));
  break;
}
server.close();
server.closeAllConnections();`;

const device = (facts: Facts): string => `// npm install openid-client
// ${withSecret(facts, "node device.mjs")}
import * as openid from "openid-client";

${discover(facts)}
const device = await openid.initiateDeviceAuthorization(config, { scope: ${js(facts.scope)} });
console.log(\`Open \${device.verification_uri} and type \${device.user_code}\`);
const tokens = await openid.pollDeviceAuthorizationGrant(config, device);
console.log(await openid.fetchUserInfo(config, tokens.access_token, tokens.claims().sub));`;

const machine = (facts: Facts): string => `// npm install openid-client
// ${withSecret(facts, "node machine.mjs")}
import * as openid from "openid-client";

${discover(facts)}
const tokens = await openid.clientCredentialsGrant(config);
// Call an API with tokens.access_token, and ask here what it is good for:
console.log(await openid.tokenIntrospection(config, tokens.access_token));`;

const OPENID_CLIENT = { title: "openid-client", platform: "Node.js" } as const;

export const openidClient: readonly Library[] = [
  {
    ...OPENID_CLIENT,
    name: "openid-client",
    platform: "Node.js, Express",
    kind: "web",
    code: web,
  },
  {
    ...OPENID_CLIENT,
    name: "openid-client-native",
    kind: "native",
    code: native,
  },
  { ...OPENID_CLIENT, name: "openid-client-device", kind: "device", code: device },
  { ...OPENID_CLIENT, name: "openid-client-machine", kind: "machine", code: machine },
];
