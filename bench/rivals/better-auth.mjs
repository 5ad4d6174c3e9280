// better-auth 1.7 with its OAuth provider, as their documentation sets them up: opaque tokens,
// hashed in the database. STORE=sqlite is node:sqlite with synchronous = full, STORE=mysql is
// mysql2's pool at DATABASE_URL. Passwords are hashed by the argon2 that Latchkey uses, instead of
// scrypt; the limiter, which counts in memory, is off.
import { hash, verify } from "@node-rs/argon2";
import { betterAuth } from "better-auth";
import { getMigrations } from "better-auth/db/migration";
import { toNodeHandler } from "better-auth/node";
import { oauthProvider } from "@better-auth/oauth-provider";
import { createPool } from "mysql2/promise";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

const REDIRECT_URI = "https://client.example.com/callback";

function openSqlite() {
  const database = new DatabaseSync(join(process.env.DATA_DIR, "better-auth.db"));
  database.exec("pragma journal_mode = wal; pragma synchronous = full");
  return database;
}

const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}`;

const options = {
  baseURL: url,
  secret: "a secret of the measurement 0123456789 abcdefgh",
  database:
    process.env.STORE === "mysql"
      ? createPool({ uri: process.env.DATABASE_URL, connectionLimit: 16, timezone: "Z" })
      : openSqlite(),
  emailAndPassword: {
    enabled: true,
    autoSignIn: false,
    password: {
      hash: (password) => hash(password, { memoryCost: 19_456, timeCost: 2, parallelism: 1 }),
      verify: ({ hash: phc, password }) => verify(phc, password),
    },
  },
  rateLimit: { enabled: false },
  logger: { level: "error" },
  telemetry: { enabled: false },
  plugins: [
    oauthProvider({
      loginPage: "/sign-in",
      consentPage: "/consent",
      scopes: ["profile", "offline_access", "bench"],
      disableJwtPlugin: true,
      clientPrivileges: () => true,
      silenceWarnings: { oauthAuthServerConfig: true },
    }),
  ],
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
const auth = betterAuth(options);
server.on("request", toNodeHandler(auth));

/** Its clients belong to a user who is signed in. */
async function createClient() {
  const credentials = { email: "owner@example.com", password: "correct horse battery staple" };
  await auth.api.signUpEmail({ body: { name: "Owner", ...credentials } });
  const { headers } = await auth.api.signInEmail({ body: credentials, returnHeaders: true });
  const cookie = headers
    .getSetCookie()
    .map((line) => line.split(";")[0])
    .join("; ");
  const body = {
    redirect_uris: [REDIRECT_URI],
    client_name: "Bench",
    scope: "profile offline_access",
    grant_types: ["authorization_code", "refresh_token", "client_credentials"],
    client_credentials_scopes: ["bench"],
    response_types: ["code"],
    skip_consent: true,
    token_endpoint_auth_method: "client_secret_basic",
  };
  return auth.api.adminCreateOAuthClient({ headers: new Headers({ cookie }), body });
}

const { client_id, client_secret } = process.env.CLIENT === "none" ? {} : await createClient();
const ready = {
  url,
  clientId: client_id,
  clientSecret: client_secret,
  redirectUri: REDIRECT_URI,
};
console.log(`ready ${JSON.stringify(ready)}`);
