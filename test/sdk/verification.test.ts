// Whose token the SDK says it is, asked of the server and read from a JWT.
import { generateKeyPair, SignJWT } from "jose";
import { describe, expect, test } from "vitest";
import {
  Code,
  ConnectError,
  createLatchkey,
  reasonOf,
  type VerifyOptions,
} from "../../sdk/src/index.ts";
import { register, send } from "../oauth/flow.ts";
import { dpopProof, newKey } from "../oauth/proofs/keys.ts";
import { unique, useServer } from "../use-server.ts";
import { agree, partner, REDIRECT_URI } from "./partner.ts";

const used = useServer();
const refusalOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => undefined,
    (error: unknown) => reasonOf(error) ?? ConnectError.from(error).code,
  );

describe("asked of the server", () => {
  test("a user, a client for a user, a client for itself", async () => {
    const [latchkey, user] = [await partner(used), await used.signUp()];
    expect(await latchkey.verifyToken(user.token)).toEqual({
      kind: "user",
      userId: user.id,
      username: user.username,
      realm: "default",
      scopes: [],
      issuedAt: expect.any(Date),
      expiresAt: expect.any(Date),
    });
    const { url, pending } = await latchkey.beginAuthorization({
      redirectUri: REDIRECT_URI,
      scope: "profile",
    });
    const { accessToken } = await latchkey.finishAuthorization(await agree(user, url), pending);
    const delegate = await latchkey.verifyToken(accessToken);
    expect(delegate).toMatchObject({
      kind: "delegate",
      userId: user.id,
      username: user.username,
      clientId: expect.any(String),
      scopes: ["profile"],
    });
    const client = await latchkey.verifyToken(await latchkey.token());
    expect(client).toEqual({
      kind: "client",
      clientId: delegate.clientId,
      scopes: ["introspect"],
      issuedAt: expect.any(Date),
      expiresAt: expect.any(Date),
    });
  });

  test("refuses a token that is signed out, unknown, malformed or a refresh token", async () => {
    const [latchkey, user] = [await partner(used), await used.signUp()];
    const { url, pending } = await latchkey.beginAuthorization({ redirectUri: REDIRECT_URI });
    const { refreshToken } = await latchkey.finishAuthorization(await agree(user, url), pending);
    await latchkey.verifyToken(user.token);
    await user.users.signOut({});
    for (const token of [user.token, refreshToken!, "lks_x", "", "a b", "é", "x".repeat(5000)])
      expect(await refusalOf(latchkey.verifyToken(token))).toBe("TOKEN_INVALID");
  });

  test("refuses a token that is bound to a key, which its bearer may not have", async () => {
    const client = await register(used.administrator, {
      grantTypes: ["client_credentials"],
      scopes: ["users.read"],
    });
    const url = `${used.url}/oauth2/token`;
    const tokenWith = async (headers: Record<string, string>): Promise<string> => {
      const form = { grant_type: "client_credentials" };
      return String((await send(url, { form, client, headers })).json["access_token"]);
    };
    const latchkey = await partner(used);
    const dpop = await dpopProof(await newKey(), { method: "POST", url });
    expect(await refusalOf(latchkey.verifyToken(await tokenWith({ dpop })))).toBe("TOKEN_INVALID");
    expect(await refusalOf(latchkey.verifyToken(await tokenWith({})))).toBeUndefined();
  });

  test("nothing, when it is this program that is wrong", async () => {
    const latchkey = createLatchkey({
      baseUrl: used.url,
      clientId: "unknown",
      clientSecret: "wrong",
    });
    expect(await refusalOf(latchkey.verifyToken("lks_x"))).toBe("CLIENT_AUTHENTICATION_FAILED");
  });
});

describe("read from a JWT", () => {
  const signIn = async (): Promise<{
    token: string;
    username: string;
    signOut(): Promise<unknown>;
  }> => {
    const user = await used.signUp();
    const response = await fetch(`${used.url}/login/`, {
      method: "POST",
      body: new URLSearchParams({ username: user.username, password: user.password }),
    });
    const { data } = (await response.json()) as { data: { token: string } };
    const { sessions } = await user.users.listSessions({ userId: "me" });
    const session = sessions.find(({ api }) => api === "secretpair")!;
    return {
      token: data.token,
      username: user.username,
      signOut: () => user.users.revokeSession({ sessionId: session.id }),
    };
  };
  const offline: VerifyOptions = { api: "secretpair", offline: true };

  test("a user, also after the end of the session, which only the server knows", async () => {
    const [latchkey, { token, username, signOut }] = [await partner(used), await signIn()];
    const online = await latchkey.verifyToken(token, { api: "secretpair" });
    expect(online).toMatchObject({ kind: "user", username });
    expect(await latchkey.verifyToken(token, offline)).toEqual(online);
    await signOut();
    expect(await refusalOf(latchkey.verifyToken(token, { api: "secretpair" }))).toBe(
      "TOKEN_INVALID",
    );
    expect(await latchkey.verifyToken(token, offline)).toEqual(online);
  });

  test("refuses a JWT that is changed, expired, or of another API, issuer or key", async () => {
    const [latchkey, { token }] = [await partner(used), await signIn()];
    expect(await refusalOf(latchkey.verifyToken(token))).toBe("TOKEN_INVALID");
    expect(await refusalOf(latchkey.verifyToken(token, { offline: true }))).toBe("TOKEN_INVALID");
    expect(
      await refusalOf(
        (await partner(used, { issuer: "https://id.example" })).verifyToken(token, offline),
      ),
    ).toBe("TOKEN_INVALID");
    const [head, , tail] = token.split(".");
    const payload = { iss: used.url, aud: "secretpair", sub: "root", iat: 1, exp: 4e9 };
    const text = (value: object): string =>
      Buffer.from(JSON.stringify(value)).toString("base64url");
    const { privateKey } = await generateKeyPair("ES256");
    const kid = (JSON.parse(Buffer.from(head!, "base64url").toString()) as { kid: string }).kid;
    const forged = await new SignJWT(payload)
      .setProtectedHeader({ alg: "ES256", kid })
      .sign(privateKey);
    const unknownKey = await new SignJWT(payload)
      .setProtectedHeader({ alg: "ES256", kid: unique() })
      .sign(privateKey);
    const unsigned = `${text({ alg: "none" })}.${text(payload)}.x`;
    for (const wrong of [`${head}.${text(payload)}.${tail}`, forged, unknownKey, unsigned, "a.b.c"])
      expect(await refusalOf(latchkey.verifyToken(wrong, offline))).toBe("TOKEN_INVALID");
  });

  test("other tokens are asked about all the same", async () => {
    const [latchkey, user] = [await partner(used), await used.signUp()];
    expect(await latchkey.verifyToken(user.token, { offline: true })).toMatchObject({
      userId: user.id,
    });
  });

  test("a server that is away is no wrong token", async () => {
    const { token } = await signIn();
    const away = createLatchkey({
      baseUrl: used.url,
      clientId: "a",
      fetch: () => Promise.reject(new TypeError("fetch failed")),
    });
    expect(await refusalOf(away.verifyToken(token, offline))).toBe(Code.Unavailable);
    expect(
      await refusalOf(away.verifyToken(token, { ...offline, signal: AbortSignal.abort() })),
    ).toBe(Code.Canceled);
  });
});
