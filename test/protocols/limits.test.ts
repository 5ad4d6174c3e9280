import { create, toBinary, toJsonString } from "@bufbuild/protobuf";
import { createClient } from "@connectrpc/connect";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { gunzipSync, gzipSync } from "node:zlib";
import { GetUserRequestSchema, SignInRequestSchema } from "../../gen/identity/v1/user_pb.ts";
import { KokidsService } from "../../gen/legacy/kokids/v1/kokids_pb.ts";
import { reason, refusal } from "../clients/refusal.ts";
import { openWays, WAYS, type Ways } from "../clients/ways.ts";
import { apiOf, type SignedIn, useServer } from "../use-server.ts";
import { frame, post, PROTOCOLS } from "./raw.ts";

const LIMIT = 64 * 1024;
const used = useServer({ environment: { SIGN_IN_ACCOUNT_FAILURES: "100" } });
let ways: Ways;
let user: SignedIn;

beforeAll(async () => {
  ways = openWays(used.url);
  user = await used.signUp();
});
afterAll(() => ways.close());

const BOMBS = [60, 300].map((megabytes) => ({
  megabytes,
  bomb: gzipSync(Buffer.alloc(megabytes * 1_000_000)),
}));
/** The time, in microseconds, that the process computes for this. */
function cpuOf(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  return process.cpuUsage(before).user;
}
const gets = (way: string): boolean => way.includes("GET");

describe.each(WAYS.filter((way) => !gets(way)))("over %s", (way) => {
  const anybody = () => apiOf(ways.transports[way]);
  const signIn = (password: string) =>
    anybody().users.signIn({ identifier: { case: "email", value: user.email }, password });

  test("a message of just under 64 KiB is read, one beyond is refused", async () => {
    expect(await refusal(signIn("x".repeat(LIMIT - 200)))).toMatchObject({
      code: "InvalidArgument",
      reason: "FIELD_INVALID",
    });
    expect(await refusal(signIn("x".repeat(LIMIT + 1)))).toMatchObject({
      code: "ResourceExhausted",
      reason: "BODY_TOO_LARGE",
    });
  });

  test("a message of 2 MB is refused, and the way stays open", async () => {
    // What can't be compressed is long on the wire as well.
    const noise = Array.from({ length: 2_000_000 }, (_, index) =>
      String.fromCharCode(33 + ((index * 7919 + (index >> 7)) % 90)),
    ).join("");
    expect(await refusal(signIn(noise))).toMatchObject({
      code: "ResourceExhausted",
      reason: "BODY_TOO_LARGE",
    });
    expect(await reason(signIn("a wrong password"))).toBe("SIGN_IN_FAILED");
  });

  test("a deadline that has passed", async () => {
    const call = anybody().users.signIn(
      { identifier: { case: "email", value: user.email }, password: user.password },
      {
        headers: way === "REST" ? { "grpc-timeout": "0m" } : {},
        timeoutMs: way === "REST" ? undefined : 1,
      },
    );
    expect(await refusal(call)).toMatchObject({ code: "DeadlineExceeded" });
  });

  test("a caller who goes away", async () => {
    const controller = new AbortController();
    const call = anybody().users.signIn(
      { identifier: { case: "email", value: user.email }, password: user.password },
      { signal: controller.signal },
    );
    setTimeout(() => controller.abort(), 2);
    if (way === "REST") await expect(call).rejects.toMatchObject({ name: "AbortError" });
    else expect(await refusal(call)).toMatchObject({ code: "Canceled" });
    expect(await reason(apiOf(ways.transports[way]).users.getUser({ userId: "me" }))).toBe(
      "CREDENTIAL_MISSING",
    );
  });
});

describe.each(PROTOCOLS)("over $name by hand", (protocol) => {
  const path = "/identity.v1.UserService/SignIn";
  const encode = (password: string): Uint8Array => {
    const message = create(SignInRequestSchema, {
      identifier: { case: "email", value: user.email },
      password,
    });
    return protocol.codec === "proto"
      ? toBinary(SignInRequestSchema, message)
      : Buffer.from(toJsonString(SignInRequestSchema, message));
  };

  // The one fits into what is read of a message, the other doesn't.
  test.each(BOMBS)("a bomb of $megabytes MB", async ({ megabytes, bomb }) => {
    const whole = cpuOf(() => gunzipSync(bomb));
    const before = process.cpuUsage();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () =>
        post(used.url, protocol.compressed(path, Buffer.alloc(0), bomb)),
      ),
    );
    for (const answer of answers)
      expect(protocol.refusal(answer)).toMatchObject({
        code: "ResourceExhausted",
        reason: "BODY_TOO_LARGE",
      });
    // Unpacking all of them would take ten times the work of one. The calls cost about as much as
    // unpacking the small bomb, so only the large one is measured.
    const { user: cpu } = process.cpuUsage(before);
    if (megabytes > 100) expect(cpu).toBeLessThan((answers.length / 2) * whole);
  });

  test("a bomb just under the limit on the wire is no more than its content", async () => {
    expect(
      protocol.refusal(
        await post(used.url, protocol.compressed(path, encode("x".repeat(LIMIT - 200)))),
      ),
    ).toMatchObject({ reason: "FIELD_INVALID" });
    expect(
      protocol.refusal(await post(used.url, protocol.compressed(path, encode("x".repeat(LIMIT))))),
    ).toMatchObject({ reason: "BODY_TOO_LARGE" });
  });

  test("a deadline that has passed, as the protocol writes it", async () => {
    const timeout: Record<string, string> = protocol.framed
      ? { "grpc-timeout": "1n" }
      : { "connect-timeout-ms": "0" };
    expect(
      protocol.refusal(
        await post(used.url, protocol.request(path, encode(user.password), timeout)),
      ),
    ).toMatchObject({ code: "DeadlineExceeded", reason: "DEADLINE_EXCEEDED", domain: "latchkey" });
  });

  test("a deadline in a year is no more than a minute, and no fault", async () => {
    const timeout: Record<string, string> = protocol.framed
      ? { "grpc-timeout": "99999999H" }
      : { "connect-timeout-ms": "9999999999" };
    expect(
      protocol.refusal(
        await post(used.url, protocol.request(path, encode(user.password), timeout)),
      ),
    ).toBeUndefined();
  });

  test.each([
    "/identity.v1.UserService/Nothing",
    "/identity.v1.NoService/GetUser",
    "/legacy.kokids.v1.KokidsService/Login",
    "/a.B/c/d",
  ])("no method at %s", async (nowhere) => {
    const answer = await post(used.url, protocol.request(nowhere, encode("x")));
    if (protocol.framed)
      expect(protocol.refusal(answer)).toMatchObject({
        code: "Unimplemented",
        reason: "UNIMPLEMENTED",
        domain: "latchkey",
      });
    // Connect's clients know it by the status.
    else expect(answer.status).toBe(404);
  });
});

test("every client says that a method of a documented API is not served as an RPC", async () => {
  for (const way of WAYS.filter((each) => each !== "REST")) {
    const kokids = createClient(KokidsService, ways.transports[way]);
    expect((await refusal(kokids.login({}))).code, way).toBe("Unimplemented");
  }
});

describe("Connect's GET", () => {
  const get = (method: string, query: Record<string, string>) =>
    fetch(`${used.url}/identity.v1.UserService/${method}?${new URLSearchParams(query)}`, {
      headers: { authorization: `Bearer ${user.token}` },
    });

  test("takes the message as JSON and as base64", async () => {
    const message = Buffer.from(
      toBinary(GetUserRequestSchema, create(GetUserRequestSchema, { userId: "me" })),
    ).toString("base64url");
    const queries: readonly Record<string, string>[] = [
      { connect: "v1", encoding: "json", message: '{"userId":"me"}' },
      {
        encoding: "json",
        base64: "1",
        message: Buffer.from('{"userId":"me"}').toString("base64url"),
      },
      { connect: "v1", encoding: "proto", base64: "1", message },
    ];
    for (const query of queries) {
      const answer = await get("GetUser", query);
      expect(answer.status).toBe(200);
      expect(await answer.text()).toContain(user.id);
    }
  });

  test("is only for methods without side effects", async () => {
    const answer = await get("SignOut", { connect: "v1", encoding: "json", message: "{}" });
    expect(answer.status).toBe(405);
    expect((await user.users.getUser({ userId: "me" })).user?.id).toBe(user.id);
  });

  test.each<Record<string, string>>([
    { encoding: "json", message: "{" },
    { encoding: "json" },
    { encoding: "proto", message: "%%%%", base64: "1" },
    { encoding: "json", message: '{"userId":"me"}', compression: "gzip" },
  ])("refuses %j", async (query) => {
    const answer = await get("GetUser", query);
    expect([400, 501]).toContain(answer.status);
    expect(((await answer.json()) as { code: string }).code).toMatch(
      /^(invalid_argument|unimplemented)$/,
    );
  });
});

test("a message that is far too long ends where the limit is", async () => {
  const body = frame(Buffer.alloc(8_000_000, 0x61));
  const protocol = PROTOCOLS[0]!;
  const answer = await post(used.url, {
    ...protocol.request("/identity.v1.UserService/SignIn", body),
    body,
  });
  expect(protocol.refusal(answer)).toMatchObject({
    code: "ResourceExhausted",
    reason: "BODY_TOO_LARGE",
  });
});
