// oidc-provider 9 as its documentation sets it up: opaque tokens, rotated refresh tokens, one
// confidential client. STORE=memory keeps everything in a Map, STORE=sqlite in one durable table
// like that of its example adapters. Its library has no users and no passwords; codes for the
// measurement come from its own models, at /bench/codes.
import { once } from "node:events";
import { createServer } from "node:http";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import Provider from "oidc-provider";

const REDIRECT_URI = "https://client.example.com/callback";
const CLIENT = {
  client_id: "bench",
  client_secret: "a-secret-of-the-measurement-0123456789",
  grant_types: ["authorization_code", "refresh_token", "client_credentials"],
  redirect_uris: [REDIRECT_URI],
  response_types: ["code"],
};

/** What oidc-provider's development adapter does, without its limit of 1,000 entries. */
class MemoryAdapter {
  static #kept = new Map();
  #model;
  constructor(model) {
    this.#model = model;
  }
  #key = (id) => `${this.#model}:${id}`;
  async upsert(id, payload) {
    MemoryAdapter.#kept.set(this.#key(id), payload);
  }
  async find(id) {
    return MemoryAdapter.#kept.get(this.#key(id));
  }
  async consume(id) {
    MemoryAdapter.#kept.get(this.#key(id)).consumed = Math.floor(Date.now() / 1000);
  }
  async destroy(id) {
    MemoryAdapter.#kept.delete(this.#key(id));
  }
  async revokeByGrantId() {}
}

/**
 * One row for each thing, its payload as JSON, every write on the disk before it is acknowledged.
 */
function sqliteAdapter(file) {
  const database = new DatabaseSync(file);
  database.exec("pragma journal_mode = wal; pragma synchronous = full");
  database.exec(
    "create table if not exists things (key text primary key, grant_id text, payload " +
      "text not null) strict; create index if not exists things_grant on things (grant_id)",
  );
  const put = database.prepare(
    "insert or replace into things (key, grant_id, payload) values (?, ?, ?)",
  );
  const get = database.prepare("select payload from things where key = ?");
  const use = database.prepare(
    "update things set payload = json_set(payload, '$.consumed', ?) where key = ?",
  );
  const remove = database.prepare("delete from things where key = ?");
  const revoke = database.prepare("delete from things where grant_id = ?");
  return class {
    #model;
    constructor(model) {
      this.#model = model;
    }
    #key = (id) => `${this.#model}:${id}`;
    async upsert(id, payload) {
      put.run(this.#key(id), payload.grantId ?? null, JSON.stringify(payload));
    }
    async find(id) {
      const row = get.get(this.#key(id));
      return row && JSON.parse(row.payload);
    }
    async consume(id) {
      use.run(Math.floor(Date.now() / 1000), this.#key(id));
    }
    async destroy(id) {
      remove.run(this.#key(id));
    }
    async revokeByGrantId(grantId) {
      revoke.run(grantId);
    }
  };
}

const adapter =
  process.env.STORE === "sqlite"
    ? sqliteAdapter(join(process.env.DATA_DIR, "oidc-provider.db"))
    : MemoryAdapter;
const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const url = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(url, {
  adapter,
  clients: [CLIENT],
  scopes: ["profile", "offline_access"],
  cookies: { keys: ["a key of the measurement"] },
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    introspection: { enabled: true, allowedPolicy: () => true },
  },
  findAccount: (_ctx, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
  issueRefreshToken: () => true,
  rotateRefreshToken: true,
  ttl: {
    AuthorizationCode: 600,
    AccessToken: 3600,
    ClientCredentials: 3600,
    RefreshToken: 86_400,
    Grant: 86_400,
  },
});

/** As many codes as asked for, for the challenge that is asked for. */
async function codes(count, challenge) {
  const client = await provider.Client.find(CLIENT.client_id);
  return Promise.all(
    Array.from({ length: count }, async (_, index) => {
      const accountId = `user-${index}`;
      const grant = new provider.Grant({ accountId, clientId: client.clientId });
      grant.addOIDCScope("profile offline_access");
      const code = new provider.AuthorizationCode({
        accountId,
        client,
        grantId: await grant.save(),
        redirectUri: REDIRECT_URI,
        scope: "profile offline_access",
        codeChallenge: challenge,
        codeChallengeMethod: "S256",
        gty: "authorization_code",
      });
      return code.save();
    }),
  );
}

const answer = provider.callback();
server.on("request", async (request, response) => {
  if (!request.url.startsWith("/bench/")) return answer(request, response);
  const { searchParams } = new URL(request.url, url);
  response.end(
    JSON.stringify(await codes(Number(searchParams.get("count")), searchParams.get("challenge"))),
  );
});
const ready = {
  url,
  clientId: CLIENT.client_id,
  clientSecret: CLIENT.client_secret,
  redirectUri: REDIRECT_URI,
};
console.log(`ready ${JSON.stringify(ready)}`);
