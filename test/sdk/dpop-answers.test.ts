// What the SDK does with bound tokens and answers that Latchkey itself never gives.
import { Code } from "@connectrpc/connect";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { expect, test } from "vitest";
import { refusal } from "../../sdk/src/errors.ts";
import { createLatchkey, reasonOf } from "../../sdk/src/index.ts";
import { type Answers, fakeServer } from "./fake-server.ts";

const ISSUER = "https://id.example/base";
const BOUND = { accessToken: "bound", tokenType: "DPoP", expiresIn: 100 };
const reasonFor = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(() => undefined, reasonOf);

/** A server that takes a proof only with its nonce, and all proofs that it saw. */
function nonceServer(nonce: () => string) {
  const proofs: string[] = [];
  const wanted: Answers[string] = (_, { requestHeader, responseHeader }) => {
    const proof = requestHeader.get("dpop") ?? "";
    proofs.push(proof);
    const expected = nonce();
    if (decodeJwt(proof)["nonce"] !== expected) {
      const error = refusal("DPOP_PROOF_INVALID", Code.Unauthenticated, "use_dpop_nonce");
      error.metadata.set("dpop-nonce", expected);
      throw error;
    }
    responseHeader.set("dpop-nonce", expected);
    return BOUND;
  };
  const fake = fakeServer({ token: wanted, getUser: wanted }, { dpop: true, issuer: ISSUER });
  return { ...fake, proofs };
}

test("a call that needs a nonce is made once more, and the next ones have it", async () => {
  const { latchkey, proofs } = nonceServer(() => "first");
  await latchkey.users.getUser({ userId: "1" });
  await latchkey.users.getUser({ userId: "2" });
  const claims = proofs.map((proof) => decodeJwt(proof));
  expect(claims.map(({ nonce, ath }) => [nonce, typeof ath])).toEqual([
    [undefined, "undefined"],
    ["first", "undefined"],
    ["first", "string"],
    ["first", "string"],
  ]);
  const paths = ["OAuthService/Token", "UserService/GetUser"];
  expect([...new Set(claims.map(({ htu }) => htu))]).toEqual(
    paths.map((path) => `${ISSUER}/identity.v1.${path}`),
  );
  expect(new Set(claims.map(({ jti }) => jti)).size).toBe(4);
  const { jwk, ...header } = decodeProtectedHeader(proofs[0]!);
  expect(header).toEqual({ typ: "dpop+jwt", alg: "ES256" });
  expect(Object.keys(jwk!).toSorted()).toEqual(["crv", "kty", "x", "y"]);
});

test("calls at the same time get the nonce too", async () => {
  const { latchkey, proofs } = nonceServer(() => "first");
  const as = latchkey.as("a-token");
  await Promise.all([as.users.getUser({ userId: "1" }), as.users.getUser({ userId: "2" })]);
  expect(proofs.map((proof) => decodeJwt(proof)["nonce"]).toSorted()).toEqual([
    "first",
    "first",
    undefined,
    undefined,
  ]);
});

test("a server that wants another nonce each time is asked twice", async () => {
  let count = 0;
  const { latchkey, proofs } = nonceServer(() => `${(count += 1)}`);
  await expect(latchkey.token()).rejects.toThrow("use_dpop_nonce");
  expect(proofs.length).toBe(2);
});

test.each(["Bearer", ""])(
  "tokens of the type %j are refused: they are not bound",
  async (tokenType) => {
    const answer = { ...BOUND, tokenType };
    const { latchkey } = fakeServer(
      { token: () => answer, exchangeToken: () => answer },
      { dpop: true },
    );
    expect(await reasonFor(latchkey.token())).toBe("TOKEN_INVALID");
    expect(await reasonFor(latchkey.refresh("r"))).toBe("TOKEN_INVALID");
    expect(await reasonFor(latchkey.exchangeToken("t"))).toBe("TOKEN_INVALID");
  },
);

/** A resource of a partner, and the requests that it saw. */
function resource(answer: (request: Request, count: number) => Response, dpop = true) {
  const seen: Request[] = [];
  const latchkey = createLatchkey({
    baseUrl: "http://internal:8080",
    issuer: ISSUER,
    clientId: "a",
    dpop,
    fetch: async (url, init) => {
      seen.push(new Request(url as string, init));
      return answer(seen.at(-1)!, seen.length);
    },
  });
  return { api: latchkey.as("my-token"), latchkey, seen };
}

const WITH_NONCE = { "dpop-nonce": "n", "www-authenticate": 'DPoP error="use_dpop_nonce"' };
const proofOf = (request: Request) => decodeJwt(request.headers.get("dpop")!);

test("a resource that needs a nonce gets it with the same body", async () => {
  const { api, seen } = resource((_, count) =>
    count === 1 ? new Response("", { status: 401, headers: WITH_NONCE }) : new Response("yes"),
  );
  const init = { method: "POST", body: "words", headers: { "x-mine": "1" } };
  const response = await api.fetch("https://api.example/orders?page=2#top", init);
  expect([await response.text(), seen.length]).toEqual(["yes", 2]);
  expect(await Promise.all(seen.map((request) => request.text()))).toEqual(["words", "words"]);
  expect(seen.map((request) => request.headers.get("x-mine"))).toEqual(["1", "1"]);
  expect(seen.map((request) => request.headers.get("authorization"))).toEqual([
    "DPoP my-token",
    "DPoP my-token",
  ]);
  expect(proofOf(seen[1]!)).toMatchObject({
    htm: "POST",
    htu: "https://api.example/orders",
    nonce: "n",
    ath: "_s5Q0ih_ckWupYGbdfle6L7ClaFPjvHnox8X8drp30Q",
  });
  await api.fetch("https://other.example/");
  expect(proofOf(seen[2]!)["nonce"]).toBeUndefined();
});

test.each([
  ["another error", { ...WITH_NONCE, "www-authenticate": 'DPoP error="invalid_token"' }, "words"],
  ["no nonce", { "www-authenticate": WITH_NONCE["www-authenticate"] }, "words"],
  ["a body that is gone", WITH_NONCE, new Blob(["words"]).stream()],
])("a resource is not asked again: %s", async (_name, headers, body) => {
  const { api, seen } = resource(() => new Response("", { status: 401, headers }));
  const init: RequestInit & { readonly duplex: "half" } = { method: "POST", body, duplex: "half" };
  const { status } = await api.fetch("https://api.example/", init);
  expect([status, seen.length]).toEqual([401, 1]);
});

test("a resource that always wants another nonce is asked twice", async () => {
  const { api, seen } = resource(
    (_, count) =>
      new Response("", { status: 401, headers: { ...WITH_NONCE, "dpop-nonce": `${count}` } }),
  );
  expect((await api.fetch("https://api.example/")).status).toBe(401);
  expect(seen.length).toBe(2);
});

test("a redirect is not followed, unless the caller wants it", async () => {
  const { api, seen } = resource(() => new Response("yes"));
  await api.fetch("https://api.example/");
  await api.fetch("https://api.example/", { redirect: "error" });
  expect(seen.map(({ redirect }) => redirect)).toEqual(["manual", "error"]);
});

test("the server's own addresses are proven by the name that it goes by", async () => {
  const { api, seen } = resource(() => new Response("yes"));
  await api.fetch("http://internal:8080/v1/users/me?view=all");
  expect(seen[0]!.url).toBe("http://internal:8080/v1/users/me?view=all");
  expect(proofOf(seen[0]!)["htu"]).toBe(`${ISSUER}/v1/users/me`);
});

test("without the option a token is sent as Bearer, and a bound one not at all", async () => {
  const { api, latchkey, seen } = resource(() => new Response("yes"), false);
  await api.fetch("https://api.example/");
  expect(seen[0]!.headers.get("authorization")).toBe("Bearer my-token");
  expect(seen[0]!.headers.has("dpop")).toBe(false);
  const bound = latchkey.as({ accessToken: "bound", tokenType: "DPoP" });
  expect(await reasonFor(bound.fetch("https://api.example/"))).toBe("DPOP_PROOF_INVALID");
  expect(await reasonFor(bound.users.getUser({}))).toBe("DPOP_PROOF_INVALID");
  expect(await reasonFor(latchkey.fetch("https://api.example/"))).toBe("CREDENTIAL_MISSING");
  expect(seen.length).toBe(1);
});
