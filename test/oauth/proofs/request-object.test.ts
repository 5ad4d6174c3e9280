// Request objects by value (RFC 9101), at the authorization endpoint and pushed, with the modules
// of FAPI 2.0 Message Signing.
import { SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import {
  backWith,
  browserOf,
  consent,
  fapiClient,
  type KeyClient,
  push,
  requestOf,
  visit,
} from "./browser.ts";
import { type ClientKey, newKey, seconds } from "./keys.ts";

type Claims = Readonly<Record<string, unknown>>;

describe.each(["sqlite", "mysql"] as const)("a request object on %s", (engine) => {
  const used = useServer({ engine });
  const plain = { settings: {} };

  const claimsOf = ({ id }: KeyClient, claims: Claims): Record<string, unknown> =>
    JSON.parse(
      JSON.stringify({
        iss: id,
        aud: used.url,
        client_id: id,
        nbf: seconds(),
        exp: seconds() + 300,
        ...requestOf().form,
        ...claims,
      }),
    ) as Record<string, unknown>;
  const objectOf = (
    client: KeyClient,
    claims: Claims = {},
    { key = client.key, typ }: { key?: ClientKey; typ?: string } = {},
  ): Promise<string> =>
    new SignJWT(claimsOf(client, claims))
      .setProtectedHeader({ alg: key.alg, kid: client.key.thumbprint, ...(typ && { typ }) })
      .sign(key.privateKey);

  describe("at the authorization endpoint", () => {
    test("has all parameters, and those besides it don't count", async () => {
      const client = await fapiClient(used, plain);
      const agent = await browserOf(used);
      const request = await objectOf(client, { state: "inside" }, { typ: "oauth-authz-req+jwt" });
      await visit(agent, { client_id: client.id, request, state: "outside", nonce: "outside" });
      expect(backWith(await consent(agent))).toMatchObject({ state: "inside" });
    });

    test.each(["ES256", "PS256", "EdDSA", "RS256"])("may be signed by %s", async (alg) => {
      const client = await fapiClient(used, { ...plain, alg });
      const answer = await visit(await browserOf(used), {
        client_id: client.id,
        request: await objectOf(client),
      });
      expect(answer.status).toBe(200);
    });

    test.each([
      ["of another client", { client_id: "another" }],
      ["without client_id", { client_id: undefined }],
      ["for another server", { aud: "https://other.example.com" }],
      ["that has ended", { exp: seconds() - 60 }],
      ["that begins in 2 minutes", { nbf: seconds() + 120 }],
      ["with the client as sub, as an assertion has it", { sub: "the client" }],
      ["that contains another one", { request: "x" }],
      ["that refers to another one", { request_uri: "https://client.example.com/request" }],
    ])("%s is refused on a page", async (_name, claims) => {
      const client = await fapiClient(used, plain);
      const given = "sub" in claims ? { sub: client.id } : claims;
      const request = await objectOf(client, given);
      const answer = await visit(await browserOf(used), { client_id: client.id, request });
      expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
      expect(await answer.text()).toContain("invalid_request_object");
    });

    test("the address of one elsewhere is not supported", async () => {
      const client = await fapiClient(used, plain);
      const answer = await visit(await browserOf(used), {
        client_id: client.id,
        ...requestOf().form,
        request_uri: "https://client.example.com/request",
      });
      expect(backWith(answer)["error"]).toBe("request_uri_not_supported");
    });

    test("both request and request_uri are refused", async () => {
      const client = await fapiClient(used, plain);
      const { json } = await push(used, client, requestOf().form);
      const answer = await visit(await browserOf(used), {
        client_id: client.id,
        request: await objectOf(client),
        request_uri: String(json["request_uri"]),
      });
      expect([answer.status, answer.headers.get("location")]).toEqual([400, null]);
    });

    test("a client of documented APIs alone has none", async () => {
      const answer = await visit(await browserOf(used), { client_id: "unknown", request: "a.b.c" });
      expect(answer.status).toBe(400);
    });
  });

  describe("pushed by a client of FAPI 2.0 Message Signing", () => {
    const refused = { status: 400, json: { error: "invalid_request_object" } };
    const pushed = async (client: KeyClient, request: string) => push(used, client, { request });

    test("ensure-request-object-succeeds, with a number and an object in it", async () => {
      const client = await fapiClient(used);
      const request = await objectOf(client, { max_age: 300, claims: { userinfo: {} } });
      const { status, json } = await pushed(client, request);
      expect(status).toBe(201);
      const agent = await browserOf(used);
      await visit(agent, { client_id: client.id, request_uri: String(json["request_uri"]) });
      expect(backWith(await consent(agent))["code"]).toBeDefined();
    });

    test("ensure-request-object-with-nbf-8-seconds-in-the-future-succeeds", async () => {
      const client = await fapiClient(used);
      const request = await objectOf(client, { nbf: seconds() + 8 });
      expect((await pushed(client, request)).status).toBe(201);
    });

    test("ensure-request-object-with-multiple-aud-succeeds", async () => {
      const client = await fapiClient(used);
      const request = await objectOf(client, { aud: ["https://other.example.com", used.url] });
      expect((await pushed(client, request)).status).toBe(201);
    });

    test.each([
      ["without-exp", { exp: undefined }],
      ["without-nbf", { nbf: undefined }],
      ["without-aud", { aud: undefined }],
      ["without-iss", { iss: undefined }],
      ["with-bad-aud", { aud: ["https://other.example.com"] }],
      ["with-iss-of-another-client", { iss: "another" }],
      ["with-expired-exp", { exp: seconds() - 5 }],
      ["with-exp-over-60-minutes", { exp: seconds() + 70 * 60 }],
      ["with-nbf-over-60-minutes-ago", { nbf: seconds() - 70 * 60 }],
      ["with-request_uri", { request_uri: "urn:ietf:params:oauth:request_uri:x" }],
    ])("ensure-request-object-%s-fails", async (_name, claims) => {
      const client = await fapiClient(used);
      expect(await pushed(client, await objectOf(client, claims))).toMatchObject(refused);
    });

    test("ensure-unsigned-request-object-fails", async () => {
      const client = await fapiClient(used);
      const request = new UnsecuredJWT(claimsOf(client, {})).encode();
      for (const text of [request, `${request}AA`, "no JWT"])
        expect(await pushed(client, text)).toMatchObject(refused);
    });

    test("ensure-request-object-signed-with-RS256-fails", async () => {
      const client = await fapiClient(used);
      const key = await newKey("RS256");
      expect(await pushed(client, await objectOf(client, {}, { key }))).toMatchObject(refused);
    });

    test("ensure-request-object-with-bad-signature-fails, or of another client", async () => {
      const client = await fapiClient(used);
      const object = await objectOf(client);
      const spoiled = object.replace(/\.[^.]{4}(?=[^.]*$)/, ".AAAA");
      const others = await objectOf(client, {}, { key: await newKey("PS256") });
      for (const text of [spoiled, others]) {
        expect(text).not.toBe(object);
        expect(await pushed(client, text)).toMatchObject(refused);
      }
    });

    test("with another typ, it is another kind of JWT", async () => {
      const client = await fapiClient(used);
      const request = await objectOf(client, {}, { typ: "at+jwt" });
      expect(await pushed(client, request)).toMatchObject(refused);
    });
  });

  test("a client may sign by one algorithm only", async () => {
    const settings = { requestObjectSigningAlg: "ES256" };
    const client = await fapiClient(used, { alg: "PS256", settings });
    expect(await push(used, client, { request: await objectOf(client) })).toMatchObject({
      status: 400,
      json: { error: "invalid_request_object" },
    });
  });
});
