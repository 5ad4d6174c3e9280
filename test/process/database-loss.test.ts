// The database goes away in the middle of work: callers hear so at once and when to come back,
// nothing is lost or let through, and it all goes on when it is there again.
import { createClient } from "@connectrpc/connect";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { refusalOf } from "../clients/refusal.ts";
import { openWays, type Way, type Ways } from "../clients/ways.ts";
import { execute, Mariadb } from "../mariadb-server.ts";
import {
  agree,
  clientToken,
  isActive,
  post,
  redeem,
  refresh,
  register,
  type Registered,
} from "../oauth/flow.ts";
import { apiOf, unique } from "../use-server.ts";
import { type Installation, installOn, type Latchkey } from "./latchkey.ts";

/**
 * How long a call may take while the database is away. One that is dead is noticed at once, one
 * that hangs after 2 seconds, after 3 where not even a connection is had; the rest is for a busy
 * machine.
 */
const PATIENCE_MS = 6_000;
const USED: readonly Way[] = ["grpc-js", "gRPC-Web, HTTP/1.1", "Connect, HTTP/1.1, JSON", "REST"];

let database: Mariadb;
let installation: Installation;
let server: Latchkey;
let ways: Ways;
let administrator: Registered;
/** Everything that must never be in a log. */
const canaries: string[] = [];
const canary = (text: string): string => {
  canaries.push(text);
  return text;
};

beforeAll(async () => {
  database = await Mariadb.start();
  await execute(database.url, "create database latchkey");
  installation = installOn(`${database.url}/latchkey`, async () => undefined);
  canary(installation.environment["LATCHKEY_SECRET"]!);
  canary(new URL(database.url).password);
  server = await installation.start({ LOG_LEVEL: "debug", SIGN_IN_NETWORK_FAILURES: "100000" });
  ways = openWays(server.url);
  administrator = await installation.administrator();
  canary(administrator.secret);
});
afterAll(async () => {
  ways.close();
  await server.stop("SIGKILL");
  await database.dispose();
});

interface Account {
  readonly email: string;
  readonly password: string;
  readonly token: string;
}

async function signUp(): Promise<Account> {
  const [email, password] = [`${unique()}@example.com`, canary(unique("password "))];
  const asAdministrator = apiOf(
    ways.transports.REST,
    canary(await clientToken(server.url, administrator)),
  );
  await asAdministrator.users.createUser({ email, password });
  const { accessToken } = await apiOf(ways.transports.REST).users.signIn({
    identifier: { case: "email", value: email },
    password,
  });
  return { email, password, token: canary(accessToken) };
}

/** One call of each kind; what came of it, or that it took too long. */
function calls(account: Account): Readonly<Record<string, () => Promise<string>>> {
  const outcome = (call: Promise<unknown>): Promise<string> =>
    call.then(
      () => "done",
      (error: unknown) => {
        const { code, reason, retryAfter } = refusalOf(error);
        return reason === "STORE_UNAVAILABLE" ? `${code}, come back: ${retryAfter! > 0}` : reason;
      },
    );
  const form = async (
    path: string,
    body: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<string> => {
    const response = await fetch(server.url + path, {
      method: "POST",
      headers,
      body: new URLSearchParams(body),
    });
    await response.text();
    return response.ok
      ? "done"
      : `HTTP ${response.status}, come back: ${Number(response.headers.get("retry-after")) > 0}`;
  };
  const credentials = `${administrator.id}:${administrator.secret}`;
  const basic = `Basic ${Buffer.from(credentials).toString("base64")}`;
  return Object.fromEntries([
    ...USED.flatMap((way): [string, () => Promise<string>][] => [
      [
        `GetUser, ${way}`,
        () => outcome(apiOf(ways.transports[way], account.token).users.getUser({ userId: "me" })),
      ],
      [
        `SignIn, ${way}`,
        () =>
          outcome(
            createClient(UserService, ways.transports[way]).signIn({
              identifier: { case: "email", value: account.email },
              password: account.password,
            }),
          ),
      ],
    ]),
    [
      "token",
      () => form("/oauth2/token", { grant_type: "client_credentials" }, { authorization: basic }),
    ],
    [
      "kokids",
      () =>
        form("/user/create", {
          AccID: "a",
          Email: `${unique()}@example.com`,
          UserID: unique(),
          Password: account.password,
          Bundle: "b",
          OSInt: "1",
          GAID: "g",
        }),
    ],
  ]);
}

const UNAVAILABLE: Readonly<Record<string, string>> = {
  token: "HTTP 503, come back: true",
  kokids: "HTTP 500, come back: true",
};
const expected = (name: string): string => UNAVAILABLE[name] ?? "Unavailable, come back: true";

/**
 * Makes every call again and again until it is stopped; notes what is neither done nor unavailable,
 * and what is slow.
 */
async function underLoad(
  account: Account,
  whileRunning: () => Promise<void>,
): Promise<{ wrong: string[]; done: number; unavailable: number }> {
  const result = { wrong: [] as string[], done: 0, unavailable: 0 };
  let stopped = false;
  const loops = Object.entries(calls(account)).map(async ([name, call]) => {
    while (!stopped) {
      const before = performance.now();
      const outcome = await call().catch(String);
      const took = performance.now() - before;
      if (outcome === "done") result.done++;
      else if (outcome === expected(name)) result.unavailable++;
      else result.wrong.push(`${name}: ${outcome}`);
      if (took > PATIENCE_MS) result.wrong.push(`${name}: ${Math.round(took)} ms`);
      await delay(25);
    }
  });
  await whileRunning();
  stopped = true;
  await Promise.all(loops);
  return result;
}

const statusOf = async (path: string): Promise<number> => (await fetch(server.url + path)).status;
const isBack = (account: Account) =>
  expect
    .poll(
      async () =>
        (await Promise.all(Object.values(calls(account)).map((call) => call()))).every(
          (outcome) => outcome === "done",
        ),
      { interval: 100 },
    )
    .toBe(true);

test.each(["SIGKILL", "SIGSTOP"] as const)(
  "%s to the database in the middle of work",
  async (signal) => {
    const account = await signUp();
    await isBack(account);
    const { wrong, done, unavailable } = await underLoad(account, async () => {
      await delay(300);
      await database.signal(signal);
      await delay(1_500);
      expect([await statusOf("/healthz"), await statusOf("/readyz")]).toEqual([200, 503]);
      if (signal === "SIGKILL") await database.start();
      else await database.signal("SIGCONT");
      await expect.poll(() => statusOf("/readyz")).toBe(200);
      await delay(300);
    });
    expect(wrong).toEqual([]);
    expect([done > 20, unavailable > 5]).toEqual([true, true]);
    await isBack(account);
  },
);

test("what has been ended stays so, and a refresh that failed costs nothing", async () => {
  const account = await signUp();
  const api = apiOf(ways.transports["grpc-js"], account.token);
  const client = await register(
    apiOf(ways.transports.REST, canary(await clientToken(server.url, administrator))),
  );
  canary(client.secret);
  const [kept, ended] = await Promise.all(
    [0, 1].map(async () => (await redeem(server.url, client, await agree(api, client))).json),
  );
  for (const tokens of [kept, ended])
    for (const name of ["access_token", "refresh_token"]) canary(String(tokens![name]));
  await post(server.url, "revoke", { token: String(ended!["refresh_token"]) }, client);
  await database.signal("SIGKILL");
  for (const token of [kept, ended])
    expect((await refresh(server.url, client, token!["refresh_token"])).status).toBe(503);
  expect(
    (await post(server.url, "introspect", { token: String(ended!["access_token"]) }, client))
      .status,
  ).toBe(503);
  await database.start();
  await expect.poll(() => statusOf("/readyz")).toBe(200);
  expect([
    await isActive(server.url, client, kept!["access_token"]),
    await isActive(server.url, client, ended!["access_token"]),
  ]).toEqual([true, false]);
  const { status, json } = await refresh(server.url, client, kept!["refresh_token"]);
  expect(status).toBe(200);
  canary(String(json["access_token"]));
});

test("no line of the log holds a password, a token or a secret, in any encoding", () => {
  const { stdout, stderr } = server.output;
  expect(stderr.split("\n").length).toBeGreaterThan(100);
  for (const text of canaries) {
    for (const form of [
      text,
      encodeURIComponent(text),
      Buffer.from(text).toString("base64").replace(/=+$/, ""),
      Buffer.from(text).toString("hex"),
      JSON.stringify(text).slice(1, -1),
    ]) {
      expect(
        stderr.includes(form) || stdout.includes(form),
        `${form.slice(0, 8)}… is in the log`,
      ).toBe(false);
    }
  }
  expect(stderr).not.toMatch(/insert into|select .* from/i);
  // But the cause of the failures is there, each cause once a minute.
  expect(stderr).toMatch(/"cause":"unreachable","driverCode":"[^"]+","failures":1,/);
  expect(stderr.match(/"store failed"/g)!.length).toBeLessThan(30);
});
