// A single-page application: the bundle for browsers, and a page that says who the user is.
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { clientId, finish, open, port, redirectUri, url } from "../program.mjs";
import { listen } from "../sites/application.mjs";

const BUNDLE = fileURLToPath(
  import.meta.resolve("oidc-client-ts").replace("/esm/", "/browser/"),
).replace(/\.js$/, ".min.js");
const settings = {
  authority: url,
  client_id: clientId,
  redirect_uri: redirectUri,
  scope: "openid profile",
  loadUserInfo: true,
  automaticSilentRenew: true,
};
const PAGE = `<!doctype html>
<meta charset="utf-8">
<title>An application</title>
<p id="user"></p>
<script src="/oidc-client-ts.js"></script>
<script>
  const manager = new oidc.UserManager(${JSON.stringify(settings)});
  const show = (value) => { document.querySelector("#user").textContent = JSON.stringify(value); };
  async function run() {
    if (location.pathname !== "/callback") return manager.signinRedirect();
    const user = await manager.signinCallback();
    // The library calls this a minute before the token ends.
    const renewed = await manager.signinSilent();
    if (renewed.access_token === user.access_token) throw new Error("it was not renewed");
    show({ ...renewed.profile, subjects: [user.profile.sub, renewed.profile.sub] });
  }
  run().catch((error) => show({ error: String(error) }));
</script>
`;
await listen(async (request, response) => {
  const isScript = request.url === "/oidc-client-ts.js";
  response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
  response.end(isScript ? readFileSync(BUNDLE) : PAGE);
});
const { page } = JSON.parse(await open(`http://127.0.0.1:${port}/`));
const user = JSON.parse(page);
if (user.error !== undefined) throw new Error(user.error);
finish("oidc-client-ts", { username: user.preferred_username });
