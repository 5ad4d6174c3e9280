// What the transcripts of senler can't show: a public client of the old system, what happens at
// once, and what is written down.
import { createRequire } from "node:module";
import { beforeAll, describe, expect, test } from "vitest";
import { DAY, movableClock } from "../identity/clock.ts";
import { stores } from "../mariadb.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";
import { call, race } from "./call.ts";

const engines = stores.map(({ engine }) => engine);
const CALLBACK = "https://crm.example/auth/senler/callback";
const HOST = "https://senler.ru";

/** What is used of passport-senler, whose own types need packages that it doesn't bring. */
interface SenlerStrategy {
  /** The first four are set by passport, for each request. */
  success: (user: { readonly accessToken: string }) => void;
  fail: (challenge: string) => void;
  redirect: (url: string) => void;
  error: (error: Error) => void;
  _tokenURL: string;
  readonly _oauth2: { _authorizeUrl: string };
  authenticate(request: { readonly query: Readonly<Record<string, string>> }): Promise<void>;
}
const { SenlerStrategy } = createRequire(import.meta.url)("passport-senler") as {
  SenlerStrategy: new (options: {
    clientID: string;
    clientSecret: string;
    callbackURL: string;
  }) => SenlerStrategy;
};

describe.each(engines)("senler on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({ engine, clock });
  let user: SignedIn;
  let groupId: bigint;
  let client: { readonly id: string; readonly secret: string };
  beforeAll(async () => {
    user = await used.signUp();
    groupId = (await user.users.createGroup({ name: "Сообщество" })).group!.id;
    const created = await used.administrator.oauth.createClient({
      client: { name: "CRM", apis: ["senler"], redirectUris: [CALLBACK] },
    });
    client = { id: created.client!.id, secret: created.clientSecret };
  });
  const codeOf = async (): Promise<string> =>
    (await user.oauth.authorize({ clientId: client.id, redirectUri: CALLBACK, groupId })).code;
  const query = (code: string) =>
    new URLSearchParams({
      client_id: client.id,
      client_secret: client.secret,
      redirect_uri: CALLBACK,
      code,
    });
  const exchange = (code: string) =>
    call(`${used.url}/ajax/cabinet/OAuth2token?${query(code)}`, "GET");
  const keyOf = async (code: string): Promise<string> =>
    (JSON.parse((await exchange(code)).text) as { access_token: string }).access_token;
  const introspect = async (token: string) => {
    const answer = await call(
      `${used.url}/oauth2/introspect`,
      "POST",
      { token },
      { authorization: `Basic ${btoa(`${client.id}:${client.secret}`)}` },
    );
    return JSON.parse(answer.text) as {
      readonly active: boolean;
      readonly group_id?: string;
      readonly username?: string;
      readonly exp?: number;
    };
  };

  describe("passport-senler, unmodified but for its host", () => {
    const strategy = () => {
      const made = new SenlerStrategy({
        clientID: client.id,
        clientSecret: client.secret,
        callbackURL: CALLBACK,
      });
      made._tokenURL = made._tokenURL.replace(HOST, used.url);
      made._oauth2._authorizeUrl = made._oauth2._authorizeUrl.replace(HOST, used.url);
      return made;
    };
    const pass = (request: Readonly<Record<string, string>>) =>
      new Promise<{ key?: string; refusal?: string; location?: string }>((resolve, reject) => {
        const acting = strategy();
        acting.success = ({ accessToken }) => resolve({ key: accessToken });
        acting.fail = (refusal) => resolve({ refusal });
        acting.redirect = (location) => resolve({ location });
        acting.error = reject;
        acting.authenticate({ query: request }).catch(reject);
      });

    test("begins without a state and without a community", async () => {
      const location = new URL((await pass({})).location!);
      expect(location.origin + location.pathname).toBe(`${used.url}/cabinet/OAuth2authorize`);
      expect(Object.fromEntries(location.searchParams)).toEqual({
        response_type: "code",
        redirect_uri: CALLBACK,
        client_id: client.id,
      });
    });

    test("gets a key for the code that comes back", async () => {
      const { redirectUri } = await user.oauth.authorize({
        clientId: client.id,
        redirectUri: CALLBACK,
        groupId,
      });
      const back = new URL(redirectUri);
      expect(back.origin + back.pathname).toBe(CALLBACK);
      const { key } = await pass(Object.fromEntries(back.searchParams));
      expect(await introspect(key!)).toMatchObject({
        active: true,
        username: user.username,
        group_id: groupId.toString(),
      });
    });

    test("gets an error when the code is wrong", async () => {
      expect((await pass({ code: "x", group_id: groupId.toString() })).refusal).toContain(
        "Request failed with status code 400",
      );
    });
  });

  test("of many who exchange a code at once, one gets a key, which the others end", async () => {
    const code = await codeOf();
    const keys: string[] = [];
    const statuses = await race(12, async () => {
      const answer = await exchange(code);
      if (answer.status === 200)
        keys.push((JSON.parse(answer.text) as { access_token: string }).access_token);
      return answer;
    });
    expect(statuses).toEqual([200, ...Array<number>(11).fill(400)]);
    expect(keys).toHaveLength(1);
    expect(await introspect(keys[0]!)).toEqual({ active: false });
  });

  test("logs neither the secret nor the code nor the key, also when a call fails", async () => {
    const code = await codeOf();
    const key = await keyOf(code);
    const canary = unique("canary");
    for (const method of ["GET", "HEAD", "POST", "PUT", "OPTIONS"])
      await call(`${used.url}/ajax/cabinet/OAuth2token?${query(code)}&x=${canary}&%`, method);
    await call(
      `${used.url}/ajax/cabinet/OAuth2token?${query(canary)}&client_secret=${canary}`,
      "GET",
    );
    await call(`${used.url}/ajax/cabinet/OAuth2token/?${query(code)}&x=${canary}`, "GET");
    await call(`${used.url}/ajax/cabinet/OAuth2token`, "POST", Object.fromEntries(query(code)));
    const log = used.server.log.join("");
    expect(log).toContain("SenlerService");
    for (const text of [client.secret, code, key, canary]) expect(log).not.toContain(text);
  });

  // The last one here: it lets every session run out.
  test("a key doesn't expire, and its last use is its last request", async () => {
    const key = await keyOf(await codeOf());
    const before = clock.now();
    clock.pass(3650 * DAY);
    const described = await introspect(key);
    expect(described.active).toBe(true);
    expect(described).not.toHaveProperty("exp");
    const [grant] = await used.server.store.grants.list(user.id, { limit: 10 });
    expect(grant!.lastUsedAt).toBeGreaterThan(before + 3649 * DAY);
    await used.server.store.grants.delete(grant!.id);
    expect(await introspect(key)).toEqual({ active: false });
  });
});

describe("senler without its database", () => {
  const used = useServer();

  test("logs the fault and no secret", async () => {
    const canary = unique("canary");
    await used.server.store.close();
    const { status } = await call(
      `${used.url}/ajax/cabinet/OAuth2token?client_id=${canary}&client_secret=${canary}&` +
        `redirect_uri=${CALLBACK}&code=${canary}`,
      "GET",
    );
    expect(status).toBe(500);
    expect(used.server.log.filter((line) => line.includes('"fault"'))).toHaveLength(1);
    expect(used.server.log.join("")).not.toContain(canary);
  });
});
