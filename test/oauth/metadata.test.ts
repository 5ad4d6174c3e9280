// What the server says of itself: metadata (RFC 8414, OpenID Connect Discovery 1.0) and keys
// (RFC 7517).
import { type IncomingMessage, request } from "node:http";
import { json } from "node:stream/consumers";
import { describe, expect, test } from "vitest";
import { OAuthService } from "../../gen/identity/v1/oauth_pb.ts";
import { CLIENT_ALGORITHMS, STRONG_ALGORITHMS } from "../../src/domain/oauth/proofs/algorithms.ts";
import { stores } from "../mariadb.ts";
import { startServer } from "../server.ts";
import { useServer } from "../use-server.ts";

const used = useServer();

describe("metadata", () => {
  const PAGES = ["authorization_endpoint", "end_session_endpoint"];
  const WELL_KNOWN = "/.well-known/oauth-authorization-server";

  test("lists what there is, and nothing else", async () => {
    const response = await fetch(used.url + WELL_KNOWN);
    expect(response.headers.get("content-type")).toBe("application/json; charset=utf-8");
    expect(await response.json()).toEqual({
      issuer: used.url,
      authorization_endpoint: `${used.url}/oauth2/authorize`,
      response_modes_supported: ["query", "form_post"],
      ui_locales_supported: ["en", "ru", "zh"],
      token_endpoint: `${used.url}/oauth2/token`,
      revocation_endpoint: `${used.url}/oauth2/revoke`,
      introspection_endpoint: `${used.url}/oauth2/introspect`,
      jwks_uri: `${used.url}/.well-known/jwks.json`,
      response_types_supported: ["code"],
      grant_types_supported: [
        "authorization_code",
        "refresh_token",
        "urn:ietf:params:oauth:grant-type:device_code",
        "client_credentials",
        "urn:ietf:params:oauth:grant-type:token-exchange",
      ],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none",
      ],
      revocation_endpoint_auth_methods_supported: [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
        "none",
      ],
      scopes_supported: [
        "openid",
        "profile",
        "email",
        "phone",
        "address",
        "groups",
        "offline_access",
      ],
      introspection_endpoint_auth_methods_supported: [
        "client_secret_basic",
        "client_secret_post",
        "private_key_jwt",
      ],
      token_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
      revocation_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
      introspection_endpoint_auth_signing_alg_values_supported: CLIENT_ALGORITHMS,
      client_id_metadata_document_supported: true,
      dpop_signing_alg_values_supported: STRONG_ALGORITHMS,
      pushed_authorization_request_endpoint: `${used.url}/oauth2/par`,
      require_pushed_authorization_requests: false,
      request_object_signing_alg_values_supported: CLIENT_ALGORITHMS,
      request_parameter_supported: true,
      request_uri_parameter_supported: false,
      authorization_response_iss_parameter_supported: true,
      subject_types_supported: ["public", "pairwise"],
      id_token_signing_alg_values_supported: ["RS256", "ES256"],
      acr_values_supported: ["urn:latchkey:acr:password"],
      prompt_values_supported: ["none", "login", "consent", "select_account"],
      display_values_supported: ["page", "popup", "touch", "wap"],
      claim_types_supported: ["normal"],
      claims_parameter_supported: true,
      claims_supported: [
        "iss",
        "sub",
        "aud",
        "exp",
        "iat",
        "auth_time",
        "nonce",
        "acr",
        "amr",
        "sid",
        "at_hash",
        "name",
        "family_name",
        "given_name",
        "preferred_username",
        "picture",
        "zoneinfo",
        "locale",
        "updated_at",
        "email",
        "email_verified",
        "phone_number",
        "phone_number_verified",
        "address",
        "groups",
      ],
      userinfo_endpoint: `${used.url}/oauth2/userinfo`,
      userinfo_signing_alg_values_supported: ["RS256", "ES256"],
      device_authorization_endpoint: `${used.url}/oauth2/device_authorization`,
      end_session_endpoint: `${used.url}/oauth2/logout`,
      backchannel_logout_supported: true,
      backchannel_logout_session_supported: true,
      global_token_revocation_endpoint: `${used.url}/oauth2/global-token-revocation`,
      global_token_revocation_endpoint_auth_methods_supported: ["Bearer", "DPoP"],
    });
  });

  test.each([
    { host: "evil.example" },
    { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
    { forwarded: "host=evil.example;proto=https" },
  ])("is the same with the headers %j", async (headers) => {
    // fetch sends no other Host than the URL's.
    const response = await new Promise<IncomingMessage>((resolve, reject) =>
      request(used.url + WELL_KNOWN, { headers, agent: false }, resolve)
        .on("error", reject)
        .end(),
    );
    const metadata = await json(response);
    expect(JSON.stringify(metadata)).not.toContain("evil");
    expect(metadata).toMatchObject({ issuer: used.url });
  });

  test("every endpoint that it names exists, and so do the RPCs", async () => {
    const metadata = (await (await fetch(used.url + WELL_KNOWN)).json()) as Record<string, unknown>;
    for (const [name, url] of Object.entries(metadata).filter(
      ([key]) => key.endsWith("_endpoint") && !PAGES.includes(key),
    ))
      expect([400, 401], name).toContain((await fetch(String(url), { method: "POST" })).status);
    expect(OAuthService.methods.map(({ name }) => name)).toEqual(
      expect.arrayContaining(["Token", "Revoke", "Introspect", "GetMetadata", "GetJwks"]),
    );
  });

  test("the keys are public and strong, and each has its own kid", async () => {
    const { keys } = (await (await fetch(`${used.url}/.well-known/jwks.json`)).json()) as {
      keys: Record<string, string>[];
    };
    expect(keys).toHaveLength(2);
    const [ec = {}, rsa = {}] = keys;
    expect(Object.keys(ec).sort()).toEqual(["alg", "crv", "kid", "kty", "use", "x", "y"]);
    expect(ec).toMatchObject({ kty: "EC", crv: "P-256", alg: "ES256", use: "sig" });
    expect(Object.keys(rsa).sort()).toEqual(["alg", "e", "kid", "kty", "n", "use"]);
    expect(rsa).toMatchObject({ kty: "RSA", alg: "RS256", use: "sig" });
    expect(Buffer.from(rsa["n"] ?? "", "base64url")).toHaveLength(2048 / 8);
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
  });
});

test("with PUBLIC_URL, that is the issuer everywhere", async () => {
  const database = await stores[0].empty();
  const server = await startServer(database.options, {
    PUBLIC_URL: "https://id.example.com/base/",
  });
  try {
    const metadata = await (
      await fetch(`${server.url}/.well-known/oauth-authorization-server`)
    ).json();
    expect(metadata).toMatchObject({
      issuer: "https://id.example.com/base",
      token_endpoint: "https://id.example.com/base/oauth2/token",
    });
  } finally {
    await server.stop();
    await database.remove();
  }
});
