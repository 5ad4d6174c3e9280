// The SDK signs users in by OpenID Connect, with the server at the other end.
import { describe, expect, test } from "vitest";
import { reasonOf } from "../../sdk/src/index.ts";
import { useServer } from "../use-server.ts";
import { aBank, granted } from "../oauth/details/use-details.ts";
import { agree, partner, REDIRECT_URI } from "./partner.ts";

const used = useServer();
const OPENID = { redirectUri: REDIRECT_URI, scope: "openid profile" };
const reasonFor = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(() => undefined, reasonOf);

describe.each(["", "ES256"])("with the algorithm %j", (idTokenSignedResponseAlg) => {
  test("the identity is that of the user, also after a refresh", async () => {
    const [latchkey, user] = [
      await partner(used, { settings: { idTokenSignedResponseAlg } }),
      await used.signUp(),
    ];
    const { url, pending } = await latchkey.beginAuthorization({ ...OPENID, maxAge: 600 });
    const tokens = await latchkey.finishAuthorization(await agree(user, url), pending);
    expect(tokens.identity).toMatchObject({
      subject: user.id,
      sessionId: expect.any(String),
      claims: { amr: ["pwd"], nonce: pending.nonce },
    });
    expect(Date.now() - tokens.identity!.authenticatedAt!.getTime()).toBeLessThan(60_000);
    const next = await latchkey.refresh(tokens.refreshToken!);
    expect(next.identity?.subject).toBe(user.id);
    expect(next.identity?.idToken).not.toBe(tokens.identity?.idToken);
  });
});

test("an answer for another request of the same user is refused", async () => {
  const [latchkey, user] = [await partner(used), await used.signUp()];
  const { url, pending } = await latchkey.beginAuthorization(OPENID);
  const callback = await agree(user, url);
  const other = { ...pending, nonce: "another" };
  expect(await reasonFor(latchkey.finishAuthorization(callback, other))).toBe("TOKEN_INVALID");
});

test("an ID token of another issuer or client is refused", async () => {
  const [issuer, user] = ["https://id.example", await used.signUp()];
  const latchkey = await partner(used, { issuer });
  const { url, pending } = await latchkey.beginAuthorization(OPENID);
  const callback = await agree(user, url);
  callback.searchParams.set("iss", issuer);
  expect(await reasonFor(latchkey.finishAuthorization(callback, pending))).toBe("TOKEN_INVALID");
});

test("without openid there is no identity", async () => {
  const [latchkey, user] = [await partner(used), await used.signUp()];
  const { url, pending } = await latchkey.beginAuthorization({ ...OPENID, scope: "profile" });
  expect(pending.nonce).toBeUndefined();
  const tokens = await latchkey.finishAuthorization(await agree(user, url), pending);
  expect(tokens.identity).toBeUndefined();
});

test("a pushed request leaves nothing in the address but a reference", async () => {
  const latchkey = await partner(used);
  const { url, pending } = await latchkey.beginAuthorization({ ...OPENID, pushed: true });
  const { searchParams } = new URL(url);
  expect([...searchParams.keys()]).toEqual(["client_id", "request_uri"]);
  expect(searchParams.get("request_uri")).toMatch(/^urn:ietf:params:oauth:request_uri:/);
  expect(pending.nonce).toMatch(/^[\w-]{43}$/);
  const page = await fetch(url, { headers: { accept: "text/html" } });
  expect([page.status, (await page.text()).includes('name="identifier"')]).toEqual([200, true]);
});

test("a token is exchanged for another resource only by a client that may", async () => {
  const [latchkey, user] = [await partner(used), await used.signUp()];
  const { url, pending } = await latchkey.beginAuthorization(OPENID);
  const { accessToken } = await latchkey.finishAuthorization(await agree(user, url), pending);
  expect(await reasonFor(latchkey.exchangeToken(accessToken))).toBe("CLIENT_UNAUTHORIZED");
});

test("authorization details come back, and a refresh may have fewer", async () => {
  const [latchkey, user] = [await partner(used), await used.signUp()];
  const bank = await aBank(used);
  const [pay, read] = granted(bank);
  const asked = [bank.pay, bank.read];
  const { url, pending } = await latchkey.beginAuthorization({
    redirectUri: REDIRECT_URI,
    authorizationDetails: asked,
  });
  const tokens = await latchkey.finishAuthorization(await agree(user, url), pending);
  expect(tokens.authorizationDetails).toEqual([pay, read]);
  const next = await latchkey.refresh(tokens.refreshToken!, {
    authorizationDetails: asked.slice(0, 1),
  });
  expect(next.authorizationDetails).toEqual([pay]);
  const pushed = await latchkey.beginAuthorization({
    redirectUri: REDIRECT_URI,
    authorizationDetails: asked,
    pushed: true,
  });
  expect([...new URL(pushed.url).searchParams.keys()]).toEqual(["client_id", "request_uri"]);
  const wrong = latchkey.beginAuthorization({
    redirectUri: REDIRECT_URI,
    authorizationDetails: [{ type: "unknown" }],
    pushed: true,
  });
  expect(await reasonFor(wrong)).toBe("AUTHORIZATION_DETAILS_INVALID");
});
