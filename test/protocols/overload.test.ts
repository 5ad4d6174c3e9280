// Calls that hash passwords while there is no place for one: refused in each API's own words,
// before their bodies are read.
import { once } from "node:events";
import { connect } from "node:net";
import { getOption } from "@bufbuild/protobuf";
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { hashing } from "../../gen/wire/v1/wire_pb.ts";
import { PasswordHasher } from "../../src/domain/passwords/hasher.ts";
import { reasonsOf } from "../../src/openapi/reasons.ts";
import { openWays, WAYS, type Ways } from "../clients/ways.ts";
import { refusal } from "../clients/refusal.ts";
import { fullName, methods } from "../contract/descriptors.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";
import { apiOf } from "../use-server.ts";

const used = useServer({ environment: { KOKIDS_ORIGINS: "https://game.example" } });
const asked: string[] = [];
let ways: Ways;
let user: SignedIn;

beforeAll(async () => {
  ways = openWays(used.url);
  user = await used.signUp();
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => ways.close());

/** From now on there is no place for anybody. */
function fill(): void {
  asked.length = 0;
  vi.spyOn(PasswordHasher.prototype, "hasPlaceFor").mockImplementation((address) => {
    asked.push(address);
    return false;
  });
}

/** What is answered to headers that promise a body which never comes. */
async function answerToHeaders(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
): Promise<string> {
  const socket = connect(Number(new URL(used.url).port), "127.0.0.1");
  const lines = Object.entries({
    host: "x",
    "content-type": "application/x-www-form-urlencoded",
    "content-length": "500",
    ...headers,
  }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${method} ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  let answer = "";
  while (!/\r\n\r\n[^]+/.test(answer)) answer += String((await once(socket, "data"))[0]);
  socket.destroy();
  return answer;
}

describe("while there is no place", () => {
  const STATUS = '{"code":8,"message":"Too many password checks at once."';
  const answers = [
    ["POST", "/user/create", '{"error":"Too many requests"}'],
    ["POST", "/user/login", '{"error":"Too many requests"}'],
    ["POST", "/register/", '{"code":429,"message":"请求过于频繁","data":null}'],
    ["POST", "/login/", '{"code":429,"message":"请求过于频繁","data":null}'],
    ["POST", "/oauth2/register", '{"msg":"Слишком много запросов.","status":false}'],
    ["POST", "/register", '{"msg":"Слишком много запросов.","status":false}'],
    ["POST", "/oauth2/login", '{"msg":"Слишком много запросов.","status":false}'],
    ["POST", "/v1/sessions", STATUS],
    ["POST", "/v1/users", STATUS],
    ["POST", "/v1/users/me:changePassword", STATUS],
  ] as const;

  test.each(answers)(
    "%s %s is refused as documented before its body is there",
    async (method, path, body) => {
      fill();
      // The second comes out of what is kept of the first.
      for (let count = 0; count < 2; count++) {
        const answer = await answerToHeaders(method, path);
        expect(answer).toMatch(/^HTTP\/1\.1 429 /);
        expect(answer).toMatch(/\r\nretry-after: 1\r\n/i);
        expect(answer.slice(answer.indexOf("\r\n\r\n") + 4)).toContain(body);
      }
      expect(asked).toEqual(["127.0.0.1", "127.0.0.1"]);
      expect(
        used.server.log.slice(-2).every((line) => line.includes('"reason":"OVERLOADED"')),
      ).toBe(true);
    },
  );

  test("a page of an origin that may call reads the refusal", async () => {
    fill();
    const answer = await answerToHeaders("POST", "/user/login", { origin: "https://game.example" });
    expect(answer).toContain("\r\naccess-control-allow-origin: https://game.example\r\n");
  });

  test.each([
    "/sign-in",
    "/sign-up",
    "/confirm",
    "/reset-password",
    "/account/password",
    "/account/email",
    "/account/delete",
  ])("POST %s is a page that says so", async (path) => {
    fill();
    const answer = await answerToHeaders("POST", path, { "accept-language": "ru" });
    expect(answer).toMatch(/^HTTP\/1\.1 429 [^]*\r\nretry-after: 1\r\n/i);
    expect(answer).toContain('<html lang="ru">');
    // The browser keeps what it is known by.
    expect(answer).not.toMatch(/set-cookie/i);
    expect(asked).toEqual(["127.0.0.1"]);
  });

  test.each(WAYS)("SignIn is refused over %s", async (way) => {
    fill();
    const call = apiOf(ways.transports[way]).users.signIn({
      identifier: { case: "email", value: user.email },
      password: user.password,
    });
    expect(await refusal(call)).toEqual({
      code: "ResourceExhausted",
      reason: "OVERLOADED",
      domain: "latchkey",
      message: "Too many password checks at once.",
      fields: [],
      retryAfter: 1000,
    });
  });

  test("what hashes nothing is answered", async () => {
    fill();
    expect((await user.users.getUser({ userId: "me" })).user?.id).toBe(user.id);
    expect((await fetch(`${used.url}/sign-in`)).status).toBe(200);
    expect(
      (
        await fetch(`${used.url}/user/logout`, {
          method: "POST",
          body: new URLSearchParams({ AccID: "a", Email: "a@example.com" }),
        })
      ).status,
    ).toBe(200);
    expect(asked).toEqual([]);
  });
});

test("the methods that may be refused so are those that the contract says hash passwords", () => {
  // Those that write a letter say so while too many letters wait, and a streaming method while too
  // many streams are open.
  const writing = ["UpdateUser", "SendPasswordReset"].map(
    (name) => `identity.v1.UserService.${name}`,
  );
  const others = methods.filter(
    (method) => writing.includes(fullName(method)) || method.methodKind !== "unary",
  );
  const naming = methods
    .filter((method) => reasonsOf(method, true).includes("OVERLOADED") && !others.includes(method))
    .map(fullName);
  expect(naming).not.toEqual([]);
  expect(methods.filter((method) => getOption(method, hashing)).map(fullName)).toEqual(naming);
});

describe("a full queue", () => {
  const small = useServer({
    environment: {
      HASH_LANES: "1",
      TRUSTED_PROXIES: "127.0.0.1",
      SIGN_IN_NETWORK_FAILURES: "100000",
      SIGN_IN_ACCOUNT_FAILURES: "100000",
    },
    slowHashes: true,
  });
  const from = (
    address: string,
    path: string,
    body: Readonly<Record<string, string>>,
  ): Promise<Response> =>
    fetch(small.url + path, {
      method: "POST",
      headers: { "x-forwarded-for": address },
      body: new URLSearchParams(body),
    });

  test("sheds the flood of one network and lets others in", async () => {
    const { email } = await small.signUp();
    const statuses = { flood: [] as number[], others: [] as number[] };
    const flood = Array.from({ length: 150 }, async (_, index) =>
      statuses.flood.push(
        (
          await from("203.0.113.9", "/login/", {
            email: `${unique()}${index}@example.com`,
            password: "guess",
          })
        ).status,
      ),
    );
    await Promise.race(flood);
    const others = Array.from({ length: 8 }, async (_, index) =>
      statuses.others.push(
        (await from(`198.51.${index}.1`, "/login/", { email, password: "wrong" })).status,
      ),
    );
    await Promise.all([...flood, ...others]);
    expect(statuses.others).toEqual(Array(8).fill(401));
    expect(new Set(statuses.flood)).toEqual(new Set([401, 429]));
    expect((await small.server.metrics()).get("latchkey_password_hash_refused_total")).toBe(
      statuses.flood.filter((status) => status === 429).length,
    );
    expect((await small.server.metrics()).get("latchkey_password_hash_queue")).toBe(0);
  });
});
