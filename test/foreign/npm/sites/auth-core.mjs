import { Auth } from "@auth/core";
import { clientId, clientSecret, finish, open, url } from "../program.mjs";
import { listen, origin, serveFetch } from "./application.mjs";

/** The provider as docs/clients.md has it: of OpenID Connect, or of OAuth 2.0 alone. */
const provider =
  process.argv[2] === "openid"
    ? {
        type: "oidc",
        idToken: false,
        checks: ["pkce", "state", "nonce"],
        profile: ({ sub, preferred_username: name, email }) => ({ id: sub, name, email }),
      }
    : {
        type: "oauth",
        authorization: { url: `${url}/oauth2/authorize`, params: { scope: "profile" } },
        token: `${url}/oauth2/token`,
        userinfo: `${url}/v1/users/me`,
        checks: ["pkce", "state"],
        profile: ({ user }) => ({ id: user.id, name: user.username, email: user.email }),
      };
const config = {
  secret: "of the session's cookie, long enough for its key",
  trustHost: true,
  basePath: "/api/auth",
  providers: [
    { id: "latchkey", name: "Latchkey", issuer: url, clientId, clientSecret, ...provider },
  ],
};
await listen(serveFetch((request) => Auth(request, config)));
const to = encodeURIComponent(`${origin}/api/auth/session`);
const { page } = JSON.parse(await open(`${origin}/api/auth/signin?callbackUrl=${to}`));
finish("@auth/core", { username: JSON.parse(page).user.name });
