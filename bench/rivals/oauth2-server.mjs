// @node-oauth/oauth2-server 5 behind node:http. The library has no storage. Its model here is
// node:sqlite with prepared statements and synchronous = full. Tokens and codes are kept as hashes,
// users' passwords as argon2id.
// Codes for the measurement are written at /bench/codes as the library's own authorize step would
// write them.
import { hash as argon2, verify } from "@node-rs/argon2";
import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import OAuth2Server from "@node-oauth/oauth2-server";

const REDIRECT_URI = "https://client.example.com/callback";
const CLIENT_ID = "bench";
const CLIENT_SECRET = "a-secret-of-the-measurement-0123456789";
const PASSWORD = "correct horse battery staple";
const SCOPE = ["profile"];
const USERS = 32;

const sha256 = (value) => createHash("sha256").update(value).digest("base64url");

const database = new DatabaseSync(join(process.env.DATA_DIR, "oauth2-server.db"));
database.exec(`pragma journal_mode = wal; pragma synchronous = full;
  create table if not exists users (
    id text primary key, email text not null unique, password_hash text not null
  ) strict;
  create table if not exists clients (
    id text primary key, secret_hash text not null, redirect_uri text not null
  ) strict;
  create table if not exists codes (
    hash text primary key, client_id text, user_id text, scope text, redirect_uri text,
    challenge text, expires_at integer
  ) strict;
  create table if not exists access_tokens (
    hash text primary key, client_id text, user_id text, scope text, expires_at integer
  ) strict;
  create table if not exists refresh_tokens (
    hash text primary key, client_id text, user_id text, scope text, expires_at integer
  ) strict;`);
const sql = {
  client: database.prepare("select * from clients where id = ?"),
  user: database.prepare("select * from users where email = ?"),
  addUser: database.prepare("insert or replace into users values (?, ?, ?)"),
  addClient: database.prepare("insert or replace into clients values (?, ?, ?)"),
  addCode: database.prepare("insert into codes values (?, ?, ?, ?, ?, ?, ?)"),
  code: database.prepare("select * from codes where hash = ?"),
  endCode: database.prepare("delete from codes where hash = ?"),
  addAccess: database.prepare("insert into access_tokens values (?, ?, ?, ?, ?)"),
  access: database.prepare("select * from access_tokens where hash = ?"),
  addRefresh: database.prepare("insert into refresh_tokens values (?, ?, ?, ?, ?)"),
  refresh: database.prepare("select * from refresh_tokens where hash = ?"),
  endRefresh: database.prepare("delete from refresh_tokens where hash = ?"),
};

const grants = ["authorization_code", "client_credentials", "refresh_token", "password"];
const shown = ({ client_id, user_id, scope, expires_at }) => ({
  client: { id: client_id, grants },
  user: { id: user_id },
  scope: scope.split(" "),
  expiresAt: new Date(expires_at),
});

const model = {
  async getClient(id, secret) {
    const client = sql.client.get(id);
    if (
      client === undefined ||
      (secret !== null &&
        !timingSafeEqual(Buffer.from(sha256(secret)), Buffer.from(client.secret_hash)))
    )
      return false;
    return { id, grants, redirectUris: [client.redirect_uri] };
  },
  async saveToken(token, client, user) {
    const scope = (token.scope ?? SCOPE).join(" ");
    database.exec("begin immediate");
    sql.addAccess.run(
      sha256(token.accessToken),
      client.id,
      user.id,
      scope,
      token.accessTokenExpiresAt.getTime(),
    );
    if (token.refreshToken)
      sql.addRefresh.run(
        sha256(token.refreshToken),
        client.id,
        user.id,
        scope,
        token.refreshTokenExpiresAt.getTime(),
      );
    database.exec("commit");
    return { ...token, client, user };
  },
  async getAccessToken(accessToken) {
    const row = sql.access.get(sha256(accessToken));
    return row && { ...shown(row), accessToken, accessTokenExpiresAt: new Date(row.expires_at) };
  },
  async getRefreshToken(refreshToken) {
    const row = sql.refresh.get(sha256(refreshToken));
    return row && { ...shown(row), refreshToken, refreshTokenExpiresAt: new Date(row.expires_at) };
  },
  revokeToken: async ({ refreshToken }) => sql.endRefresh.run(sha256(refreshToken)).changes === 1,
  async getAuthorizationCode(authorizationCode) {
    const row = sql.code.get(sha256(authorizationCode));
    return (
      row && {
        ...shown(row),
        authorizationCode,
        redirectUri: row.redirect_uri,
        codeChallenge: row.challenge,
        codeChallengeMethod: "S256",
      }
    );
  },
  revokeAuthorizationCode: async ({ authorizationCode }) =>
    sql.endCode.run(sha256(authorizationCode)).changes === 1,
  async getUser(email, password) {
    const user = sql.user.get(email);
    return user !== undefined && (await verify(user.password_hash, password)) && { id: user.id };
  },
  getUserFromClient: async ({ id }) => ({ id: `client:${id}` }),
  validateScope: async (_user, _client, scope) => scope ?? SCOPE,
};

const oauth = new OAuth2Server({
  model,
  accessTokenLifetime: 3600,
  refreshTokenLifetime: 86_400,
  alwaysIssueNewRefreshToken: true,
});

async function token(request, response, body) {
  const answer = new OAuth2Server.Response(response);
  try {
    await oauth.token(
      new OAuth2Server.Request({
        method: request.method,
        headers: request.headers,
        query: {},
        body: Object.fromEntries(new URLSearchParams(body)),
      }),
      answer,
    );
  } catch {
    // The library has put the error into its response.
  }
  response
    .writeHead(answer.status, { ...answer.headers, "content-type": "application/json" })
    .end(JSON.stringify(answer.body));
}

/**
 * RFC 7662 as its users write it: the library has no introspection, but it authenticates bearer
 * tokens.
 */
async function introspect(request, response, body) {
  const [id, secret] = Buffer.from(request.headers.authorization.slice(6), "base64")
    .toString()
    .split(":");
  if (!(await model.getClient(id, secret))) return response.writeHead(401).end();
  const headers = { authorization: `Bearer ${new URLSearchParams(body).get("token")}` };
  const found = await oauth
    .authenticate(
      new OAuth2Server.Request({ method: "GET", headers, query: {}, body: {} }),
      new OAuth2Server.Response(response),
    )
    .catch(() => undefined);
  const said =
    found === undefined
      ? { active: false }
      : {
          active: true,
          client_id: found.client.id,
          sub: found.user.id,
          scope: found.scope.join(" "),
          exp: Math.floor(found.accessTokenExpiresAt / 1000),
        };
  return response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(said));
}

function codes(count, challenge) {
  return Array.from({ length: count }, (_, index) => {
    const code = randomBytes(20).toString("hex");
    sql.addCode.run(
      sha256(code),
      CLIENT_ID,
      `user-${index % USERS}`,
      SCOPE.join(" "),
      REDIRECT_URI,
      challenge,
      Date.now() + 600_000,
    );
    return code;
  });
}

const passwordHash = await argon2(PASSWORD, { memoryCost: 19_456, timeCost: 2, parallelism: 1 });
for (let index = 0; index < USERS; index++)
  sql.addUser.run(`user-${index}`, `user-${index}@example.com`, passwordHash);
sql.addClient.run(CLIENT_ID, sha256(CLIENT_SECRET), REDIRECT_URI);

const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://localhost");
  if (pathname === "/bench/codes")
    return response.end(
      JSON.stringify(codes(Number(searchParams.get("count")), searchParams.get("challenge"))),
    );
  const body = await text(request);
  return pathname === "/token"
    ? token(request, response, body)
    : introspect(request, response, body);
}).listen(0, "127.0.0.1");
await once(server, "listening");
const ready = {
  url: `http://127.0.0.1:${server.address().port}`,
  clientId: CLIENT_ID,
  clientSecret: CLIENT_SECRET,
  redirectUri: REDIRECT_URI,
};
console.log(`ready ${JSON.stringify(ready)}`);
