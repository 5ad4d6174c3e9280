// What every call of the SDK has: a credential, a deadline, and tries where they are safe.
import { getOption } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { afterEach, describe, expect, test, vi } from "vitest";
import { AuditService } from "../../gen/identity/v1/audit_pb.ts";
import { BrandingService } from "../../gen/identity/v1/branding_pb.ts";
import { PredecessorService } from "../../gen/identity/v1/predecessor_pb.ts";
import { ResourceService } from "../../gen/identity/v1/resource_pb.ts";
import { OAuthService } from "../../gen/identity/v1/oauth_pb.ts";
import { UserService } from "../../gen/identity/v1/user_pb.ts";
import { access } from "../../gen/wire/v1/wire_pb.ts";
import { ErrorInfoSchema, RetryInfoSchema } from "../../sdk/gen/google/rpc/error_details_pb.js";
import { refusal } from "../../sdk/src/errors.ts";
import { createLatchkey, reasonOf } from "../../sdk/src/index.ts";
import { useServer } from "../use-server.ts";
import { callEverything, fakeServer } from "./fake-server.ts";

const fail = (error: unknown) => (): never => {
  throw error;
};
const unavailable = new ConnectError("away", Code.Unavailable);
const later = (ms: number, code = Code.ResourceExhausted): ConnectError =>
  new ConnectError("later", code, undefined, [
    { desc: RetryInfoSchema, value: { retryDelay: durationFromMs(ms) } },
  ]);
const uncertain = new ConnectError("not confirmed", Code.Unavailable, undefined, [
  { desc: RetryInfoSchema, value: { retryDelay: durationFromMs(1) } },
  { desc: ErrorInfoSchema, value: { metadata: { effect: "unknown" } } },
]);
const codeOf = (call: Promise<unknown>): Promise<Code | undefined> =>
  call.then(
    () => undefined,
    (error: unknown) => ConnectError.from(error).code,
  );

afterEach(() => {
  vi.useRealTimers();
});

const SERVICES = [
  UserService,
  OAuthService,
  AuditService,
  BrandingService,
  PredecessorService,
  ResourceService,
];

describe("the client's own token", () => {
  test("is got once for all callers, by Basic", async () => {
    const { latchkey, asked, count } = fakeServer();
    await Promise.all(Array.from({ length: 20 }, () => latchkey.users.getUser({})));
    expect(count("token")).toBe(1);
    expect(asked[0]!.authorization).toBe(`Basic ${btoa("my%20client:s%3A%C3%B6")}`);
    expect(new Set(asked.slice(1).map(({ authorization }) => authorization))).toEqual(
      new Set(["Bearer token-1"]),
    );
  });

  test("is renewed before it expires, and does until then if the server is away", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    let away = false;
    const { latchkey, count } = fakeServer(
      {
        token: () =>
          away ? fail(unavailable)() : { accessToken: `token-${count("token")}`, expiresIn: 100 },
      },
      { retries: 0 },
    );
    expect(await latchkey.token()).toBe("token-1");
    vi.advanceTimersByTime(79_000);
    expect(await latchkey.token()).toBe("token-1");
    vi.advanceTimersByTime(2_000);
    expect(await latchkey.token()).toBe("token-2");
    away = true;
    vi.advanceTimersByTime(99_000);
    expect(await latchkey.token()).toBe("token-2");
    vi.advanceTimersByTime(2_000);
    expect(await codeOf(latchkey.token())).toBe(Code.Unavailable);
  });

  test("is renewed once when the server refuses it, unlike the token of a user", async () => {
    const invalid = refusal("TOKEN_INVALID", Code.Unauthenticated, "no");
    const once = fakeServer({
      getUser: ({ authorization }) => (authorization === "Bearer token-1" ? fail(invalid)() : {}),
    });
    await once.latchkey.users.getUser({});
    expect(once.asked.map(({ method }) => method)).toEqual([
      "token",
      "getUser",
      "token",
      "getUser",
    ]);
    const never = fakeServer({ getUser: fail(invalid) });
    expect(reasonOf(await never.latchkey.users.getUser({}).catch((error: unknown) => error))).toBe(
      "TOKEN_INVALID",
    );
    expect(never.count("getUser")).toBe(2);
    expect(await codeOf(never.latchkey.as("mine").users.getUser({}))).toBe(Code.Unauthenticated);
    expect(never.asked.slice(4)).toEqual([{ method: "getUser", authorization: "Bearer mine" }]);
  });

  test("goes to every method that is not open to anybody, as the contract says", async () => {
    const { latchkey, asked } = fakeServer();
    await latchkey.token();
    await callEverything(latchkey);
    const bearing = asked
      .filter(({ authorization }) => authorization?.startsWith("Bearer "))
      .map(({ method }) => method);
    const closed = SERVICES.flatMap(({ methods }) =>
      methods.filter((method) => !getOption(method, access).anyone),
    );
    expect(bearing.sort()).toEqual(closed.map(({ localName }) => localName).sort());
    expect(
      asked
        .filter(({ authorization }) => authorization?.startsWith("Basic "))
        .map(({ method }) => method),
    ).toEqual([
      "token",
      "pushAuthorizationRequest",
      "startDeviceAuthorization",
      "token",
      "exchangeToken",
      "revoke",
      "introspect",
    ]);
  });

  test("keeps a header that the caller gives, and a public client has none", async () => {
    const { latchkey, asked } = fakeServer();
    await latchkey.users.getUser({}, { headers: { authorization: "Bearer given" } });
    const open = fakeServer({}, { clientSecret: undefined });
    await open.latchkey.users.getUser({});
    expect([...asked, ...open.asked]).toEqual([
      { method: "getUser", authorization: "Bearer given" },
      { method: "getUser", authorization: null },
    ]);
  });
});

describe("another try", () => {
  test.each([
    ["getUser", unavailable, 3],
    ["introspect", unavailable, 3],
    ["deleteUser", unavailable, 1],
    ["createUser", unavailable, 2],
    ["createUser", later(1), 3],
    ["createUser", later(1, Code.Unavailable), 3],
    ["createUser", later(1, Code.Aborted), 1],
    ["getUser", uncertain, 3],
    ["createUser", uncertain, 2],
    ["deleteUser", uncertain, 1],
    ["getUser", later(60_000), 1],
    ["getUser", new ConnectError("fault", Code.Internal), 1],
    ["getUser", new ConnectError("too much", Code.ResourceExhausted), 1],
  ] as const)("of %s after %s: %i in all", async (method, error, tries) => {
    const { latchkey, count } = fakeServer({ [method]: fail(error) });
    const calls = {
      getUser: () => latchkey.users.getUser({}),
      deleteUser: () => latchkey.users.deleteUser({}),
      createUser: () => latchkey.users.createUser({}),
      introspect: () => latchkey.verifyToken("a"),
    };
    expect(await codeOf(calls[method]())).toBe(error.code);
    expect(count(method)).toBe(tries);
  });

  test("is made once of a refresh, with the same key, and never if there are none", async () => {
    const { latchkey, count } = fakeServer(
      {
        getUser: fail(unavailable),
        token: ({ method }) =>
          count(method) > 1 ? fail(unavailable)() : { accessToken: "a", expiresIn: 100 },
      },
      { retries: 0 },
    );
    await codeOf(latchkey.users.getUser({}));
    expect(count("getUser")).toBe(1);
    const other = fakeServer({ token: fail(unavailable) });
    await codeOf(other.latchkey.refresh("lkr_x"));
    expect(other.count("token")).toBe(2);
  });
});

describe("the end of a call", () => {
  const hangs = (): Promise<never> => new Promise(() => {});

  test.each(["getUser", "token"])(
    "comes within its time, also when the server is slow: %s",
    async (method) => {
      const { latchkey } = fakeServer({ [method]: hangs });
      expect(await codeOf(latchkey.users.getUser({}, { timeoutMs: 20 }))).toBe(
        Code.DeadlineExceeded,
      );
    },
  );

  test("comes with its signal: at once, in a pause, while waiting for the token", async () => {
    const signal = AbortSignal.abort();
    expect(await codeOf(fakeServer().latchkey.users.getUser({}, { signal }))).toBe(Code.Canceled);
    const pausing = new AbortController();
    const busy = fakeServer({
      getUser: () => {
        setTimeout(() => pausing.abort(), 5);
        return fail(later(5_000))();
      },
    });
    expect(await codeOf(busy.latchkey.users.getUser({}, { signal: pausing.signal }))).toBe(
      Code.Canceled,
    );
  });

  test("for one caller is not the end of the token that others wait for", async () => {
    const waiting = new AbortController();
    let issue: (token: Record<string, unknown>) => void = () => {};
    const { latchkey, count } = fakeServer({
      token: () =>
        new Promise((resolve) => {
          issue = resolve;
        }),
    });
    const [one, other] = [
      latchkey.users.getUser({}, { signal: waiting.signal }),
      latchkey.users.getUser({}),
    ];
    await expect.poll(() => count("token")).toBe(1);
    waiting.abort();
    expect(await codeOf(one)).toBe(Code.Canceled);
    issue({ accessToken: "a", expiresIn: 100 });
    expect(await codeOf(other)).toBe(undefined);
    expect(count("token")).toBe(1);
  });
});

describe("on the wire", () => {
  const used = useServer();

  test("by gRPC as by fetch", async () => {
    const { url: baseUrl, server } = used;
    const { id } = await used.signUp();
    for (const transport of [undefined, createGrpcTransport({ baseUrl })]) {
      const latchkey = createLatchkey({
        baseUrl: `${baseUrl}/`,
        ...server.administrator,
        transport,
      });
      expect((await latchkey.users.getUser({ userId: id })).user?.id).toBe(id);
      expect(
        reasonOf(
          await latchkey.users.getUser({ userId: "unknown" }).catch((error: unknown) => error),
        ),
      ).toBe("USER_NOT_FOUND");
    }
  });

  test("a server that is away is UNAVAILABLE, and a redirect is not followed", async () => {
    const asked: string[] = [];
    const fetches = (answer: () => Response) =>
      (async (input: string) => (asked.push(input), answer())) as typeof fetch;
    const at = (answer: () => Response) =>
      createLatchkey({
        baseUrl: "http://a.test",
        clientId: "a",
        retries: 1,
        fetch: fetches(answer),
      });
    expect(await codeOf(at(fail(new TypeError("fetch failed"))).oauth.getJwks({}))).toBe(
      Code.Unavailable,
    );
    expect(asked).toHaveLength(2);
    expect(
      await codeOf(
        at(
          () => new Response(null, { status: 307, headers: { location: "http://b.test/" } }),
        ).oauth.getJwks({}),
      ),
    ).toBe(Code.Unknown);
    expect(asked).toHaveLength(3);
  });
});
