import express from "express";
import { createRequire } from "node:module";
import { clientId, clientSecret, finish, open, port, url } from "../program.mjs";

const { auth, requiresAuth } = createRequire(import.meta.url)("express-openid-connect");
const baseURL = `http://127.0.0.1:${port}`;
const application = express()
  .use(
    auth({
      issuerBaseURL: url,
      baseURL,
      clientID: clientId,
      clientSecret,
      secret: "of the session's cookie, long enough for its key",
      authRequired: false,
      authorizationParams: { response_type: "code", scope: "openid profile" },
    }),
  )
  .get("/user", requiresAuth(), async ({ oidc }, response) => {
    const refreshed = await oidc.accessToken.refresh();
    if (refreshed.access_token === undefined) throw new Error("no token after a refresh");
    response.json({ ...oidc.idTokenClaims, ...(await oidc.fetchUserInfo()) });
  });
await new Promise((resolve) => application.listen(Number(port), "127.0.0.1", resolve));
const { page } = JSON.parse(await open(`${baseURL}/user`));
finish("express-openid-connect", { username: JSON.parse(page).preferred_username });
