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
});
