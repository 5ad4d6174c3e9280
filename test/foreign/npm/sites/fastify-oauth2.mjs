import oauth2 from "@fastify/oauth2";
import fastify from "fastify";
import { clientId, clientSecret, finish, open, port, url, userOf } from "../program.mjs";

const origin = `http://127.0.0.1:${port}`;
const application = fastify();
application.register(oauth2, {
  name: "latchkey",
  scope: ["profile"],
  credentials: {
    client: { id: clientId, secret: clientSecret },
    auth: { tokenHost: url, tokenPath: "/oauth2/token", authorizePath: "/oauth2/authorize" },
  },
  startRedirectPath: "/login",
  callbackUri: `${origin}/callback`,
  pkce: "S256",
  cookie: { secure: false },
});
application.get("/callback", async function callback(request, reply) {
  const { token } = await this.latchkey.getAccessTokenFromAuthorizationCodeFlow(request, reply);
  return userOf(token.access_token);
});
await application.listen({ host: "127.0.0.1", port: Number(port) });
const { page } = JSON.parse(await open(`${origin}/login`));
finish("@fastify/oauth2", JSON.parse(page));
