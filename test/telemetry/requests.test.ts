// The log has one line for each request, without anything that a client wrote.
import { request } from "node:http";
import { expect, test } from "vitest";
import { refusalOf } from "../clients/refusal.ts";
import { send, type Sent } from "../http/serve.ts";
import { useServer } from "../use-server.ts";

const used = useServer({ environment: { TRUSTED_PROXIES: "127.0.0.2" } });
const port = (): number => Number(new URL(used.url).port);
const CANARY = "c4n4ry";

interface Line {
  readonly requestId: string;
  readonly [fact: string]: unknown;
}

/** Sends one request; answers its one line and the id that the client was given. */
async function lineOf(
  method: string,
  path: string,
  sent: Sent = {},
): Promise<{ line: Line; id: unknown; status: number }> {
  const from = used.server.log.length;
  const { headers, status } = await send(port(), method, path, sent);
  await expect.poll(() => used.server.log.length).toBeGreaterThan(from);
  const lines = used.server.log.slice(from).map((line) => JSON.parse(line) as Line);
  expect(lines).toHaveLength(1);
  return { line: lines[0]!, id: headers["x-request-id"], status };
}

const json = (body: string): Sent => ({ headers: { "content-type": "application/json" }, body });
const grpc = (body: string): Sent => ({ headers: { "content-type": "application/grpc" }, body });
const unknown = { protocol: "http", method: "", route: "unknown" };

test.each<[string, string, Sent, object]>([
  [
    "GET",
    `/nothing/${CANARY}?q=${CANARY}`,
    {},
    { ...unknown, status: 404, reason: "ROUTE_NOT_FOUND" },
  ],
  [
    "PUT",
    "/user/login",
    {},
    { route: "POST /user/login", status: 405, reason: "HTTP_METHOD_NOT_ALLOWED" },
  ],
  [
    "POST",
    "/v1/sessions",
    { headers: { "content-type": "text/plain" }, body: CANARY },
    { route: "POST /v1/sessions", status: 415, reason: "MEDIA_TYPE_UNSUPPORTED" },
  ],
  [
    "POST",
    "/v1/sessions",
    json("{"),
    {
      protocol: "http",
      method: "identity.v1.UserService/SignIn",
      route: "POST /v1/sessions",
      status: 400,
      reason: "MALFORMED_REQUEST",
    },
  ],
  [
    "POST",
    "/identity.v1.UserService/SignIn",
    grpc("bad"),
    {
      protocol: "grpc",
      method: "identity.v1.UserService/SignIn",
      route: "",
      status: 200,
      reason: "MALFORMED_REQUEST",
    },
  ],
  [
    "POST",
    "/identity.v1.UserService/SignIn",
    json("{"),
    { protocol: "connect", reason: "MALFORMED_REQUEST" },
  ],
  [
    "POST",
    `/identity.v1.UserService/${CANARY}`,
    grpc(""),
    { protocol: "grpc", method: "unknown", reason: "UNIMPLEMENTED" },
  ],
  [
    "GET",
    `/v1/users/${CANARY}`,
    {},
    { route: "GET /v1/users/{user_id}", status: 401, caller: "anonymous", address: "127.0.0.1" },
  ],
  [
    "GET",
    `/sign-in?request=${CANARY}`,
    { headers: { accept: "text/html" } },
    { protocol: "page", route: "GET /sign-in", status: 200, reason: "" },
  ],
  [
    "GET",
    `/${CANARY}`,
    { headers: { accept: "text/html" } },
    { protocol: "page", route: "unknown", status: 404 },
  ],
  ["GET", `/${"x".repeat(9000)}`, {}, { ...unknown, status: 414 }],
  [
    "POST",
    "/v1/sessions",
    { headers: { "transfer-encoding": "gzip, chunked" } },
    { ...unknown, status: 400 },
  ],
  ["GET", "/healthz", {}, { level: "debug", route: "GET /healthz", status: 200 }],
])("%s %s %o", async (method, path, sent, facts) => {
  const { line, id } = await lineOf(method, path, sent);
  expect(line).toMatchObject({
    msg: "request",
    requestId: id,
    durationMs: expect.any(Number) as number,
    ...facts,
  });
  expect(JSON.stringify(line)).not.toContain(CANARY);
});

test("a client can't choose the id of its request, a proxy of ours can", async () => {
  const { id } = await lineOf("GET", "/nothing", { headers: { "x-request-id": CANARY } });
  expect(id).toMatch(/^[0-9a-f-]{36}$/);
  const byProxy = (given: string): Promise<unknown> =>
    new Promise((resolve) =>
      request(
        {
          port: port(),
          host: "127.0.0.1",
          localAddress: "127.0.0.2",
          path: "/nothing",
          headers: { "x-request-id": given },
        },
        (response) => resolve(response.resume().headers["x-request-id"]),
      ).end(),
    );
  expect([await byProxy("trace.1-a"), await byProxy(`a b`)]).toEqual([
    "trace.1-a",
    expect.stringMatching(/^[0-9a-f-]{36}$/),
  ]);
});

test.each(["a\r\nb\u001b[31m\u2028", "x".repeat(60_000)])(
  "a name does not break its line of the log: %o",
  async (username) => {
    const from = used.server.log.length;
    await used
      .as()
      .users.signIn({ identifier: { case: "username", value: username }, password: "x" })
      .catch(refusalOf);
    const text = used.server.log.slice(from).join("");
    expect(text.length).toBeLessThan(1024);
    expect(JSON.parse(text)).toMatchObject({ method: "identity.v1.UserService/SignIn" });
  },
);
