// oidc-client-ts, in a page of scripts.
import type { Facts, Library } from "./facts.ts";
import { inJavaScript as js } from "./quoting.ts";

const page = (facts: Facts): string => `// npm install oidc-client-ts
import { UserManager } from "oidc-client-ts";

const manager = new UserManager({
  authority: ${js(facts.issuer)},
  client_id: ${js(facts.id)},
  redirect_uri: ${js(facts.callback.href)},
  scope: ${js(facts.scope)},
  loadUserInfo: true,
});

// The page of the redirect URI loads this script too.
if (new URLSearchParams(location.search).has("state")) {
  await manager.signinCallback();
  history.replaceState({}, "", location.pathname);
}
const user = await manager.getUser();
if (user === null || user.expired) await manager.signinRedirect();
else document.body.append(\`Signed in: \${user.profile.preferred_username ?? user.profile.sub}\`);`;

export const oidcClientTs: readonly Library[] = [
  {
    name: "oidc-client-ts",
    title: "oidc-client-ts",
    platform: "React, Vue, Svelte, …",
    kind: "page",
    code: page,
  },
];
