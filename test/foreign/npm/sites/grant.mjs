import grant from "grant";
import { clientId, clientSecret, finish, open, url } from "../program.mjs";
import { listen, origin } from "./application.mjs";

const connect = grant.node({
  config: {
    defaults: {
      origin,
      transport: "state",
      state: true,
      pkce: true,
      response: ["tokens", "profile"],
    },
    latchkey: {
      oauth: 2,
      authorize_url: `${url}/oauth2/authorize`,
      access_url: `${url}/oauth2/token`,
      profile_url: `${url}/v1/users/me`,
      key: clientId,
      secret: clientSecret,
      scope: ["profile"],
    },
  },
  session: { secret: "of the session's cookie" },
});
await listen(async (request, response) => {
  const { response: answer, redirect } = await connect(request, response);
  if (!redirect) response.end(JSON.stringify(answer ?? {}));
});
const { page } = JSON.parse(await open(`${origin}/connect/latchkey`));
finish("grant", JSON.parse(page).profile.user);
