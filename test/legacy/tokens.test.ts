// A token of one API works there, and at introspection and revocation; nowhere else. One user, who
// has one of each.
import { beforeAll, describe, expect, test } from "vitest";
import { stores } from "../mariadb.ts";
import { unique, useServer } from "../use-server.ts";
import { type Answered, call } from "./call.ts";

const engines = stores.map(({ engine }) => engine);
const CALLBACK = "https://crm.example/callback";

/**
 * Whose tokens there are: those of the APIs, and that of a client at the standard endpoint, which
 * is for the identity API.
 */
const KINDS = ["kokids", "secretpair", "senler", "identity", "client"] as const;
type Kind = (typeof KINDS)[number];

describe.each(engines)("tokens on %s", (engine) => {
  const used = useServer({ engine, environment: { KOKIDS_DELETE_PROOF: "token" } });
  const user = {
    name: unique("小明 "),
    email: `${unique()}@example.com`,
    password: unique("correct horse "),
    accId: unique("acc-"),
  };
  const tokens = new Map<Kind, string>();

  const fieldOf = ({ text }: Answered, name: string): string =>
    new RegExp(`"${name}":"([^"]+)"`).exec(text)?.[1] ?? expect.fail(`no ${name} in ${text}`);
  const administrator = (): string => {
    const { clientId, clientSecret } = used.server.administrator;
    return `Basic ${btoa(`${clientId}:${clientSecret}`)}`;
  };

  /** Where a token opens something, and what the answer is when it does. */
  const doors: Readonly<Record<string, (token: string) => Promise<Answered>>> = {
    secretpair: (token) => call(`${used.url}/auth/`, "GET", undefined, { authorization: token }),
    identity: (token) =>
      call(`${used.url}/v1/users/me`, "GET", undefined, { authorization: `Bearer ${token}` }),
    // The user goes with it, so this is the last one.
    kokids: (token) =>
      call(
        `${used.url}/user/delete`,
        "POST",
        { AccID: user.accId, Email: user.email },
        { authorization: token },
      ),
  };
  const OPENS: Readonly<Record<Kind, readonly string[]>> = {
    kokids: ["kokids"],
    secretpair: ["secretpair"],
    senler: [],
    identity: ["identity"],
    client: ["identity"],
  };

  beforeAll(async () => {
    const { url } = used;
    const device = { Bundle: "com.example.game", OSInt: "0", GAID: "x" };
    const created = await call(`${url}/user/create`, "POST", {
      AccID: user.accId,
      Email: user.email,
      UserID: user.name,
      Password: user.password,
      ...device,
    });
    tokens.set("kokids", fieldOf(created, "token"));
    tokens.set(
      "secretpair",
      fieldOf(
        await call(`${url}/login/`, "POST", { username: user.name, password: user.password }),
        "token",
      ),
    );
    const { accessToken } = await used
      .as()
      .users.signIn({ identifier: { case: "email", value: user.email }, password: user.password });
    tokens.set("identity", accessToken);
    const self = used.as(accessToken);
    const { client, clientSecret } = await used.administrator.oauth.createClient({
      client: {
        name: "CRM",
        apis: ["senler", "zimoxy"],
        scopes: ["profile"],
        redirectUris: [CALLBACK],
      },
    });
    const credentials = {
      client_id: client!.id,
      client_secret: clientSecret,
      redirect_uri: CALLBACK,
    };
    const groupId = (await self.users.createGroup({ name: "Сообщество" })).group!.id;
    const forGroup = await self.oauth.authorize({
      clientId: client!.id,
      redirectUri: CALLBACK,
      groupId,
    });
    const forAll = await self.oauth.authorize({ clientId: client!.id, redirectUri: CALLBACK });

    const crossed = [
      await call(`${url}/oauth2/token`, "POST", {
        ...credentials,
        grant_type: "authorization_code",
        code: forGroup.code,
      }),
      await call(`${url}/ajax/cabinet/OAuth2token`, "POST", { ...credentials, code: forAll.code }),
    ];
    // A code of one API is none of another, and none is used up by the try.
    expect(crossed.map(({ status }) => status)).toEqual([400, 400]);
    tokens.set(
      "senler",
      fieldOf(
        await call(`${url}/ajax/cabinet/OAuth2token`, "POST", {
          ...credentials,
          code: forGroup.code,
        }),
        "access_token",
      ),
    );
    tokens.set(
      "client",
      fieldOf(
        await call(`${url}/oauth2/token`, "POST", {
          ...credentials,
          grant_type: "authorization_code",
          code: forAll.code,
        }),
        "access_token",
      ),
    );
  });

  const introspect = async (token: string) =>
    JSON.parse(
      (
        await call(
          `${used.url}/oauth2/introspect`,
          "POST",
          { token },
          { authorization: administrator() },
        )
      ).text,
    ) as object;

  test.each(KINDS)("a token of %s is known at introspection", async (kind) => {
    expect(await introspect(tokens.get(kind)!)).toMatchObject({
      active: true,
      username: user.name,
      aud: kind === "client" ? "identity" : kind,
    });
  });

  describe.each(Object.keys(doors))("%s", (door) => {
    test.each(
      KINDS.toSorted((a, b) => Number(OPENS[a].includes(door)) - Number(OPENS[b].includes(door))),
    )("and a token of %s", async (kind) => {
      const { status } = await doors[door]!(tokens.get(kind)!);
      if (OPENS[kind].includes(door)) expect(status).toBe(200);
      else expect(status).toBe(door === "kokids" ? 400 : 401);
    });
  });

  test("all are dead when the user is gone", async () => {
    for (const kind of KINDS)
      expect(await introspect(tokens.get(kind)!)).toEqual({ active: false });
  });
});

describe.each(engines)("revocation on %s", (engine) => {
  const used = useServer({ engine });

  test("by an administrator's client ends one session of secretpair, and no other", async () => {
    const { clientId, clientSecret } = used.server.administrator;
    const authorization = `Basic ${btoa(`${clientId}:${clientSecret}`)}`;
    const username = unique();
    const registered = await call(`${used.url}/register/`, "POST", {
      username,
      email: `${unique()}@122.com`,
      password: "密码",
    });
    const [first = ""] = /ey[\w.-]+/.exec(registered.text) ?? [];
    const [second = ""] =
      /ey[\w.-]+/.exec(
        (await call(`${used.url}/login/`, "POST", { username, password: "密码" })).text,
      ) ?? [];
    expect(
      (await call(`${used.url}/oauth2/revoke`, "POST", { token: first }, { authorization })).status,
    ).toBe(200);
    const profiles = [
      await call(`${used.url}/auth/`, "GET", undefined, { authorization: first }),
      await call(`${used.url}/auth/`, "GET", undefined, { authorization: second }),
    ];
    expect(profiles.map(({ status }) => status)).toEqual([401, 200]);
  });
});
