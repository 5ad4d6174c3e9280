// An application of Express signs its user out at the provider, and takes logout tokens.
import express from "express";
import session from "express-session";
import { createRequire } from "node:module";
import { clientId, clientSecret, finish, open, port, url } from "../program.mjs";

const { auth, requiresAuth } = createRequire(import.meta.url)("express-openid-connect");
const baseURL = `http://127.0.0.1:${port}`;

/** A store that waits for what the library writes when it has a logout token. */
class Store extends session.MemoryStore {
  #wrote = () => undefined;
  set(id, value, done) {
    super.set(id, value, done);
    if (id.startsWith(`${url}|`)) this.#wrote();
  }
  nextToken() {
    return new Promise((resolve) => (this.#wrote = resolve));
  }
}
const store = new Store();
const application = express()
  .use(
    auth({
      issuerBaseURL: url,
      baseURL,
      clientID: clientId,
      clientSecret,
      secret: "of the session's cookie, long enough for its key",
      authRequired: false,
      idpLogout: true,
      backchannelLogout: { store },
      routes: { postLogoutRedirect: "/signed-out" },
      authorizationParams: { response_type: "code", scope: "openid profile" },
    }),
  )
  .get("/user", requiresAuth(), async ({ oidc }, response) => {
    response.json({ ...(await oidc.fetchUserInfo()), idToken: oidc.idToken });
  })
  .get("/silent", (_, response) =>
    response.oidc.login({
      returnTo: "/user",
      authorizationParams: { response_type: "code", scope: "openid profile", prompt: "none" },
    }),
  )
  .get("/state", ({ oidc }, response) => response.json(oidc.isAuthenticated()))
  .get("/signed-out", (_, response) => response.send("signed out"))
  .use((error, _, response, next) => response.status(400).send(error.error ?? next(error)));
await new Promise((resolve) => application.listen(Number(port), "127.0.0.1", resolve));

const pageOf = async (address) => JSON.parse(await open(address)).page;
const expectPage = async (address, expected) => {
  const page = await pageOf(address);
  if (page !== expected) throw new Error(`${address} shows ${page}, and not ${expected}`);
};

// The library's own way out ends the session at the provider, which sends a logout token too.
await pageOf(`${baseURL}/user`);
await expectPage(`${baseURL}/state`, "true");
const first = store.nextToken();
await expectPage(`${baseURL}/logout`, "signed out");
await expectPage(`${baseURL}/silent`, "login_required");
await expectPage(`${baseURL}/state`, "false");
await first;

// The session ends at the provider, and the library learns of it by a logout token alone.
const { idToken, preferred_username: username } = JSON.parse(await pageOf(`${baseURL}/user`));
await expectPage(`${baseURL}/state`, "true");
const second = store.nextToken();
await pageOf(`${url}/oauth2/logout?id_token_hint=${idToken}`);
await second;
await expectPage(`${baseURL}/state`, "false");
finish("express-openid-connect", { username });
