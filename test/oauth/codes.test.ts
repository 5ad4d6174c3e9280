// The authorization code grant: PKCE, what a code is bound to, and what becomes of codes that are
// used twice.
import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { reason, refusal } from "../clients/refusal.ts";
import { MINUTE, movableClock } from "../identity/clock.ts";
import { useServer } from "../use-server.ts";
import { agree, isActive, newPkce, post, REDIRECT_URI, redeem, register } from "./flow.ts";

const clock = movableClock();
const used = useServer({ clock });
const PUBLIC = [true, false].map((isPublic) => ({
  kind: isPublic ? "a public client" : "a confidential client",
  isPublic,
}));

describe.each(PUBLIC)("$kind", ({ isPublic }) => {
  const start = async () => {
    const [user, client] = [
      await used.signUp(),
      await register(used.administrator, { public: isPublic }),
    ];
    return {
      user,
      client,
      ask: (request: object) =>
        user.oauth.authorize({ clientId: client.id, redirectUri: REDIRECT_URI, ...request }),
    };
  };

  test("gets a code, and for the code tokens", async () => {
    const { user, client } = await start();
    const state = 'a state with "quotes", ünïcode & spaces + plus';
    const agreed = await agree(user, client, { state });
    expect(Object.fromEntries(agreed.location.searchParams)).toEqual({
      code: agreed.code,
      state,
      iss: used.url,
    });
    expect(`${agreed.location.origin}${agreed.location.pathname}`).toBe(REDIRECT_URI);
    const { status, json, headers } = await redeem(used.url, client, agreed);
    expect(status).toBe(200);
    expect(json).toEqual({
      access_token: expect.stringMatching(/^lka_[\w-]{43}$/),
      token_type: "Bearer",
      expires_in: 3600,
      refresh_token: expect.stringMatching(/^lkr_[\w-]{43}$/),
      scope: "profile groups",
    });
    expect([
      headers.get("cache-control"),
      headers.get("pragma"),
      headers.get("content-type"),
    ]).toEqual(["no-store", "no-cache", "application/json; charset=utf-8"]);
    expect(
      (await used.as(String(json["access_token"])).users.getUser({ userId: "me" })).user?.id,
    ).toBe(user.id);
  });

  test("needs a challenge, S256 only", async () => {
    const { ask } = await start();
    const { challenge } = newPkce();
    expect(await refusal(ask({}))).toMatchObject({
      code: "InvalidArgument",
      reason: "OAUTH_REQUEST_INVALID",
    });
    for (const codeChallengeMethod of ["plain", "", "s256", "S512"])
      expect(await reason(ask({ codeChallenge: challenge, codeChallengeMethod }))).toBe(
        "OAUTH_REQUEST_INVALID",
      );
    for (const codeChallenge of [
      "",
      challenge.slice(1),
      `${challenge}=`,
      `${challenge}A`,
      `${challenge.slice(1)}+`,
      "é".repeat(43),
    ]) {
      expect(await reason(ask({ codeChallenge, codeChallengeMethod: "S256" }))).toBe(
        "OAUTH_REQUEST_INVALID",
      );
    }
  });

  test("proves the challenge; a wrong verifier burns the code", async () => {
    const { user, client } = await start();
    const agreed = await agree(user, client);
    const wrong = await redeem(used.url, client, { ...agreed, verifier: newPkce().verifier });
    expect(wrong.json).toMatchObject({
      error: "invalid_grant",
      error_description: expect.stringContaining("code_verifier"),
    });
    expect((await redeem(used.url, client, agreed)).json["error"]).toBe("invalid_grant");
    for (const length of [43, 128])
      expect(
        (
          await redeem(
            used.url,
            client,
            await agree(user, client, { verifier: "aZ0-._~".repeat(20).slice(0, length) }),
          )
        ).status,
      ).toBe(200);
  });

  test("a missing or malformed verifier is named, and leaves the code", async () => {
    const { user, client } = await start();
    const malformed = [
      "x".repeat(42),
      "x".repeat(129),
      "x".repeat(257),
      `${"x".repeat(42)}é`,
      `${"x".repeat(42)} `,
      "",
    ];
    const agreed = await agree(user, client);
    for (const verifier of malformed) {
      const { status, json } = await redeem(used.url, client, { ...agreed, verifier });
      expect([status, json["error"]], verifier).toEqual([400, "invalid_request"]);
      expect(json["error_description"], verifier).toMatch(/^code_verifier\b/);
      const call = used.as().oauth.token({
        grantType: "authorization_code",
        code: agreed.code,
        redirectUri: REDIRECT_URI,
        codeVerifier: verifier,
        clientId: client.id,
        clientSecret: client.secret,
      });
      expect(await refusal(call)).toMatchObject({
        code: "InvalidArgument",
        message: expect.stringMatching(/^code_verifier\b/),
      });
    }
    expect((await redeem(used.url, client, agreed)).status).toBe(200);
  });

  test("the verifier of git-credential-oauth, with / and =, is malformed", async () => {
    const { user, client } = await start();
    // The challenge is right, but RFC 7636 section 4.1 has other characters.
    const verifier = `${"aB3/".repeat(11)}=`;
    const agreed = await agree(user, client, { verifier });
    const { json } = await redeem(used.url, client, agreed);
    expect(json).toMatchObject({
      error: "invalid_request",
      error_description: expect.stringContaining("RFC 7636 section 4.1"),
    });
  });

  test.each([0, 1000, 30_000])(
    "a code that is used twice, %i ms later, ends what it gave",
    async (later) => {
      const { user, client } = await start();
      const watcher = await register(used.administrator, {
        grantTypes: ["client_credentials"],
        scopes: ["introspect"],
      });
      const agreed = await agree(user, client);
      const { json } = await redeem(used.url, client, agreed);
      clock.pass(later);
      expect(await isActive(used.url, watcher, json["access_token"])).toBe(true);
      const again = await redeem(used.url, client, agreed);
      expect([again.status, again.json["error"]]).toEqual([400, "invalid_grant"]);
      for (const token of [json["access_token"], json["refresh_token"]])
        expect(await isActive(used.url, watcher, token)).toBe(false);
      expect(
        (
          await post(
            used.url,
            "token",
            { grant_type: "refresh_token", refresh_token: String(json["refresh_token"]) },
            client,
          )
        ).json["error"],
      ).toBe("invalid_grant");
    },
  );

  test("a code that is used on and on is noted once", async () => {
    const { user, client } = await start();
    const agreed = await agree(user, client);
    expect((await redeem(used.url, client, agreed)).status).toBe(200);
    const again = () => redeem(used.url, client, agreed);
    const refused = await Promise.all(Array.from({ length: 10 }, again));
    refused.push(await again());
    expect(refused.map(({ json }) => json["error"])).toEqual(Array(11).fill("invalid_grant"));
    const { auditEvents } = await used.administrator.audit.listAuditEvents({
      clientId: client.id,
      type: "code.reuse",
    });
    expect(auditEvents).toHaveLength(1);
  });

  test("a code dies after a minute", async () => {
    const { user, client } = await start();
    const [early, late] = [await agree(user, client), await agree(user, client)];
    clock.pass(MINUTE - 5_000);
    expect((await redeem(used.url, client, early)).status).toBe(200);
    clock.pass(5_000);
    expect((await redeem(used.url, client, late)).json["error"]).toBe("invalid_grant");
  });

  test("the redirect URI of the request is the one of the redemption", async () => {
    const { user, client } = await start();
    const other = [
      `${REDIRECT_URI}/`,
      `${REDIRECT_URI}?x`,
      REDIRECT_URI.toUpperCase(),
      "https://evil.example",
      "",
    ];
    const agreed = await agree(user, client);
    for (const redirect_uri of other)
      expect((await redeem(used.url, client, agreed, { redirect_uri })).json["error"]).toBe(
        "invalid_grant",
      );
    // None of them was the client's own, so the code still works.
    expect((await redeem(used.url, client, agreed)).status).toBe(200);
    for (const redirectUri of other.slice(0, -1))
      expect(await refusal(agree(user, client, { redirectUri }))).toMatchObject({
        reason: "REDIRECT_URI_INVALID",
        fields: ["redirect_uri"],
      });
  });

  test("only its client redeems a code; other attempts have no effect on it", async () => {
    const { user, client } = await start();
    const stranger = await register(used.administrator);
    const agreed = await agree(user, client);
    // The last one comes from the client itself, with another destination.
    const tries = async () =>
      (
        await Promise.all([
          redeem(used.url, stranger, agreed),
          redeem(used.url, { id: client.id, secret: "lkcs_wrong" }, agreed),
          redeem(used.url, client, agreed, { redirect_uri: "https://evil.example" }),
        ])
      ).map(({ status, json }) => [status, json["error"]]);
    const refused = [
      [400, "invalid_grant"],
      [401, "invalid_client"],
      [400, "invalid_grant"],
    ];
    expect(await tries()).toEqual(refused);
    const { status, json } = await redeem(used.url, client, agreed);
    expect(status).toBe(200);
    expect(await tries()).toEqual(refused);
    expect((await used.as(String(json["access_token"])).users.getUser({})).user?.id).toBe(user.id);
  });

  test("a code that is too old is refused to its client and to others", async () => {
    const { user, client } = await start();
    const agreed = await agree(user, client);
    clock.pass(2 * MINUTE);
    for (const by of [client, await register(used.administrator)])
      expect((await redeem(used.url, by, agreed)).json["error"]).toBe("invalid_grant");
  });
});

test("a verifier for a code that was given without a challenge is refused", async () => {
  // Only the clients of documented APIs may do without.
  const [user, client] = [
    await used.signUp(),
    await register(used.administrator, { apis: ["secretpair"] }),
  ];
  const ask = async () => ({
    code: (await user.oauth.authorize({ clientId: client.id, redirectUri: REDIRECT_URI })).code,
    verifier: "",
    location: new URL(REDIRECT_URI),
  });
  expect(
    (await redeem(used.url, client, { ...(await ask()), verifier: newPkce().verifier })).json[
      "error"
    ],
  ).toBe("invalid_grant");
  expect((await redeem(used.url, client, await ask())).status).toBe(200);
});

test("codes are long, unlike and without a pattern", async () => {
  const [user, client] = [await used.signUp(), await register(used.administrator)];
  const codes = await Promise.all(
    Array.from({ length: 200 }, async () => (await agree(user, client)).code),
  );
  expect(new Set(codes).size).toBe(codes.length);
  const bytes = Buffer.concat(codes.map((code) => Buffer.from(code, "base64url")));
  expect(bytes.length).toBe(codes.length * 32);
  expect(gzipSync(bytes).length).toBeGreaterThan(bytes.length * 0.95);
});

test(
  "a client that may not use codes gets none, and a user agrees to nothing that the " +
    "client may not have",
  async () => {
    const user = await used.signUp();
    expect(
      await refusal(
        agree(
          user,
          await register(used.administrator, { grantTypes: ["client_credentials"], scopes: [] }),
        ),
      ),
    ).toMatchObject({ code: "PermissionDenied", reason: "CLIENT_UNAUTHORIZED" });
    expect(await reason(agree(user, { id: "no-such-client", secret: "" }))).toBe(
      "CLIENT_NOT_FOUND",
    );
    const client = await register(used.administrator, { scopes: ["profile"] });
    for (const scope of [
      "groups",
      "groups admin",
      "admin",
      "users.read",
      'pro"file',
      "x".repeat(8000),
      Array.from({ length: 65 }, (_, index) => `s${index}`).join(" "),
    ]) {
      expect(await refusal(agree(user, client, { scope })), scope).toMatchObject({
        code: "InvalidArgument",
        reason: "SCOPE_INVALID",
      });
    }
    expect((await redeem(used.url, client, await agree(user, client))).json["scope"]).toBe(
      "profile",
    );
  },
);
