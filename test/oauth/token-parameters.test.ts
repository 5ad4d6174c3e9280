// The parameters of the token endpoint: what is ignored, what is refused, and what may come twice.
import { describe, expect, test } from "vitest";
import { useServer } from "../use-server.ts";
import { agree, clientToken, newPkce, post, redeem, register, send } from "./flow.ts";

const used = useServer();

const CREDENTIALS = { grant_type: "client_credentials" };
const asItself = () =>
  register(used.administrator, { grantTypes: ["client_credentials"], scopes: ["introspect"] });

describe("a query", () => {
  test.each(["api-version=1", "a=1&a=2", "x", "?", "utm_source=%D1%84", ""])(
    "with unknown parameters is ignored: %s",
    async (query) => {
      const client = await asItself();
      const token = await clientToken(used.url, client);
      const forms = { token: CREDENTIALS, introspect: { token }, revoke: { token } };
      for (const [endpoint, form] of Object.entries(forms)) {
        const { status } = await send(`${used.url}/oauth2/${endpoint}?${query}`, { form, client });
        expect([endpoint, status]).toEqual([endpoint, 200]);
      }
    },
  );

  test.each([
    "client_secret",
    "client_id",
    "code",
    "code_verifier",
    "refresh_token",
    "token",
    "access_token",
    "id_token",
    "password",
    "assertion",
    "client_assertion",
    "Client_Secret",
    "clientSecret",
    "client%5Fsecret",
  ])("with a secret is refused, which no answer repeats: %s", async (name) => {
    const client = await asItself();
    for (const endpoint of ["token", "introspect", "revoke"]) {
      const url = `${used.url}/oauth2/${endpoint}?x=1&${name}=hush`;
      const { status, json } = await send(url, { form: { ...CREDENTIALS, token: "t" }, client });
      expect([endpoint, status, json["error"]]).toEqual([endpoint, 400, "invalid_request"]);
      expect(json["error_description"]).toContain(decodeURIComponent(name));
      expect(JSON.stringify(json)).not.toContain("hush");
    }
  });

  test("with a parameter of the form is refused", async () => {
    const client = await asItself();
    for (const query of ["grant_type=client_credentials", "scope=introspect", "resource=urn:x:y"]) {
      const { status } = await send(`${used.url}/oauth2/token?${query}`, {
        form: CREDENTIALS,
        client,
      });
      expect([query, status]).toEqual([query, 400]);
    }
  });
});

describe("resource", () => {
  const twice = [
    ["resource", "https://api.example/v1"],
    ["resource", "urn:example:api"],
  ] as const;

  test("may come several times, with every grant", async () => {
    const [user, client] = [await used.signUp(), await register(used.administrator)];
    const { code, verifier } = await agree(user, client);
    const redirect_uri = "https://client.example.com/callback";
    const grant = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri };
    const { status, json } = await post(
      used.url,
      "token",
      [...Object.entries(grant), ...twice],
      client,
    );
    expect(status).toBe(200);
    const refresh = { grant_type: "refresh_token", refresh_token: String(json["refresh_token"]) };
    const forms = [
      [refresh, client],
      [CREDENTIALS, await asItself()],
    ] as const;
    for (const [form, by] of forms)
      expect((await post(used.url, "token", [...Object.entries(form), ...twice], by)).status).toBe(
        200,
      );
  });

  test.each(["relative", "/path", "https://api.example/#x", "https://a b/", "//api.example", "x:"])(
    "that is no absolute URI without a fragment is invalid_target, and leaves the code: %s",
    async (resource) => {
      const [user, client] = [await used.signUp(), await register(used.administrator)];
      const agreed = await agree(user, client);
      const { json } = await redeem(used.url, client, agreed, { resource });
      expect(json).toMatchObject({
        error: "invalid_target",
        error_description: expect.stringContaining("resource"),
      });
      expect((await redeem(used.url, client, agreed, { resource: "" })).status).toBe(200);
    },
  );

  test("is the only parameter that may", async () => {
    const client = await asItself();
    for (const name of ["grant_type", "scope", "code", "client_id"]) {
      const form = [...Object.entries(CREDENTIALS), [name, "x"], [name, "x"]] as [string, string][];
      const { status, json } = await post(used.url, "token", form, client);
      expect([name, status, json["error"]]).toEqual([name, 400, "invalid_request"]);
      expect(json["error_description"]).toContain(name);
    }
  });
});

test("every error names the parameter that is wrong", async () => {
  const [user, client] = [await used.signUp(), await register(used.administrator)];
  const code = async () => (await agree(user, client)).code;
  const grant_type = "authorization_code";
  const code_verifier = newPkce().verifier;
  const redirect_uri = "https://client.example.com/callback";
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{}, "grant_type"],
    [{ grant_type: "password" }, "grant_type"],
    [{ grant_type: "client_credentials" }, "grant_type"],
    [{ grant_type }, "code"],
    [{ grant_type, code: "unknown", code_verifier, redirect_uri }, "code"],
    [{ grant_type, code: await code(), code_verifier }, "redirect_uri"],
    [{ grant_type, code: await code(), code_verifier, redirect_uri }, "code_verifier"],
    [{ grant_type, code: await code(), redirect_uri }, "code_verifier"],
    [{ grant_type: "refresh_token" }, "refresh_token"],
    [{ grant_type: "refresh_token", refresh_token: "unknown" }, "refresh_token"],
  ];
  for (const [form, name] of cases) {
    const { status, json } = await post(used.url, "token", form, client);
    expect(status).toBe(400);
    expect(String(json["error_description"])).toMatch(new RegExp(`\\b${name}\\b`));
    expect(String(json["error_description"])).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
  }
});

test("of two exchanges at once one wins, also after a malformed one", async () => {
  const [user, client] = [await used.signUp(), await register(used.administrator)];
  const agreed = await agree(user, client);
  const malformed = { ...agreed, verifier: "short" };
  const answers = await Promise.all(
    [malformed, agreed, malformed, agreed, malformed].map((each) => redeem(used.url, client, each)),
  );
  expect(answers.map(({ status }) => status).filter((status) => status === 200)).toHaveLength(1);
});
