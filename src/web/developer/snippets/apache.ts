// mod_auth_openidc for Apache.
import type { Facts, Library } from "./facts.ts";
import { inApache as apache } from "./quoting.ts";

const web = (facts: Facts): string => `# apt-get install libapache2-mod-auth-openidc
# This is for a <VirtualHost>. In the environment of Apache, such as /etc/apache2/envvars:
# LATCHKEY_CLIENT_SECRET=… and SESSION_SECRET=…
OIDCProviderMetadataURL ${apache(`${facts.issuer}/.well-known/openid-configuration`)}
OIDCClientID ${apache(facts.id)}
OIDCClientSecret "\${LATCHKEY_CLIENT_SECRET}"
OIDCRedirectURI ${apache(facts.callback.href)}
OIDCCryptoPassphrase "\${SESSION_SECRET}"
OIDCScope ${apache(facts.scope)}
OIDCPKCEMethod S256
OIDCRemoteUserClaim ${facts.scope.split(" ").includes("profile") ? "preferred_username" : "sub"}
<Location "/">
  AuthType openid-connect
  Require valid-user
</Location>`;

export const apacheModule: readonly Library[] = [
  {
    name: "mod-auth-openidc",
    title: "mod_auth_openidc",
    platform: "Apache",
    kind: "web",
    code: web,
  },
];
