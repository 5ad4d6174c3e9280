import { describe, expect, test } from "vitest";
import { unique, useServer } from "../use-server.ts";
import { call } from "./call.ts";

const KEY = { name: "Partner", apis: ["zimoxy"] };

describe.each(["sqlite", "mysql"] as const)("guesses with a key on %s", (engine) => {
  const LIMIT = 20;
  const used = useServer({
    engine,
    environment: { TRUSTED_PROXIES: "127.0.0.1", SIGN_IN_NETWORK_FAILURES: String(LIMIT) },
  });
  const partner = async () => {
    const { client, clientSecret } = await used.administrator.oauth.createClient({ client: KEY });
    return { id: client!.id, key: clientSecret };
  };
  let networks = 0;
  const network = (): string => `198.51.100.${++networks}`;
  const login = async (
    key: string,
    from: string,
    fields: Record<string, string>,
  ): Promise<number> =>
    (
      await call(
        `${used.url}/oauth2/login`,
        "POST",
        { login: unique(), password: "Spring2026!", ...fields },
        { authorization: key, "x-forwarded-for": from },
      )
    ).status;
  /** The statuses of so many tries, one after the other, each counted. */
  const tally = async (
    count: number,
    tryOne: (index: number) => Promise<number>,
  ): Promise<Record<number, number>> => {
    const counts: Record<number, number> = {};
    for (let index = 0; index < count; index++) {
      const status = await tryOne(index);
      counts[status] = (counts[status] ?? 0) + 1;
    }
    return counts;
  };

  test("count for the caller's own network, whichever addresses it sends", async () => {
    const [{ key }, from] = [await partner(), network()];
    expect(await tally(LIMIT + 8, (index) => login(key, from, { ip: `10.0.${index}.1` }))).toEqual({
      403: LIMIT,
      429: 8,
    });
    // It is the counter of every other way in: the same network has no guess left there, another
    // one has.
    const signIn = (of: string) =>
      fetch(`${used.url}/v1/sessions`, {
        method: "POST",
        headers: { "content-type": "application/json", "x-forwarded-for": of },
        body: JSON.stringify({ username: unique(), password: "x" }),
      });
    expect([(await signIn(from)).status, (await signIn(network())).status]).toEqual([429, 401]);
    // Another key from the same network is no way around it.
    expect(await login((await partner()).key, from, {})).toBe(429);
  });

  test("count for the key, from all networks together", async () => {
    const { key } = await partner();
    expect(
      await tally(LIMIT + 4, (index) => login(key, network(), { ip: `10.1.${index}.1` })),
    ).toEqual({ 403: LIMIT, 429: 4 });
    expect(await login((await partner()).key, network(), {})).toBe(403);
  });

  test("count for the address that is sent, which can't use up what the partner has", async () => {
    const [{ key }, from] = [await partner(), network()];
    expect(await tally(8, () => login(key, from, { ip: "203.0.113.7" }))).toEqual({
      403: LIMIT / 5,
      429: 8 - LIMIT / 5,
    });
    expect(await login(key, from, { ip: "203.0.113.8" })).toBe(403);
    expect(await login(key, from, {})).toBe(403);
  });

  test("count for the account, together with all other ways", async () => {
    const { key } = await partner();
    const user = await used.signUp();
    expect(
      await tally(12, (index) =>
        login(key, network(), { login: user.username, ip: `10.2.${index}.1` }),
      ),
    ).toEqual({ 403: 10, 429: 2 });
  });

  test("that are right are taken back, however many there are at once", async () => {
    const [{ key }, from] = [await partner(), network()];
    const user = await used.signUp();
    const right = (index: number) =>
      login(key, from, {
        login: user.username,
        password: user.password,
        ip: `10.3.${index % 3}.1`,
      });
    expect(await tally(LIMIT + 5, right)).toEqual({ 200: LIMIT + 5 });
    expect(await Promise.all(Array.from({ length: 8 }, (_, index) => right(index)))).toEqual(
      Array(8).fill(200),
    );
    expect(await tally(LIMIT + 1, (index) => login(key, from, { ip: `10.4.${index}.1` }))).toEqual({
      403: LIMIT,
      429: 1,
    });
  });

  test("with a wrong key end, too", async () => {
    const from = network();
    const statuses = await Promise.all(
      Array.from({ length: 310 }, () => login("lkcs_wrong", from, {})),
    );
    expect([
      statuses.filter((status) => status === 403).length,
      statuses.filter((status) => status === 429).length,
    ]).toEqual([300, 10]);
    // Only those with a wrong key.
    const user = await used.signUp();
    expect(
      await login((await partner()).key, from, { login: user.username, password: user.password }),
    ).toBe(200);
  });

  test("and registrations are events of the client", async () => {
    const [{ id, key }, from] = [await partner(), network()];
    const user = {
      login: unique(),
      password: unique(),
      email: `${unique()}@example.ru`,
      ip: "203.0.113.9",
    };
    expect(
      (
        await call(`${used.url}/oauth2/register`, "POST", user, {
          authorization: key,
          "x-forwarded-for": from,
        })
      ).status,
    ).toBe(200);
    expect(await login(key, from, { login: user.login, password: user.password })).toBe(200);
    expect(await login(key, from, { login: user.login, password: "wrong" })).toBe(403);
    expect(await login(key, from, {})).toBe(403);
    const events = await used.server.store.audit.list({ actor: `client:${id}` }, { limit: 10 });
    expect(
      events.map(({ type, succeeded, clientId, address }) => [type, succeeded, clientId, address]),
    ).toEqual([
      ["user.sign_in", false, id, from],
      ["user.sign_in", false, id, from],
      ["user.sign_in", true, id, from],
      ["user.create", true, id, from],
    ]);
    expect(events[3]!.details).toEqual({ clientId: id, ip: user.ip });
  });
});
