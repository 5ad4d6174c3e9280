// What a caller says of itself in metadata: the credential counts, everything else that looks like
// one doesn't.
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { reason, refusal } from "../clients/refusal.ts";
import { openWays, WAYS, type Ways } from "../clients/ways.ts";
import { apiOf, type SignedIn, useServer } from "../use-server.ts";

const used = useServer({ environment: { SIGN_IN_ACCOUNT_FAILURES: "3" } });
let ways: Ways;
let [user, other]: SignedIn[] = [];

beforeAll(async () => {
  ways = openWays(used.url);
  [user, other] = [await used.signUp(), await used.signUp()];
});
afterAll(() => ways.close());

/** Headers that proxies of other systems set, each naming another caller. */
const forged = (): Record<string, string>[] => [
  { "x-user-id": other!.id },
  { "x-forwarded-user": other!.email, "x-remote-user": other!.email },
  { "grpc-metadata-authorization": `Bearer ${other!.token}` },
  {
    "x-endpoint-api-userinfo": Buffer.from(JSON.stringify({ id: other!.id })).toString("base64url"),
  },
  { "proxy-authorization": `Bearer ${other!.token}` },
  { cookie: `session=${other!.token}; authorization=${other!.token}` },
  {
    "x-http-method-override": "DELETE",
    "x-method-override": "DELETE",
    "x-original-url": "/v1/sessions/current",
  },
  { "x-long": "x".repeat(8_000) },
];

describe.each(WAYS)("over %s", (way) => {
  test("nothing but the credential says who calls", async () => {
    for (const headers of forged()) {
      expect(
        (
          await apiOf(ways.transports[way], user!.token).users.getUser(
            { userId: "me" },
            { headers },
          )
        ).user?.id,
      ).toBe(user!.id);
      expect(
        await reason(apiOf(ways.transports[way]).users.getUser({ userId: "me" }, { headers })),
      ).toBe("CREDENTIAL_MISSING");
    }
  });

  test.each(["bearer", "BEARER"])("the scheme may be written %s", async (scheme) => {
    const headers = { authorization: `${scheme}  ${user!.token}` };
    expect(
      (await apiOf(ways.transports[way]).users.getUser({ userId: "me" }, { headers })).user?.id,
    ).toBe(user!.id);
  });

  test.each(["Basic YTpi", "Bearer", "Token x", "Bearer a b", "lks_x"])(
    "no credential is %s",
    async (authorization) => {
      expect(
        await refusal(
          apiOf(ways.transports[way]).users.getUser(
            { userId: "me" },
            { headers: { authorization } },
          ),
        ),
      ).toMatchObject({ code: "Unauthenticated", reason: "TOKEN_INVALID" });
    },
  );

  test("addresses that callers claim change no count of guesses", async () => {
    const account = await used.signUp();
    const guess = (index: number) =>
      reason(
        apiOf(ways.transports[way]).users.signIn(
          { identifier: { case: "email", value: account.email }, password: "wrong" },
          {
            headers: {
              "x-forwarded-for": `10.0.0.${index}`,
              forwarded: `for=10.0.0.${index}`,
              "x-real-ip": `10.0.0.${index}`,
              "true-client-ip": `10.0.0.${index}`,
            },
          },
        ),
      );
    const reasons = [];
    for (let index = 0; index < 4; index++) reasons.push(await guess(index));
    expect(reasons).toEqual(["SIGN_IN_FAILED", "SIGN_IN_FAILED", "SIGN_IN_FAILED", "RATE_LIMITED"]);
  });
});

test("guesses are one count over all protocols and all spellings of the address", async () => {
  const account = await used.signUp();
  const spellings = [
    account.email,
    account.email.toUpperCase(),
    ` ${account.email}`,
    `${account.email}.`,
  ];
  const chosen = ["grpc-js", "gRPC-Web, HTTP/1.1", "Connect, HTTP/1.1, JSON", "REST"] as const;
  const reasons = [];
  for (const [index, way] of chosen.entries())
    reasons.push(
      await reason(
        apiOf(ways.transports[way]).users.signIn({
          identifier: { case: "email", value: spellings[index]! },
          password: "wrong",
        }),
      ),
    );
  expect(reasons).toEqual(["SIGN_IN_FAILED", "SIGN_IN_FAILED", "SIGN_IN_FAILED", "RATE_LIMITED"]);
  const kokids = await fetch(`${used.url}/user/login`, {
    method: "POST",
    body: new URLSearchParams({ AccID: "x", Email: account.email, Password: "wrong" }),
  });
  expect(kokids.status).toBe(429);
});
