// Clients that describe themselves and authenticate by a key (RFC 7523), as ChatGPT does.
import { describe, expect, test } from "vitest";
import { stores } from "../../mariadb.ts";
import { unique, useServer } from "../../use-server.ts";
import { post } from "../flow.ts";
import { assertionOf, newKey } from "../proofs/keys.ts";
import { agreeTo, documentOf, signedInAgent, VERIFIER } from "./asking.ts";
import { json, useDocumentHost } from "./document-host.ts";

const host = useDocumentHost();
const CALLBACK = "https://chat.example/callback";
const ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

describe.each(stores)("on $engine", ({ engine }) => {
  const used = useServer({ engine });

  test.each(["jwks", "jwks_uri"])("a client with %s redeems by its key alone", async (member) => {
    const [key, other] = await Promise.all([newKey(), newKey()]);
    const id = `${host.origin}/${unique("client-")}.json`;
    const keys = { keys: [{ ...key.jwk, kid: key.thumbprint }] };
    const document = documentOf(id, {
      redirect_uris: [CALLBACK],
      token_endpoint_auth_method: undefined,
      token_endpoint_auth_methods_supported: ["private_key_jwt"],
      ...(member === "jwks" ? { jwks: keys } : { jwks_uri: `${host.origin}/keys` }),
    });
    host.answer((response, path) => json(path === "/keys" ? keys : document)(response, path));
    const agent = await signedInAgent(used);
    const ask = { redirect_uri: CALLBACK };
    const redeem = async (proof: Readonly<Record<string, string>>) => {
      const location = await agreeTo(agent, id, { ...ask, prompt: "consent" });
      return post(used.url, "token", {
        grant_type: "authorization_code",
        client_id: id,
        code: location.searchParams.get("code") ?? "",
        redirect_uri: CALLBACK,
        code_verifier: VERIFIER,
        ...proof,
      });
    };
    const signedBy = async (signer: typeof key) => ({
      client_assertion_type: ASSERTION_TYPE,
      client_assertion: await assertionOf(signer, { clientId: id, issuer: used.url }),
    });
    const redeemed = await redeem(await signedBy(key));
    expect([redeemed.status, redeemed.json["scope"]]).toEqual([200, "profile"]);
    const bad: Readonly<Record<string, string>>[] = [{}, { client_secret: "x" }];
    for (const proof of [...bad, await signedBy(other)])
      expect((await redeem(proof)).json).toMatchObject({ error: "invalid_client" });
  });
});
