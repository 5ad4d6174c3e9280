import { beforeAll, describe, expect, test, vi } from "vitest";
import { MINUTE, movableClock } from "./clock.ts";
import { stores } from "../mariadb.ts";
import { unique, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";

const LIMIT = 6;
const engines = stores.map(({ engine }) => engine);

describe.each(engines)("on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({
    engine,
    clock,
    environment: { REGISTRATIONS_PER_NETWORK: String(LIMIT), TRUSTED_PROXIES: "127.0.0.1" },
  });
  let key: string;
  beforeAll(async () => {
    key = (
      await used.administrator.oauth.createClient({ client: { name: "Partner", apis: ["zimoxy"] } })
    ).clientSecret;
  });

  const post = (
    address: string,
    path: string,
    body: Readonly<Record<string, string>>,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Response> =>
    fetch(used.url + path, {
      method: "POST",
      headers: { "x-forwarded-for": address, ...headers },
      body: new URLSearchParams(body),
      redirect: "manual",
    });
  const email = (): string => `${unique()}@example.com`;
  const kokids = (address: string, given = email()) =>
    post(address, "/user/create", {
      AccID: "a",
      Email: given,
      UserID: unique(),
      Password: "x",
      Bundle: "b",
      OSInt: "0",
      GAID: "g",
    });
  const secretpair = (address: string, given = email()) =>
    post(address, "/register/", { username: unique(), email: given, password: "x" });
  const zimoxy = (address: string, given = email(), authorization = key) =>
    post(
      address,
      "/oauth2/register",
      { login: unique(), password: "x", email: given, ip: "192.0.2.200" },
      { authorization },
    );
  async function page(address: string, given = email()): Promise<Response> {
    const agent = new Agent(used.url);
    await agent.get("/sign-up");
    return agent.post(
      "/sign-up",
      { email: given, username: unique(), password: "correct horse battery" },
      { "x-forwarded-for": address },
    );
  }
  const WAYS = [kokids, secretpair, page];

  let networks = 0;
  const newNetwork = (): string => `203.0.113.${++networks}`;

  test(
    "six from one network, over pages and documented APIs together, and then none in " +
      "each one's own words",
    async () => {
      const address = newNetwork();
      const statuses: number[] = [];
      for (let count = 0; count < LIMIT; count++)
        statuses.push((await WAYS[count % WAYS.length]!(address)).status);
      expect(statuses).toEqual([200, 200, 303, 200, 200, 303]);
      // Twice: by the database, and by what is remembered of that.
      for (let count = 0; count < 2; count++) {
        const answers = await Promise.all(WAYS.map((way) => way(address)));
        expect(answers.map(({ status }) => status)).toEqual([429, 429, 429]);
        for (const { headers } of answers) {
          expect(Number(headers.get("retry-after"))).toBeGreaterThan(500);
          expect(Number(headers.get("retry-after"))).toBeLessThanOrEqual(600);
        }
        expect(await answers[0]!.text()).toBe('{"error":"Too many requests"}');
        expect(await answers[1]!.text()).toBe('{"code":429,"message":"请求过于频繁","data":null}');
        expect(await answers[2]!.text()).toContain("Too many");
      }
      // Neither a neighbour nor a partner's backend there is concerned.
      expect((await kokids(newNetwork())).status).toBe(200);
      clock.pass(10 * MINUTE);
      expect((await kokids(address)).status).toBe(200);
      await used.renew();
    },
  );

  test.each([
    ["kokids", kokids, 409],
    ["secretpair", secretpair, 409],
    ["the page", page, 303],
  ] as const)("on %s, those that tell of a taken address count too", async (_, way, status) => {
    const address = newNetwork();
    const taken = email();
    expect((await kokids(newNetwork(), taken)).status).toBe(200);
    for (let count = 0; count < LIMIT; count++)
      expect((await way(address, taken)).status).toBe(status);
    expect((await way(address, taken)).status).toBe(429);
    expect((await way(address)).status).toBe(429);
  });

  test("tries that are malformed are no way around it", async () => {
    const address = newNetwork();
    for (let count = 0; count < LIMIT; count++)
      expect((await secretpair(address, "no address")).status).toBe(400);
    expect((await secretpair(address)).status).toBe(429);
  });

  test("of many at once no more pass, and no more users are made", async () => {
    const address = newNetwork();
    const statuses = await Promise.all(
      Array.from(
        { length: 3 * LIMIT },
        async (_, index) => (await WAYS[index % 2]!(address)).status,
      ),
    );
    expect(statuses.filter((status) => status === 200)).toHaveLength(LIMIT);
    expect(statuses.filter((status) => status === 429)).toHaveLength(2 * LIMIT);
  });

  test(
    "a partner's are counted for its key, wherever its backend is, and other partners' " +
      "are not",
    async () => {
      const other = (
        await used.administrator.oauth.createClient({
          client: { name: "Another", apis: ["zimoxy"] },
        })
      ).clientSecret;
      const taken = email();
      const statuses: number[] = [];
      for (let count = 0; count < LIMIT; count++)
        statuses.push((await zimoxy(newNetwork(), count < 2 ? taken : email())).status);
      expect(statuses).toEqual([200, 302, 200, 200, 200, 200]);
      const refused = await zimoxy(newNetwork());
      expect([refused.status, await refused.text()]).toEqual([
        429,
        '{"msg":"Слишком много запросов.","status":false}',
      ]);
      expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(500);
      expect((await zimoxy(newNetwork(), email(), other)).status).toBe(200);
    },
  );

  test("those of an administrator's client are not counted", async () => {
    for (let count = 0; count < LIMIT + 2; count++)
      await used.administrator.users.createUser({
        email: email(),
        username: unique(),
        password: "correct horse battery",
      });
  });

  test("a network over its limit is refused without a look at the database", async () => {
    const limited = newNetwork();
    for (let count = 0; count < 300; count++)
      await used.server.store.attempts.take(
        `sign-in:network:${limited}`,
        300,
        5 * MINUTE,
        clock.now(),
      );
    for (let count = 0; count < 300; count++)
      await used.server.store.attempts.take(
        `sign-in:network:${limited}:wrong`,
        300,
        5 * MINUTE,
        clock.now(),
      );
    const login = () => post(limited, "/login/", { email: email(), password: "x" });
    const first = await login();
    expect(first.status).toBe(429);
    const lookUp = vi.spyOn(used.server.store.users, "findWithCheck");
    const second = await login();
    expect([
      second.status,
      Math.abs(
        Number(second.headers.get("retry-after")) - Number(first.headers.get("retry-after")),
      ) < 5,
    ]).toEqual([429, true]);
    expect(lookUp).not.toHaveBeenCalled();
    clock.pass(5 * MINUTE);
    expect((await login()).status).toBe(401);
    expect(lookUp).toHaveBeenCalledOnce();
    lookUp.mockRestore();
    await used.renew();
  });
});
