// Modules of the conformance suite of the OpenID Foundation about the provider. Each test has the
// name of its module.
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { REDIRECT_URI } from "../flow.ts";
import { relyingParty, visited } from "./relying-party.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });

  test("oidcc-server-client-secret-post", async () => {
    const { rp, agent } = await visited(used);
    const visit = await rp.visit(agent, undefined);
    const response = await fetch(`${used.url}/oauth2/token`, {
      method: "POST",
      body: new URLSearchParams({
        grant_type: "authorization_code",
        code: visit.answer!.get("code")!,
        redirect_uri: REDIRECT_URI,
        client_id: rp.client.id,
        client_secret: rp.client.secret,
      }),
    });
    expect(response.status).toBe(200);
    const { id_token: idToken } = (await response.json()) as { id_token: string };
    expect(await rp.claimsOf(idToken)).toMatchObject({ nonce: "a nonce", aud: rp.client.id });
  });

  test("oidcc-ensure-redirect-uri-in-authorization-request", async () => {
    const [user, agent] = [await used.signUp(), new Agent(used.url)];
    const redirectUris = [REDIRECT_URI, `${REDIRECT_URI}/other`];
    const rp = await relyingParty(used, { redirectUris });
    const { redirect_uri: _, ...parameters } = rp.parameters();
    const visit = await rp.visit(agent, user, parameters);
    expect([visit.pages, visit.answer, visit.status]).toEqual([["error"], undefined, 400]);
  });

  test("oidcc-discovery-endpoint-verification", async () => {
    const response = await fetch(`${used.url}/.well-known/openid-configuration`);
    expect([response.status, response.headers.get("content-type")]).toEqual([
      200,
      expect.stringMatching(/^application\/json\b/),
    ]);
    const metadata = (await response.json()) as Readonly<Record<string, unknown>>;
    expect(metadata["issuer"]).toBe(used.url);
    // Section 3 of OpenID Connect Discovery 1.0: what must be there, and what the suite demands.
    const lists = {
      response_types_supported: ["code"],
      subject_types_supported: ["public", "pairwise"],
      id_token_signing_alg_values_supported: ["RS256", "ES256"],
      code_challenge_methods_supported: ["S256"],
      scopes_supported: ["openid", "profile", "email", "phone", "address", "offline_access"],
      claims_supported: ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "name", "email"],
      grant_types_supported: ["authorization_code", "refresh_token"],
      token_endpoint_auth_methods_supported: ["client_secret_basic", "client_secret_post"],
    };
    for (const [name, members] of Object.entries(lists))
      expect([name, metadata[name]]).toEqual([name, expect.arrayContaining(members)]);
    expect(metadata["response_types_supported"]).toEqual(["code"]);
    expect(metadata["id_token_signing_alg_values_supported"]).not.toContain("none");
    const locales = metadata["ui_locales_supported"] as readonly string[];
    expect(locales).toEqual(Intl.getCanonicalLocales(locales));
    const addresses = Object.entries(metadata).filter(([name]) => /_(endpoint|uri)$/.test(name));
    expect(addresses.map(([name]) => name)).toEqual(
      expect.arrayContaining([
        "authorization_endpoint",
        "token_endpoint",
        "userinfo_endpoint",
        "jwks_uri",
      ]),
    );
    for (const [name, address] of addresses)
      expect([name, String(address).startsWith(`${used.url}/`)]).toEqual([name, true]);
    const { keys } = (await (await fetch(String(metadata["jwks_uri"]))).json()) as {
      keys: readonly Readonly<Record<string, string>>[];
    };
    expect(keys.map(({ alg }) => alg).toSorted()).toEqual(["ES256", "RS256"]);
    for (const key of keys) expect([key["use"], key["d"]]).toEqual(["sig", undefined]);
  });

  test("fapi2-discovery-end-point-verification", async () => {
    const response = await fetch(`${used.url}/.well-known/openid-configuration`);
    const metadata = (await response.json()) as Readonly<Record<string, unknown>>;
    expect(metadata).toMatchObject({
      pushed_authorization_request_endpoint: `${used.url}/oauth2/par`,
      require_pushed_authorization_requests: false,
      authorization_response_iss_parameter_supported: true,
      response_types_supported: ["code"],
      code_challenge_methods_supported: ["S256"],
      token_endpoint_auth_methods_supported: expect.arrayContaining(["private_key_jwt"]),
    });
    // The document is for all clients, so the lists of their signatures have RS256 too.
    const lists = [
      "token_endpoint_auth_signing_alg_values_supported",
      "request_object_signing_alg_values_supported",
      "dpop_signing_alg_values_supported",
    ];
    for (const name of lists) {
      const algorithms = metadata[name] as readonly string[];
      expect([name, algorithms]).toEqual([
        name,
        expect.arrayContaining(["PS256", "ES256", "EdDSA"]),
      ]);
      expect([name, algorithms.filter((each) => /^(none|HS)/.test(each))]).toEqual([name, []]);
    }
    expect(lists).toHaveLength(3);
  });
});
