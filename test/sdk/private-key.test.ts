// The SDK as a client that authenticates by a key, also of FAPI 2.0, with the server.
import { expect, test } from "vitest";
import { createLatchkey, reasonOf } from "../../sdk/src/index.ts";
import { REDIRECT_URI } from "../oauth/flow.ts";
import { browserOf, consent, fapiClient } from "../oauth/proofs/browser.ts";
import { newKey } from "../oauth/proofs/keys.ts";
import { useServer } from "../use-server.ts";

const used = useServer();
const REQUEST = { redirectUri: REDIRECT_URI, scope: "openid profile" };
const reasonFor = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(() => undefined, reasonOf);

/** A client with the key and the settings. */
async function keyClient(alg: string, settings: Readonly<Record<string, unknown>>) {
  const scopes = ["openid", "profile"];
  const { id: clientId, key } = await fapiClient(used, { alg, scopes, settings });
  return { options: { baseUrl: used.url, clientId }, key };
}

test.each(["PS256", "ES256", "EdDSA"])("a client of FAPI 2.0 signs users in by %s", async (alg) => {
  const { options, key } = await keyClient(alg, { securityProfile: "fapi2" });
  const latchkey = createLatchkey({ ...options, privateKey: key.privateKey, dpop: true });
  expect(
    await reasonFor(createLatchkey(options).beginAuthorization({ ...REQUEST, pushed: true })),
  ).toBe("CLIENT_AUTHENTICATION_FAILED");
  const { url, pending } = await latchkey.beginAuthorization({ ...REQUEST, pushed: true });
  const agent = await browserOf(used);
  await agent.get(url.slice(used.url.length));
  const callback = (await consent(agent)).headers.get("location")!;
  const tokens = await latchkey.finishAuthorization(callback, pending);
  const userInfo = await latchkey.as(tokens).fetch(`${used.url}/oauth2/userinfo`);
  expect(await userInfo.json()).toMatchObject({ sub: tokens.identity!.subject });
  const next = await latchkey.refresh(tokens.refreshToken!);
  expect([next.tokenType, next.identity?.subject]).toEqual(["DPoP", tokens.identity?.subject]);
  await latchkey.revoke(next.accessToken);
  const { active } = await latchkey.oauth.introspect({ token: next.accessToken });
  expect(active).not.toBe(true);
});

test.each(["PS256", "ES256", "EdDSA", "RS256"])("the key can be JSON, by %s", async (alg) => {
  const { options, key } = await keyClient(alg, {});
  const kid = key.thumbprint;
  const given = { ...key.privateJwk, kid, key_ops: ["verify"], ...(alg === "RS256" && { alg }) };
  const latchkey = createLatchkey({ ...options, privateKey: given });
  // The client may not act for itself: it has been authenticated.
  expect(await reasonFor(latchkey.token())).toBe("CLIENT_UNAUTHORIZED");
  const other = createLatchkey({ ...options, privateKey: (await newKey(alg)).privateJwk });
  expect(await reasonFor(other.token())).toBe("CLIENT_AUTHENTICATION_FAILED");
});

test("a key that no signature of a client is made by is refused in words", async () => {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-384" }, false, [
    "sign",
    "verify",
  ]);
  const options = { baseUrl: used.url, clientId: "a" };
  const latchkey = createLatchkey({ ...options, privateKey: pair.privateKey });
  await expect(latchkey.token()).rejects.toThrow("the key must be one of ES256");
});
