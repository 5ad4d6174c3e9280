// Token exchange (RFC 8693) with tokens that are bound to keys (RFC 9449).
import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import { useServer } from "../../use-server.ts";
import { agree, post, register, type Registered, send } from "../flow.ts";
import { type ClientKey, dpopProof, newKey } from "../proofs/keys.ts";
import { addResource, scopesOf } from "./use-resources.ts";

const ACCESS = "urn:ietf:params:oauth:token-type:access_token";
const EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange";
const redirect_uri = "https://client.example.com/callback";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const used = useServer({ engine });
  const proofOf = (key: ClientKey): Promise<string> =>
    dpopProof(key, { method: "POST", url: `${used.url}/oauth2/token` });
  const token = (client: Registered, form: Readonly<Record<string, string>>, proof?: string) =>
    send(`${used.url}/oauth2/token`, {
      form,
      client,
      headers: proof === undefined ? {} : { dpop: proof },
    });
  const exchange = (
    client: Registered,
    subject: unknown,
    { proof, ...more }: { proof?: string | undefined } & Readonly<Record<string, string>> = {},
  ) =>
    token(
      client,
      {
        grant_type: EXCHANGE,
        subject_token: String(subject),
        subject_token_type: ACCESS,
        ...more,
      },
      proof,
    );
  const introspect = async (client: Registered, text: unknown) =>
    (await post(used.url, "introspect", { token: String(text) }, client)).json;

  /** A user's token, bound to the key of an application, for a resource that a gateway serves. */
  async function given(key?: ClientKey) {
    const grantTypes = [EXCHANGE, "client_credentials"];
    const server = await register(used.administrator, { grantTypes });
    const app = await register(used.administrator, {
      grantTypes: ["authorization_code", "refresh_token", EXCHANGE],
    });
    const user = await used.signUp();
    const front = await addResource(used, {
      introspectors: [server.id],
      scopes: scopesOf("shared"),
    });
    const back = await addResource(used, {
      machineClients: [server.id],
      introspectors: [server.id],
      scopes: scopesOf("shared"),
      tokenFormat: "jwt",
    });
    const { code, verifier } = await agree(user, app, { resource: [front.uri], scope: "shared" });
    const form = { grant_type: "authorization_code", code, code_verifier: verifier, redirect_uri };
    const { json } = await token(app, form, key && (await proofOf(key)));
    expect(json["token_type"]).toBe(key === undefined ? "Bearer" : "DPoP");
    return { app, server, front, back, subject: json["access_token"] };
  }

  test("the server of a resource gets a token that is bound to its own key", async () => {
    const [a, b] = [await newKey(), await newKey()];
    const { server, back, subject } = await given(a);
    const { status, json } = await exchange(server, subject, {
      resource: back.uri,
      proof: await proofOf(b),
    });
    expect([status, json["token_type"]]).toEqual([200, "DPoP"]);
    const cnf = { jkt: b.thumbprint };
    expect(decodeJwt(String(json["access_token"]))).toMatchObject({ cnf });
    expect(await introspect(server, json["access_token"])).toMatchObject({
      cnf,
      token_type: "DPoP",
    });
    // The subject token keeps its key.
    expect(await introspect(server, subject)).toMatchObject({ cnf: { jkt: a.thumbprint } });
  });

  test("a client narrows its own bound token with the same key or another one", async () => {
    const [a, b] = [await newKey(), await newKey()];
    const { app, subject } = await given(a);
    for (const key of [a, b]) {
      const { json } = await exchange(app, subject, { proof: await proofOf(key) });
      expect(json["token_type"]).toBe("DPoP");
      expect(await introspect(app, json["access_token"])).toMatchObject({
        cnf: { jkt: key.thumbprint },
      });
    }
  });

  test("a bound token gives none without a proof, and none with a wrong one", async () => {
    const [a, b] = [await newKey(), await newKey()];
    const { app, server, back, subject } = await given(a);
    const refusal = { status: 400, json: { error: "invalid_dpop_proof" } };
    expect(await exchange(app, subject)).toMatchObject(refusal);
    expect(await exchange(server, subject, { resource: back.uri })).toMatchObject(refusal);
    const usedUp = await proofOf(b);
    expect((await exchange(server, subject, { proof: usedUp })).status).toBe(200);
    const elsewhere = { method: "POST", url: `${used.url}/oauth2/revoke` };
    const wrong = [usedUp, "x", await dpopProof(b, elsewhere)];
    let count = 0;
    for (const proof of wrong) {
      expect(await exchange(server, subject, { proof })).toMatchObject(refusal);
      count++;
    }
    expect(count).toBe(3);
  });

  test("a bound actor token gives none without a proof", async () => {
    const [a, b] = [await newKey(), await newKey()];
    const { server, back, subject } = await given();
    const own = await token(server, { grant_type: "client_credentials" }, await proofOf(a));
    const actor = {
      resource: back.uri,
      actor_token: String(own.json["access_token"]),
      actor_token_type: ACCESS,
    };
    expect(await exchange(server, subject, actor)).toMatchObject({
      status: 400,
      json: { error: "invalid_dpop_proof" },
    });
    const { json } = await exchange(server, subject, { ...actor, proof: await proofOf(b) });
    expect(decodeJwt(String(json["access_token"]))).toMatchObject({
      cnf: { jkt: b.thumbprint },
      act: { sub: server.id },
    });
  });

  test("a token without a key may become a bound one, and then stays one", async () => {
    const key = await newKey();
    const { server, back, subject } = await given();
    const bound = await exchange(server, subject, {
      resource: back.uri,
      proof: await proofOf(key),
    });
    expect(bound.json["token_type"]).toBe("DPoP");
    expect(await exchange(server, bound.json["access_token"])).toMatchObject({
      status: 400,
      json: { error: "invalid_dpop_proof" },
    });
    const again = { proof: await proofOf(key) };
    expect((await exchange(server, bound.json["access_token"], again)).status).toBe(200);
  });
});
