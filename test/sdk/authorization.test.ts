// The SDK's way by authorization code, with the server at the other end.
import { describe, expect, test } from "vitest";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import { reasonOf } from "../../sdk/src/index.ts";
import { useServer } from "../use-server.ts";
import { agree, partner, REDIRECT_URI } from "./partner.ts";

const used = useServer();
const reasonFor = (call: Promise<unknown>): Promise<string | undefined> =>
  call.then(() => undefined, reasonOf);

describe.each([ClientType.CONFIDENTIAL, ClientType.PUBLIC])("a client of type %i", (type) => {
  test("acts for a user who agrees, and goes on with the refresh token", async () => {
    const [latchkey, user] = [await partner(used, { type }), await used.signUp()];
    const { url, pending } = await latchkey.beginAuthorization({
      redirectUri: REDIRECT_URI,
      scope: "profile groups",
    });
    const tokens = await latchkey.finishAuthorization((await agree(user, url)).href, pending);
    expect(tokens).toMatchObject({
      scopes: ["profile", "groups"],
      refreshToken: expect.stringMatching(/^lkr_/),
    });
    expect(tokens.expiresAt.getTime()).toBeGreaterThan(Date.now());
    const next = await latchkey.refresh(tokens.refreshToken!, { scope: "profile" });
    expect(next.scopes).toEqual(["profile"]);
    expect((await latchkey.as(next.accessToken).users.getUser({ userId: "me" })).user?.id).toBe(
      user.id,
    );
    await latchkey.revoke(next.refreshToken!);
    expect(await reasonFor(latchkey.as(next.accessToken).users.getUser({ userId: "me" }))).toBe(
      "TOKEN_INVALID",
    );
    expect(await reasonFor(latchkey.refresh(next.refreshToken!))).toBe("GRANT_INVALID");
  });
});

test("the URL asks for all that was said, at the issuer", async () => {
  const latchkey = await partner(used, { issuer: "https://id.example/" });
  const { url, pending } = await latchkey.beginAuthorization({
    redirectUri: REDIRECT_URI,
    groupId: 7n,
  });
  expect(url).toMatch(/^https:\/\/id\.example\/oauth2\/authorize\?/);
  expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
    response_type: "code",
    redirect_uri: REDIRECT_URI,
    group_id: "7",
    code_challenge_method: "S256",
    state: pending.state,
  });
  expect(pending.codeVerifier).toMatch(/^[\w-]{43}$/);
  expect((await latchkey.beginAuthorization({ redirectUri: REDIRECT_URI })).pending.state).not.toBe(
    pending.state,
  );
});

test("the access for a group names the group", async () => {
  const [latchkey, user] = [await partner(used), await used.signUp()];
  const { group } = await user.users.createGroup({ name: "Readers" });
  const { url, pending } = await latchkey.beginAuthorization({
    redirectUri: REDIRECT_URI,
    groupId: group!.id,
  });
  const { accessToken } = await latchkey.finishAuthorization(await agree(user, url), pending);
  expect(await latchkey.verifyToken(accessToken)).toMatchObject({
    kind: "delegate",
    groupId: group!.id,
  });
});

describe("what comes back is refused", () => {
  const come = async (change: (callback: URL) => void) => {
    const [latchkey, user] = [await partner(used), await used.signUp()];
    const { url, pending } = await latchkey.beginAuthorization({ redirectUri: REDIRECT_URI });
    const callback = await agree(user, url);
    change(callback);
    return { latchkey, pending, callback };
  };

  test.each<[string, (callback: URL) => void, string]>([
    [
      "of another visitor",
      ({ searchParams }) => searchParams.set("state", "other"),
      "OAUTH_REQUEST_INVALID",
    ],
    [
      "without a state",
      ({ searchParams }) => searchParams.delete("state"),
      "OAUTH_REQUEST_INVALID",
    ],
    [
      "of another server",
      ({ searchParams }) => searchParams.set("iss", "https://evil.example"),
      "OAUTH_REQUEST_INVALID",
    ],
    [
      "without an issuer",
      ({ searchParams }) => searchParams.delete("iss"),
      "OAUTH_REQUEST_INVALID",
    ],
    ["without a code", ({ searchParams }) => searchParams.delete("code"), "OAUTH_REQUEST_INVALID"],
    [
      "with an error",
      ({ searchParams }) => searchParams.set("error", "server_error"),
      "OAUTH_REQUEST_INVALID",
    ],
    [
      "when the user did not agree",
      ({ searchParams }) => searchParams.set("error", "access_denied"),
      "PERMISSION_DENIED",
    ],
    ["with another code", ({ searchParams }) => searchParams.set("code", "other"), "GRANT_INVALID"],
  ])("%s", async (_, change, reason) => {
    const { latchkey, pending, callback } = await come(change);
    expect(await reasonFor(latchkey.finishAuthorization(callback, pending))).toBe(reason);
  });

  test("a second time, and a path alone is enough the first", async () => {
    const { latchkey, pending, callback } = await come(() => {});
    expect(
      await reasonFor(latchkey.finishAuthorization(callback.pathname + callback.search, pending)),
    ).toBe(undefined);
    expect(await reasonFor(latchkey.finishAuthorization(callback, pending))).toBe("GRANT_INVALID");
  });

  test("with a verifier that is not the one", async () => {
    const { latchkey, pending, callback } = await come(() => {});
    expect(
      await reasonFor(
        latchkey.finishAuthorization(callback, { ...pending, codeVerifier: "x".repeat(43) }),
      ),
    ).toBe("GRANT_INVALID");
  });
});
