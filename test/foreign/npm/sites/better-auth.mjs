import { betterAuth } from "better-auth";
import { memoryAdapter } from "better-auth/adapters/memory";
import { genericOAuth } from "better-auth/plugins";
import { clientId, clientSecret, finish, open, url } from "../program.mjs";
import { listen, origin, serveFetch } from "./application.mjs";

/** The provider of OAuth 2.0 alone, as docs/clients.md has it. */
const provider = {
  authorizationUrl: `${url}/oauth2/authorize`,
  tokenUrl: `${url}/oauth2/token`,
  scopes: ["profile"],
  pkce: true,
  getUserInfo: async ({ accessToken }) => {
    const response = await fetch(`${url}/v1/users/me`, {
      headers: { authorization: `Bearer ${accessToken}` },
    });
    const { id, username: name, email, emailVerified } = (await response.json()).user;
    return { id, name, email, emailVerified };
  },
};
const auth = betterAuth({
  baseURL: origin,
  secret: "of the session's cookie, long enough for its key",
  database: memoryAdapter({ user: [], session: [], account: [], verification: [] }),
  telemetry: { enabled: false },
  plugins: [
    genericOAuth({ config: [{ providerId: "latchkey", clientId, clientSecret, ...provider }] }),
  ],
});

/** The application's own page sends the user off as better-auth's client does. */
async function signIn() {
  const response = await auth.api.signInSocial({
    body: { provider: "latchkey", callbackURL: `${origin}/api/auth/get-session` },
    asResponse: true,
  });
  const { url: location } = await response.clone().json();
  return new Response(undefined, {
    status: 302,
    headers: [
      ["location", location],
      ...response.headers.getSetCookie().map((line) => ["set-cookie", line]),
    ],
  });
}
const serve = serveFetch((request) =>
  new URL(request.url).pathname === "/login" ? signIn() : auth.handler(request),
);
await listen(serve);
const { page } = JSON.parse(await open(`${origin}/login`));
finish("better-auth", { username: JSON.parse(page).user.name });
