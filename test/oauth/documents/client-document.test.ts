// What a document gives its client.
import { describe, expect, test } from "vitest";
import { readClientDocument } from "../../../src/domain/oauth/documents/client-document.ts";
import { documentOf, LISTED } from "./asking.ts";

const URL = "https://editor.example/client.json";
const METHODS = ["private_key_jwt", "none"];
const KEY = { kty: "EC", crv: "P-256", x: "x", y: "y" };

const read = (members: Readonly<Record<string, unknown>> = {}, methods = METHODS) =>
  readClientDocument(
    URL,
    {
      status: 200,
      mediaType: "application/json",
      freshForMs: undefined,
      body: Buffer.from(JSON.stringify(documentOf(URL, members))),
    },
    methods,
  );

test("a public client gets what it names, and nothing more", () => {
  expect(
    read({
      redirect_uris: [LISTED, "http://app.example/", "cursor://x", "com.example.editor:/callback"],
      grant_types: ["authorization_code", "refresh_token", "client_credentials", "implicit"],
      scope: "groups admin users.read x",
      application_type: "native",
      client_uri: "https://editor.example/",
      policy_uri: "http://editor.example/policy",
      logo_uri: "https://editor.example/logo.png",
      dpop_bound_access_tokens: true,
      unknown: {},
    }),
  ).toEqual({
    name: "Editor",
    public: true,
    redirectUris: [LISTED, "com.example.editor:/callback"],
    grantTypes: ["authorization_code", "refresh_token"],
    scopes: ["groups"],
    settings: {
      applicationType: "native",
      clientUri: "https://editor.example/",
      dpopBoundAccessTokens: true,
    },
  });
});

test("a client that names neither scopes nor grants gets no communities and no refresh", () => {
  const { scopes, grantTypes } = read({ grant_types: undefined });
  expect(scopes).toContain("profile");
  expect(scopes).not.toContain("groups");
  expect(grantTypes).toEqual(["authorization_code"]);
});

describe("authentication", () => {
  test.each([
    [{ token_endpoint_auth_method: undefined }, undefined],
    [{ token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [KEY] } }, "private_key_jwt"],
    [
      {
        token_endpoint_auth_method: undefined,
        token_endpoint_auth_methods_supported: ["none", "private_key_jwt", "client_secret_post"],
        jwks_uri: "https://editor.example/keys",
      },
      "private_key_jwt",
    ],
    [
      {
        token_endpoint_auth_method: undefined,
        token_endpoint_auth_methods_supported: ["private_key_jwt", "none"],
      },
      undefined,
    ],
    [
      {
        token_endpoint_auth_method: "none",
        token_endpoint_auth_methods_supported: ["private_key_jwt"],
      },
      undefined,
    ],
  ])("of %j is by %s", (members, method) => {
    const client = read(members);
    expect(client.settings.tokenEndpointAuthMethod).toBe(method);
    expect(client.public).toBe(method === undefined);
  });

  test.each([
    [{}],
    [{ jwks: { keys: [] } }],
    [{ jwks: { keys: [{ ...KEY, d: "d" }] } }],
    [{ jwks: { keys: [{ kty: "oct", k: "k" }] } }],
    [{ jwks: [KEY] }],
    [{ jwks_uri: "http://editor.example/keys" }],
    [{ jwks: { keys: [KEY] }, jwks_uri: "https://editor.example/keys" }],
  ])("by a key needs public keys: %j", (members) => {
    expect(() => read({ ...members, token_endpoint_auth_method: "private_key_jwt" })).toThrow(
      /a jwks of public keys or an https jwks_uri/,
    );
  });

  test("by a key is refused where the server has no such method", () => {
    const members = { token_endpoint_auth_method: "private_key_jwt", jwks: { keys: [KEY] } };
    expect(() => read(members, ["none"])).toThrow(/token_endpoint_auth_method/);
  });
});
