// The SDK's guards, before real handlers of each kind.
import { createClient, createRouterTransport } from "@connectrpc/connect";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, test } from "vitest";
import * as connect from "../../sdk/src/connect.ts";
import {
  callerOf,
  guardFetch,
  guardNode,
  type GuardOptions,
  type Verifier,
} from "../../sdk/src/http.ts";
import { UserService } from "../../sdk/src/identity.ts";
import { Code, ConnectError, createLatchkey, type Latchkey } from "../../sdk/src/index.ts";
import { type SignedIn, useServer } from "../use-server.ts";
import { partner } from "./partner.ts";

const used = useServer();
let latchkey: Latchkey;
let user: SignedIn;
/** Whose own secret is wrong. */
let misconfigured: Latchkey;

beforeAll(async () => {
  latchkey = await partner(used);
  user = await used.signUp();
  misconfigured = createLatchkey({ baseUrl: used.url, clientId: "unknown", clientSecret: "wrong" });
});

type Ask = (
  verifier: Verifier,
  options: GuardOptions | undefined,
  headers: Record<string, string>,
) => Promise<Response>;

const byFetch: Ask = (verifier, options, headers) => {
  const handler = guardFetch(
    verifier,
    (_, caller, greeting: string) => new Response(`${greeting} ${caller.username}`),
    options,
  );
  return handler(new Request("https://app.example/", { headers }), "hello");
};

const byNode: Ask = async (verifier, options, headers) => {
  const guard = guardNode(verifier, options);
  const server = createServer(
    (request, response) =>
      void guard(request, response, () => response.end(`hello ${callerOf(request).username}`)),
  );
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`, { headers });
  } finally {
    server.close();
  }
};

describe.each([
  ["fetch's Request", byFetch],
  ["node:http", byNode],
] as const)("the guard of %s", (_, ask) => {
  const bearer = (token: string): Record<string, string> => ({ authorization: `bearer ${token}` });

  test("lets a good token through, with its caller", async () => {
    const response = await ask(latchkey, undefined, bearer(user.token));
    expect([response.status, await response.text()]).toEqual([200, `hello ${user.username}`]);
    expect((await ask(latchkey, { realm: "default" }, bearer(user.token))).status).toBe(200);
    // A client that acts for itself is of no realm.
    expect((await ask(latchkey, { realm: "default" }, bearer(await latchkey.token()))).status).toBe(
      403,
    );
  });

  test.each<[string, () => Parameters<Ask>, number, string | null]>([
    ["no token", () => [latchkey, undefined, {}], 401, "Bearer"],
    [
      "a wrong token",
      () => [latchkey, undefined, bearer("lks_x")],
      401,
      'Bearer error="invalid_token"',
    ],
    [
      "another scheme",
      () => [latchkey, undefined, { authorization: "Basic YTpi" }],
      401,
      'Bearer error="invalid_token"',
    ],
    [
      "a token for another API",
      () => [latchkey, { api: "kokids" }, bearer(user.token)],
      401,
      'Bearer error="invalid_token"',
    ],
    [
      "a caller who may not",
      () => [latchkey, { allow: ({ kind }) => kind === "client" }, bearer(user.token)],
      403,
      'Bearer error="insufficient_scope"',
    ],
    [
      "a user of another realm",
      () => [latchkey, { realm: "kids" }, bearer(user.token)],
      403,
      'Bearer error="insufficient_scope"',
    ],
    [
      "a secret of its own that is wrong",
      () => [misconfigured, undefined, bearer(user.token)],
      503,
      null,
    ],
  ])("with %s answers as RFC 6750 has it", async (_, given, status, challenge) => {
    const response = await ask(...given());
    expect([
      response.status,
      response.headers.get("www-authenticate"),
      response.headers.get("cache-control"),
    ]).toEqual([status, challenge, "no-store"]);
    expect(await response.json()).toBeTypeOf("object");
  });
});

test("what a handler throws stays the handler's", async () => {
  const handler = guardFetch(latchkey, () =>
    Promise.reject(new ConnectError("mine", Code.Unauthenticated)),
  );
  await expect(
    handler(
      new Request("https://app.example/", { headers: { authorization: `Bearer ${user.token}` } }),
    ),
  ).rejects.toThrow("mine");
});

describe("the guard of Connect", () => {
  const call = async (
    verifier: Verifier,
    options: GuardOptions | undefined,
    authorization?: string,
  ): Promise<string | Code> => {
    const transport = createRouterTransport(
      ({ rpc }) =>
        rpc(UserService.method.getUser, (_, context) => ({
          user: { username: connect.callerOf(context).username ?? "" },
        })),
      { router: { interceptors: [connect.guard(verifier, options)] } },
    );
    const headers = new Headers(authorization === undefined ? {} : { authorization });
    return createClient(UserService, transport)
      .getUser({}, { headers })
      .then(
        ({ user: found }) => found!.username,
        (error: unknown) => ConnectError.from(error).code,
      );
  };

  test("puts the caller in the context, or says why not", async () => {
    expect(await call(latchkey, undefined, `Bearer ${user.token}`)).toBe(user.username);
    expect(await call(latchkey, undefined)).toBe(Code.Unauthenticated);
    expect(await call(latchkey, undefined, "Bearer lks_x")).toBe(Code.Unauthenticated);
    expect(await call(latchkey, { allow: () => false }, `Bearer ${user.token}`)).toBe(
      Code.PermissionDenied,
    );
    expect(await call(misconfigured, undefined, `Bearer ${user.token}`)).toBe(Code.Unavailable);
  });
});

test("no caller without a guard", () => {
  expect(() => callerOf({ headers: {} })).toThrow("no guard");
});
