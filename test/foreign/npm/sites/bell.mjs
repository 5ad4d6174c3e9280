import bell from "@hapi/bell";
import hapi from "@hapi/hapi";
import { clientId, clientSecret, finish, open, port, url } from "../program.mjs";

const server = hapi.server({ host: "127.0.0.1", port: Number(port) });
await server.register(bell);
server.auth.strategy("latchkey", "bell", {
  provider: {
    name: "latchkey",
    protocol: "oauth2",
    useParamsAuth: false,
    auth: `${url}/oauth2/authorize`,
    token: `${url}/oauth2/token`,
    scope: ["profile"],
    pkce: "S256",
    profile: async (credentials, _params, get) => {
      credentials.profile = (await get(`${url}/v1/users/me`)).user;
    },
  },
  clientId,
  clientSecret,
  password: "of the session's cookie, long enough for its key",
  isSecure: false,
});
server.route({
  method: ["GET", "POST"],
  path: "/login",
  options: { auth: "latchkey" },
  handler: (request) => request.auth.credentials.profile,
});
await server.start();
const { page } = JSON.parse(await open(`http://127.0.0.1:${port}/login`));
finish("@hapi/bell", JSON.parse(page));
