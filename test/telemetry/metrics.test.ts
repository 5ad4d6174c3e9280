// The numbers: what counts as what, and that no client can add a series.
import { expect, test } from "vitest";
import { clientToken } from "../oauth/flow.ts";
import { send } from "../http/serve.ts";
import { listenForMetrics } from "../../src/telemetry/metrics-listener.ts";
import { unique, useServer } from "../use-server.ts";

const used = useServer();
const port = (): number => Number(new URL(used.url).port);

/** The sum of all series of that name whose labels hold these. */
async function valueOf(name: string, ...labels: string[]): Promise<number> {
  const series = await used.server.metrics();
  return [...series]
    .filter(([key]) => key.split("{")[0] === name && labels.every((label) => key.includes(label)))
    .reduce((sum, [, value]) => sum + value, 0);
}

/**
 * How much a number grows while something is done; an exchange ends after its client has the
 * answer.
 */
async function growth(
  name: string,
  labels: string[],
  by: number,
  work: () => Promise<unknown>,
): Promise<void> {
  const before = await valueOf(name, ...labels);
  await work();
  await expect.poll(() => valueOf(name, ...labels)).toBe(before + by);
}

const SIGN_IN = 'method="identity.v1.UserService/SignIn"';
const signIn = (password: string) =>
  send(port(), "POST", "/v1/sessions", {
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ username: "nobody", password }),
  });

test("a call is counted by its protocol, its method, its route and what came of it", async () => {
  const user = await used.signUp();
  await growth(
    "latchkey_requests_total",
    ['protocol="grpc"', 'GetUser"', 'route=""', 'status="200"', 'reason=""'],
    1,
    () => user.users.getUser({ userId: "me" }),
  );
  await growth("latchkey_request_duration_seconds_count", ['protocol="grpc"', 'GetUser"'], 2, () =>
    Promise.all(
      [user.users.getUser({}), user.users.getUser({})].map((call) => call.catch(() => undefined)),
    ),
  );
  await growth(
    "latchkey_requests_total",
    [
      'protocol="http"',
      SIGN_IN,
      'route="POST /v1/sessions"',
      'status="401"',
      'reason="SIGN_IN_FAILED"',
    ],
    1,
    () => signIn("wrong"),
  );
  await growth(
    "latchkey_requests_total",
    ['protocol="page"', 'route="GET /sign-in"', 'status="200"'],
    1,
    () => fetch(`${used.url}/sign-in`),
  );
});

test("what the domain and the store do is counted, whichever door it came by", async () => {
  await growth("latchkey_sign_ins_total", ['reason="SIGN_IN_FAILED"'], 1, () => signIn("wrong"));
  await growth("latchkey_sign_ins_total", ['reason=""'], 1, () => used.signUp());
  await growth("latchkey_tokens_issued_total", ['grant="client_credentials"'], 1, () =>
    clientToken(used.url, {
      id: used.server.administrator.clientId,
      secret: used.server.administrator.clientSecret,
    }),
  );
  expect(
    await valueOf("latchkey_store_statement_duration_seconds_count", 'statement="commit"'),
  ).toBeGreaterThan(1);
  expect(await valueOf("latchkey_store_transaction_duration_seconds_count")).toBeGreaterThan(1);
  expect(await valueOf("latchkey_ready")).toBe(1);
  for (const idle of [
    "password_hash_lanes_busy",
    "password_hash_queue",
    "store_connections_busy",
    "store_connection_queue",
  ])
    await expect.poll(() => valueOf(`latchkey_${idle}`)).toBe(0);
});

test("a password that is too long is not hashed", async () => {
  await growth("latchkey_password_hash_duration_seconds_count", [], 1, () => signIn("wrong"));
  await growth("latchkey_password_hash_duration_seconds_count", [], 0, () =>
    signIn("x".repeat(1025)),
  );
});

test("nothing that a client makes up becomes a series", async () => {
  const probe = async (): Promise<void> => {
    const [path, name] = [`/${unique()}`, unique()];
    await fetch(used.url + path, { method: "DELETE" });
    await fetch(used.url + path, { headers: { accept: "text/html" } });
    await fetch(`${used.url}/v1/users/${name}`, {
      headers: { authorization: `Bearer ${name}`, "user-agent": name },
    });
    for (const type of ["application/grpc", `application/${name}`])
      await send(port(), "POST", `/identity.v1.UserService/${name}`, {
        headers: { "content-type": type },
      });
    await send(port(), "POST", "/oauth2/token", {
      headers: { "content-type": "application/x-www-form-urlencoded" },
      body: `grant_type=${name}`,
    });
  };
  await probe();
  const before = (await used.server.metrics()).size;
  await Promise.all(Array.from({ length: 20 }, probe));
  await expect.poll(() => valueOf("latchkey_requests_total", 'method="unknown"')).toBe(21);
  expect((await used.server.metrics()).size).toBe(before);
});

test("their port tells them and nothing else, and the public one doesn't", async () => {
  const { url, close } = await listenForMetrics({
    host: "127.0.0.1",
    port: 0,
    contentType: "text/plain",
    read: async () => "numbers\n",
  });
  expect(await (await fetch(url)).text()).toBe("numbers\n");
  expect([
    (await fetch(url, { method: "POST" })).status,
    (await fetch(url.replace("/metrics", "/"))).status,
  ]).toEqual([404, 404]);
  close();
  expect((await fetch(`${used.url}/metrics`)).status).toBe(404);
});
