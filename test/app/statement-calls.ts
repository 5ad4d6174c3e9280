// The calls whose statements are counted, each as its clients make it.
import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { createHash, randomBytes } from "node:crypto";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { apiOf, unique } from "../use-server.ts";
import type { TestServer } from "../server.ts";

/** A call that can be made again and again. */
interface Call {
  /** Makes what one call uses up, such as a code. */
  prepare?(): Promise<string>;
  /** Makes the call; rejects when it is refused. */
  make(prepared: string): Promise<unknown>;
}

type Parameters = Readonly<Record<string, string>>;

const REDIRECT_URI = "https://client.example.com/callback";
const PASSWORD = unique("correct horse ");
const VERIFIER = randomBytes(32).toString("base64url");
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

/** Sends a request and returns the members of its response; rejects any status but 200. */
async function send(
  url: string,
  init: { method?: string; headers?: Parameters; body?: string | URLSearchParams } = {},
): Promise<Readonly<Record<string, never>>> {
  const response = await fetch(url, { method: "POST", ...init });
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${url}: ${response.status} ${text}`);
  return text === "" ? {} : JSON.parse(text);
}

/** Returns the calls by their names in bench/document/statements.md. */
export async function callsOf(server: TestServer): Promise<ReadonlyMap<string, Call>> {
  const { url } = server;
  const token = await server.administratorToken();
  const bearer = (text: string): Parameters => ({ authorization: `Bearer ${text}` });
  const json = (path: string, value: object, headers: Parameters = {}) =>
    send(url + path, {
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(value),
    });
  const form = (path: string, values: Parameters, headers: Parameters = {}) =>
    send(url + path, { headers, body: new URLSearchParams(values) });

  const user = { email: `${unique()}@example.com`, username: unique(), password: PASSWORD };
  const newUser = () => ({ ...user, email: `${unique()}@example.com`, username: unique() });
  await json("/v1/users", user, bearer(token));
  const { email, username, password } = user;
  const session = await json("/v1/sessions", { email, password });
  const { accessToken: sessionToken, user: shown } = session as unknown as {
    accessToken: string;
    user: { id: string };
  };
  const group = (await json("/v1/groups", { name: "Group" }, bearer(sessionToken))) as unknown as {
    group: { id: string };
  };

  const asked = {
    name: "Partner",
    type: "CLIENT_TYPE_CONFIDENTIAL",
    scopes: ["profile", "users.read"],
    grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
    redirectUris: [REDIRECT_URI],
  };
  const newClient = async (change: object) => {
    const made = await json("/v1/clients", { client: { ...asked, ...change } }, bearer(token));
    return made as unknown as { client: { id: string }; clientSecret: string };
  };
  const { client, clientSecret } = await newClient({});
  const basic = (id: string, secret: string): Parameters => ({
    authorization: `Basic ${btoa(`${id}:${secret}`)}`,
  });
  const own = basic(client.id, clientSecret);
  const zimoxy = await newClient({ apis: ["zimoxy"], grantTypes: [], scopes: [] });
  const senler = await newClient({ apis: ["senler"], grantTypes: [], scopes: [] });

  const newCode = async (): Promise<string> => {
    const parameters = {
      clientId: client.id,
      redirectUri: REDIRECT_URI,
      scope: "profile",
      codeChallenge: CHALLENGE,
      codeChallengeMethod: "S256",
    };
    return (await json("/v1/authorizations", parameters, bearer(sessionToken)))["code"]!;
  };
  const exchange = (code: string) =>
    form(
      "/oauth2/token",
      {
        grant_type: "authorization_code",
        code,
        code_verifier: VERIFIER,
        redirect_uri: REDIRECT_URI,
      },
      own,
    );
  const tokenOf = async (kind: string): Promise<string> => (await exchange(await newCode()))[kind]!;
  const accessToken = await tokenOf("access_token");

  const senlerCode = async (): Promise<string> => {
    const parameters = {
      clientId: senler.client.id,
      redirectUri: REDIRECT_URI,
      groupId: group.group.id,
    };
    return (await json("/v1/authorizations", parameters, bearer(sessionToken)))["code"]!;
  };
  const senlerKey = (code: string) =>
    send(
      `${url}/ajax/cabinet/OAuth2token?${new URLSearchParams({
        client_id: senler.client.id,
        client_secret: senler.clientSecret,
        redirect_uri: REDIRECT_URI,
        code,
      })}`,
      { method: "GET" },
    );
  const key = (await senlerKey(await senlerCode()))["access_token"]!;

  const newPlayer = () => ({
    AccID: "0123456789",
    Password: PASSWORD,
    Email: `${unique()}@example.com`,
    UserID: unique(),
    Bundle: "com.example.game",
    OSInt: "0",
    GAID: unique(),
  });
  const player = newPlayer();
  await form("/user/create", player);
  const login = { AccID: player.AccID, Password: PASSWORD, Email: player.Email };
  const registered = (
    await form("/register/", { username: unique(), email: `${unique()}@example.com`, password })
  )["data"] as unknown as { token: string };
  const zimoxyUser = { login: unique(), password, email: `${unique()}@example.com`, ip: "::7" };
  await form("/oauth2/register", zimoxyUser, { authorization: zimoxy.clientSecret });

  const grpc = apiOf(createGrpcTransport({ baseUrl: url }), token);
  const connect = createClient(
    UserService,
    createConnectTransport({ baseUrl: url, httpVersion: "1.1" }),
  );
  const get = (path: string, credential: string) =>
    send(url + path, { method: "GET", headers: bearer(credential) });

  return new Map<string, Call>([
    ["Sign-in by e-mail and password", { make: () => json("/v1/sessions", { email, password }) }],
    ["Sign-in by name and password", { make: () => json("/v1/sessions", { username, password }) }],
    [
      "A user's first sign-in",
      {
        prepare: async () => {
          const created = newUser();
          await json("/v1/users", created, bearer(token));
          return created.email;
        },
        make: (address) => json("/v1/sessions", { email: address, password }),
      },
    ],
    ["The kokids login, by form", { make: () => form("/user/login", login) }],
    [
      "The zimoxy login, by a partner",
      {
        make: () =>
          form(
            "/oauth2/login",
            { login: zimoxyUser.login, password, ip: "::7" },
            { authorization: zimoxy.clientSecret },
          ),
      },
    ],
    ["Registration by a client", { make: () => json("/v1/users", newUser(), bearer(token)) }],
    ["Registration by kokids, by form", { make: () => form("/user/create", newPlayer()) }],
    [
      "Introspection of a user's access token",
      { make: () => form("/oauth2/introspect", { token: accessToken }, own) },
    ],
    [
      "Introspection of a senler key",
      {
        make: () =>
          form("/oauth2/introspect", { token: key }, basic(senler.client.id, senler.clientSecret)),
      },
    ],
    [
      "client_credentials",
      { make: () => form("/oauth2/token", { grant_type: "client_credentials" }, own) },
    ],
    ["Exchange of an authorization code, with PKCE", { prepare: newCode, make: exchange }],
    ["The senler exchange of a code", { prepare: senlerCode, make: senlerKey }],
    [
      "Refresh with rotation",
      {
        prepare: () => tokenOf("refresh_token"),
        make: (refresh_token) =>
          form("/oauth2/token", { grant_type: "refresh_token", refresh_token }, own),
      },
    ],
    [
      "Revocation of an access token",
      {
        prepare: () => tokenOf("access_token"),
        make: (revoked) => form("/oauth2/revoke", { token: revoked }, own),
      },
    ],
    ["GET user by gRPC", { make: () => grpc.users.getUser({ userId: shown.id }) }],
    [
      "GET user by Connect, JSON",
      { make: () => connect.getUser({ userId: shown.id }, { headers: bearer(token) }) },
    ],
    ["GET user by REST", { make: () => get(`/v1/users/${shown.id}`, token) }],
    ["GET the own user, by an access token", { make: () => get("/v1/users/me", accessToken) }],
    ["GET the own user, by a session", { make: () => get("/v1/users/me", sessionToken) }],
    [
      "GET the own user of secretpair",
      {
        make: () =>
          send(`${url}/auth/`, { method: "GET", headers: { authorization: registered.token } }),
      },
    ],
  ]);
}
