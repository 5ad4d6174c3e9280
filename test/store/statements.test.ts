// How many statements each hot call costs, alone: one more must be noticed. bench/document has the
// same figures for the reader.
import { beforeAll, describe, expect, test } from "vitest";
import { call } from "../legacy/call.ts";
import { stores } from "../mariadb.ts";
import { agree, post, redeem, refresh, register, type Registered } from "../oauth/flow.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";

const engines = stores.map(({ engine }) => engine);
const SENLER_CALLBACK = "https://crm.example/callback";

/** The statements of each call, in the order of their names; those of MySQL where they differ. */
const EXPECTED: Readonly<Record<string, { readonly sqlite: string; readonly mysql?: string }>> = {
  "GET user by REST": { sqlite: "select select" },
  "GET user by Connect": { sqlite: "select select" },
  "GET user by gRPC": { sqlite: "select select" },
  "a user asks for itself": { sqlite: "select" },
  "introspection of an access token": { sqlite: "select select" },
  "introspection of a session": { sqlite: "select select" },
  "introspection of a refresh token": { sqlite: "select select" },
  // The member of the key's group is one more.
  "introspection of a senler key": { sqlite: "select select select" },
  client_credentials: { sqlite: "insert select" },
  "code exchange": {
    sqlite: "begin commit insert insert select update",
    mysql: "commit insert insert select update",
  },
  refresh: {
    sqlite: "begin commit insert insert select update",
    mysql: "commit insert insert select update",
  },
  "sign-in": {
    sqlite: "begin commit insert insert insert replace select update",
    mysql: "commit commit insert insert insert replace select update",
  },
  "first sign-in": {
    sqlite: "begin commit insert insert insert replace select update",
    mysql: "commit commit insert insert insert replace select update",
  },
  "an unknown user signs in": {
    sqlite: "begin commit insert insert insert insert select",
    mysql: "commit commit insert insert insert insert select",
  },
  "registration by a client": {
    sqlite: "begin commit insert insert select select",
    mysql: "commit insert insert select select",
  },
  "kokids login": {
    sqlite: "begin commit insert insert insert replace select update",
    mysql: "commit commit insert insert insert replace select update",
  },
  "kokids registration": {
    sqlite: "begin commit insert insert insert insert replace replace select",
    mysql: "commit insert insert insert insert replace replace select",
  },
  "zimoxy login": {
    sqlite: "begin commit insert insert insert insert select select update",
    mysql: "commit commit insert insert insert insert select select update",
  },
};

/** A call that is measured; it returns whether it did its work. */
type Measured = () => Promise<boolean>;

describe.each(engines)("statements of one call on %s", (engine) => {
  const used = useServer({ engine });
  let user: SignedIn;
  let client: Registered;
  let token: string;
  let partner: Registered;
  let senlerKey: string;
  let kid: ReturnType<typeof newKid>;

  beforeAll(async () => {
    user = await used.signUp();
    client = await register(used.administrator, {
      grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
      scopes: ["profile", "users.read", "introspect"],
    });
    token = String(
      (await post(used.url, "token", { grant_type: "client_credentials" }, client)).json[
        "access_token"
      ],
    );
    partner = await register(used.administrator, { apis: ["zimoxy"] });
    kid = newKid();
    await call(`${used.url}/user/create`, "POST", kid);
    senlerKey = await newSenlerKey();
  });

  const newKid = () => ({
    AccID: unique("acc-"),
    Email: `${unique()}@kids.example`,
    UserID: unique("uid-"),
    Password: unique("pass-"),
    Bundle: "com.YovoGames.hair",
    OSInt: "30",
    GAID: unique("device-"),
    SDKVerC: "1.0.0",
  });

  /** A key for a group of the user. */
  async function newSenlerKey(): Promise<string> {
    const { group } = await user.users.createGroup({ name: "A group" });
    const senler = await register(used.administrator, {
      apis: ["senler"],
      redirectUris: [SENLER_CALLBACK],
    });
    const { code } = await user.oauth.authorize({
      clientId: senler.id,
      redirectUri: SENLER_CALLBACK,
      groupId: group!.id,
    });
    const parameters = {
      client_id: senler.id,
      client_secret: senler.secret,
      redirect_uri: SENLER_CALLBACK,
      code,
    };
    const { text } = await call(`${used.url}/ajax/cabinet/OAuth2token`, "POST", parameters);
    return (JSON.parse(text) as { access_token: string }).access_token;
  }

  /** How many statements of each kind have run. */
  async function counted(): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const [series, value] of await used.server.metrics()) {
      const kind = /^latchkey_store_statement_duration_seconds_count\{statement="(\w+)"/.exec(
        series,
      )?.[1];
      // Others prepare a new connection.
      if (kind !== undefined && kind !== "other") counts.set(kind, value);
    }
    return counts;
  }

  /**
   * Returns the statements of a call, in the order of their names. Of several measurements it takes
   * the shortest: SQLite sometimes gives a single write a transaction of its own, and the server
   * does work in the background.
   */
  async function statementsOf(prepare: () => Promise<Measured>): Promise<string> {
    let shortest: string[] | undefined;
    for (let round = 0; round < 4; round++) {
      const measured = await prepare();
      const before = await counted();
      expect(await measured()).toBe(true);
      const kinds = [...(await counted())].flatMap(([kind, count]) =>
        Array<string>(count - (before.get(kind) ?? 0)).fill(kind),
      );
      if (shortest === undefined || kinds.length < shortest.length) shortest = kinds;
    }
    // Counting costs one look at the schema.
    return shortest!
      .toSorted()
      .join(" ")
      .replace(/ ?select/, "")
      .trim();
  }

  const always = (measured: Measured) => () => Promise.resolve(measured);
  const getJson = async (path: string, body?: object): Promise<boolean> =>
    (
      await fetch(used.url + path, {
        method: body === undefined ? "GET" : "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    ).ok;
  const introspect = async (asked: string): Promise<boolean> =>
    (await post(used.url, "introspect", { token: asked }, client)).json["active"] === true;
  const newTokens = async () => {
    const { json } = await redeem(used.url, client, await agree(user, client));
    return json;
  };

  const CALLS: Readonly<Record<string, () => Promise<Measured>>> = {
    "GET user by REST": always(() => getJson(`/v1/users/${user.id}`)),
    "GET user by Connect": always(() =>
      getJson("/identity.v1.UserService/GetUser", { userId: user.id }),
    ),
    "GET user by gRPC": always(async () => {
      const found = await used.as(token).users.getUser({ userId: user.id });
      return found.user?.id === user.id;
    }),
    "a user asks for itself": always(async () => {
      const found = await user.users.getUser({ userId: "me" });
      return found.user?.id === user.id;
    }),
    "introspection of an access token": always(() => introspect(token)),
    "introspection of a session": always(() => introspect(user.token)),
    "introspection of a refresh token": async () => {
      const asked = String((await newTokens())["refresh_token"]);
      return () => introspect(asked);
    },
    "introspection of a senler key": always(() => introspect(senlerKey)),
    client_credentials: always(
      async () =>
        (await post(used.url, "token", { grant_type: "client_credentials" }, client)).status ===
        200,
    ),
    "code exchange": async () => {
      const agreed = await agree(user, client);
      return async () => (await redeem(used.url, client, agreed)).status === 200;
    },
    refresh: async () => {
      const { refresh_token: old } = await newTokens();
      return async () => (await refresh(used.url, client, old)).status === 200;
    },
    "sign-in": always(async () => {
      const { email, password } = user;
      const identifier = { case: "email", value: email } as const;
      return (await used.as().users.signIn({ identifier, password })).accessToken !== "";
    }),
    "first sign-in": async () => {
      const [email, password] = [`${unique()}@example.com`, unique("correct horse ")];
      await used.administrator.users.createUser({ email, password });
      const identifier = { case: "email", value: email } as const;
      return async () =>
        (await used.as().users.signIn({ identifier, password })).accessToken !== "";
    },
    "registration by a client": async () => {
      const [email, password] = [`${unique()}@example.com`, unique("correct horse ")];
      return async () =>
        (await used.administrator.users.createUser({ email, password })).user?.email === email;
    },
    "kokids login": always(
      async () => (await call(`${used.url}/user/login`, "POST", kid)).status === 200,
    ),
    "kokids registration": async () => {
      const another = newKid();
      return async () => (await call(`${used.url}/user/create`, "POST", another)).status === 200;
    },
    "zimoxy login": async () => {
      const named = { login: unique("user "), password: unique("password ") };
      const key = { authorization: partner.secret };
      const register = { ...named, email: `${unique()}@example.ru`, ip: "2001:db8::7" };
      await call(`${used.url}/oauth2/register`, "POST", register, key);
      return async () => {
        const asked = { ...named, ip: "2001:db8::7" };
        return (await call(`${used.url}/oauth2/login`, "POST", asked, key)).status === 200;
      };
    },
    "an unknown user signs in": always(async () => {
      const identifier = { case: "email", value: `${unique()}@example.com` } as const;
      const refused = used.as().users.signIn({ identifier, password: "correct horse" });
      return refused.then(
        () => false,
        () => true,
      );
    }),
  };

  test("are none for no call", async () => {
    expect(await statementsOf(always(() => Promise.resolve(true)))).toBe("");
  });

  test.each(Object.keys(EXPECTED))("%s", async (name) => {
    const { sqlite, mysql = sqlite } = EXPECTED[name]!;
    expect(await statementsOf(CALLS[name]!)).toBe(engine === "mysql" ? mysql : sqlite);
  });
});
