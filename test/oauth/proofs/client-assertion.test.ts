// How clients authenticate by a key: private_key_jwt (RFC 7523), with the rules of FAPI 2.0 for its
// audience.
import { describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { JWT_BEARER_ASSERTION } from "../../../src/domain/oauth/proofs/client-assertion.ts";
import { useServer } from "../../use-server.ts";
import { agree, type FormAnswer, post, redeem, register } from "../flow.ts";
import { assertionOf, type ClientKey, newKey, seconds } from "./keys.ts";

describe.each(["sqlite", "mysql"] as const)("private_key_jwt on %s", (engine) => {
  const used = useServer({ engine });

  /** Registers a client that has a key and no secret. */
  async function withKey(more: { alg?: string; fapi?: boolean; keys?: ClientKey[] } = {}) {
    const key = await newKey(more.alg);
    const keys = (more.keys ?? [key]).map(({ jwk, thumbprint }) => ({ ...jwk, kid: thumbprint }));
    const { client, clientSecret } = await used.administrator.oauth.createClient({
      client: {
        name: "A client",
        type: ClientType.CONFIDENTIAL,
        grantTypes: ["authorization_code", "refresh_token", "client_credentials"],
        scopes: ["profile", "users.read"],
        redirectUris: ["https://client.example.com/callback"],
        settings: {
          tokenEndpointAuthMethod: "private_key_jwt",
          jwks: { keys },
          ...(more.fapi && { securityProfile: "fapi2" }),
        },
      },
    });
    return { id: client!.id, secret: clientSecret, key };
  }

  const shown = (assertion: string): Record<string, string> => ({
    client_assertion_type: JWT_BEARER_ASSERTION,
    client_assertion: assertion,
  });
  const asked = async (
    { id, key }: { id: string; key: ClientKey },
    claims: Readonly<Record<string, unknown>> = {},
  ): Promise<FormAnswer> =>
    post(used.url, "token", {
      grant_type: "client_credentials",
      ...shown(await assertionOf(key, { clientId: id, issuer: used.url }, claims)),
    });
  const refused = { status: 401, json: { error: "invalid_client" } };

  test.each(["ES256", "PS256", "EdDSA", "Ed25519", "RS256"])(
    "ensure-client-assertion-with-iss-aud-succeeds, by %s",
    async (alg) => {
      const client = await withKey({ alg });
      expect(client.secret).toBe("");
      expect((await asked(client)).status).toBe(200);
    },
  );

  test.each([
    ["exp 5 min ago", { exp: seconds() - 300 }],
    ["no exp", { exp: undefined }],
    ["exp in a day", { exp: seconds() + 86_400 }],
    ["nbf in 120 s", { nbf: seconds() + 120 }],
    ["iat in 120 s", { iat: seconds() + 120 }],
    ["another aud", { aud: "https://other.example.com" }],
    ["no sub", { sub: undefined }],
    ["the sub of another client", { sub: "another" }],
    ["no iss", { iss: undefined }],
    ["no jti", { jti: undefined }],
  ])("ensure-client-assertion-with-%s-fails", async (_name, claims) => {
    expect(await asked(await withKey(), claims)).toMatchObject(refused);
  });

  test.each(["/oauth2/token", "/oauth2/par", "/"])(
    "ensure-client-assertion-with-aud-%s-fails",
    async (path) => {
      expect(await asked(await withKey(), { aud: `${used.url}${path}` })).toMatchObject(refused);
    },
  );

  test("ensure-client-assertion-with-aud-array-fails", async () => {
    expect(await asked(await withKey(), { aud: [used.url] })).toMatchObject(refused);
  });

  test("ensure-client-assertion-with-nbf-8-seconds-in-the-future-succeeds", async () => {
    const claims = { nbf: seconds() + 8, iat: seconds() + 8 };
    expect((await asked(await withKey(), claims)).status).toBe(200);
  });

  test("ensure-signed-client-assertion-with-RS256-fails, for a client of FAPI 2.0", async () => {
    expect(await asked(await withKey({ alg: "RS256", fapi: true }))).toMatchObject(refused);
    expect((await asked(await withKey({ alg: "PS256", fapi: true }))).json["error"]).not.toBe(
      "invalid_client",
    );
  });

  test("ensure-client-assertion-by-the-key-of-another-client-fails", async () => {
    const { id } = await withKey();
    expect(await asked({ id, key: await newKey() })).toMatchObject(refused);
  });

  test("ensure-client-assertion-missing-fails, also with a name or a secret instead", async () => {
    const { id } = await withKey();
    const { client, clientSecret } = await used.administrator.oauth.rotateClientSecret({
      clientId: id,
    });
    const grant = { grant_type: "client_credentials" };
    for (const form of [
      { ...grant, client_id: id },
      { ...grant, client_id: id, client_secret: clientSecret },
      { ...grant, client_id: id, client_assertion_type: JWT_BEARER_ASSERTION },
    ])
      expect((await post(used.url, "token", form)).status).toBe(401);
    const byBasic = await post(used.url, "token", grant, { id: client!.id, secret: clientSecret });
    expect(byBasic).toMatchObject(refused);
  });

  test("a client with a secret can't use an assertion, nor can a public one", async () => {
    const key = await newKey();
    for (const isPublic of [false, true]) {
      const { id } = await register(used.administrator, { public: isPublic });
      expect(await asked({ id, key })).toMatchObject(refused);
    }
  });

  test("two methods, another type and another client_id are refused", async () => {
    const { id, key } = await withKey();
    const grant = { grant_type: "client_credentials" };
    const fresh = async () => shown(await assertionOf(key, { clientId: id, issuer: used.url }));
    const invalid = { status: 400, json: { error: "invalid_request" } };
    for (const form of [
      { ...grant, ...(await fresh()), client_secret: "lkcs_x" },
      { ...grant, ...(await fresh()), client_assertion_type: "urn:other" },
      { ...grant, ...(await fresh()), client_id: "another" },
    ])
      expect(await post(used.url, "token", form)).toMatchObject(invalid);
    const both = await post(
      used.url,
      "token",
      { ...grant, ...(await fresh()) },
      { id, secret: "x" },
    );
    expect(both).toMatchObject(invalid);
    const named = await post(used.url, "token", { ...grant, ...(await fresh()), client_id: id });
    expect(named.status).toBe(200);
  });

  test("one assertion works once, of 20 requests at the same time", async () => {
    const { id, key } = await withKey();
    const assertion = await assertionOf(key, { clientId: id, issuer: used.url });
    const form = { grant_type: "client_credentials", ...shown(assertion) };
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => post(used.url, "token", form)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(19);
  });

  test("redeems a code, introspects and revokes", async () => {
    const client = await withKey();
    const fresh = async () =>
      shown(await assertionOf(client.key, { clientId: client.id, issuer: used.url }));
    const user = await used.signUp();
    const code = await agree(user, client);
    const { json } = await redeem(used.url, undefined, code, await fresh());
    const token = String(json["access_token"]);
    const isActive = async (): Promise<unknown> =>
      (await post(used.url, "introspect", { token, ...(await fresh()) })).json["active"];
    expect(await isActive()).toBe(true);
    expect((await post(used.url, "revoke", { token, ...(await fresh()) })).status).toBe(200);
    expect(await isActive()).toBe(false);
  });

  test("a disabled client is refused", async () => {
    const client = await withKey();
    await used.administrator.oauth.disableClient({ clientId: client.id, reason: "a test" });
    expect(await asked(client)).toMatchObject(refused);
  });

  test("the metadata names the method and its algorithms", async () => {
    const answer = await fetch(`${used.url}/.well-known/oauth-authorization-server`);
    const metadata = (await answer.json()) as Record<string, string[]>;
    for (const endpoint of ["token", "revocation", "introspection"]) {
      expect(metadata[`${endpoint}_endpoint_auth_methods_supported`]).toContain("private_key_jwt");
      expect(metadata[`${endpoint}_endpoint_auth_signing_alg_values_supported`]).toEqual(
        expect.arrayContaining(["ES256", "PS256", "EdDSA"]),
      );
    }
  });
});
