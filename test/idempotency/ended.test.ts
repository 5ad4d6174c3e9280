// An answer comes again although what it gave has ended since: it is what was true then. Nothing
// in it works any more.
import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { movableClock } from "../identity/clock.ts";
import {
  agree,
  type FormAnswer,
  isActive,
  post,
  refresh,
  register,
  type Registered,
  send,
} from "../oauth/flow.ts";
import { type SignedIn, useServer } from "../use-server.ts";

describe.each(["sqlite", "mysql"] as const)("on %s", (engine) => {
  const clock = movableClock();
  const used = useServer({ engine, clock });

  /** A code that is redeemed again and again, with one key. */
  async function redemption(more: { readonly public?: boolean } = {}) {
    const user = await used.signUp();
    const client = await register(used.administrator, more);
    const { code, verifier } = await agree(user, client);
    const form = {
      grant_type: "authorization_code",
      code,
      code_verifier: verifier,
      redirect_uri: "https://client.example.com/callback",
    };
    const headers = { "idempotency-key": randomUUID() };
    const again = (as: Registered = client): Promise<FormAnswer> =>
      send(`${used.url}/oauth2/token`, { form, client: as, headers });
    const { status, json } = await again();
    expect(status).toBe(200);
    return { user, client, again, json };
  }
  const reader = () => register(used.administrator, { scopes: ["introspect"] });
  const areActive = async ({ access_token, refresh_token }: FormAnswer["json"]) => {
    const client = await reader();
    return Promise.all(
      [access_token, refresh_token].map((token) => isActive(used.url, client, token)),
    );
  };

  const ENDS: Readonly<
    Record<
      string,
      (parts: { user: SignedIn; client: Registered; token: string }) => Promise<unknown>
    >
  > = {
    "the client revokes the refresh token": ({ client, token }) =>
      post(used.url, "revoke", { token }, client),
    "the user is deleted": ({ user }) => used.administrator.users.deleteUser({ userId: user.id }),
    "the user is locked": ({ user }) =>
      used.administrator.users.lockUser({ userId: user.id, reason: "a test" }),
    "all tokens of the client are ended": ({ client }) =>
      used.administrator.oauth.endClientTokens({ clientId: client.id }),
    "the refresh token is used twice": async ({ client, token }) => {
      expect((await refresh(used.url, client, token)).status).toBe(200);
      expect((await refresh(used.url, client, token)).status).toBe(400);
    },
  };

  test.each(Object.keys(ENDS))("%s: the answer is the same, and dead", async (name) => {
    for (const isPublic of [false, true]) {
      const { user, client, again, json } = await redemption({ public: isPublic });
      const token = String(json["refresh_token"]);
      await ENDS[name]!({ user, client, token });
      const { status, json: repeated } = await again();
      expect([status, repeated]).toEqual([200, json]);
      expect(await areActive(repeated)).toEqual([false, false]);
      expect((await refresh(used.url, client, repeated["refresh_token"])).status).toBe(400);
    }
  });

  test("the code has expired meanwhile: the answer comes, and lives", async () => {
    const { client, again, json } = await redemption();
    clock.pass(61_000);
    const { status, json: repeated } = await again();
    expect([status, repeated]).toEqual([200, json]);
    expect((await refresh(used.url, client, repeated["refresh_token"])).status).toBe(200);
    clock.pass(-61_000);
  });

  test("a client that is switched off or deleted gets no answer", async () => {
    const { client, again, json } = await redemption();
    const { oauth } = used.administrator;
    await oauth.disableClient({ clientId: client.id, reason: "a test" });
    expect(await again()).toMatchObject({ status: 401, json: { error: "invalid_client" } });
    await oauth.enableClient({ clientId: client.id });
    expect((await again()).json).toEqual(json);
    await oauth.deleteClient({ clientId: client.id });
    expect(await again()).toMatchObject({ status: 401, json: { error: "invalid_client" } });
  });

  test("an older secret comes again, and authenticates no client", async () => {
    const { oauth } = used.administrator;
    const requestId = randomUUID();
    const client = { name: "x", redirectUris: ["https://a.example/"], scopes: ["profile"] };
    const made = await oauth.createClient({ client, requestId });
    const clientId = made.client!.id;
    const rotation = { clientId, requestId: randomUUID() };
    const second = await oauth.rotateClientSecret(rotation);
    const third = await oauth.rotateClientSecret({ clientId, requestId: randomUUID() });
    expect(await oauth.createClient({ client, requestId })).toEqual(made);
    expect(await oauth.rotateClientSecret(rotation)).toEqual(second);
    const statusOf = async (secret: string): Promise<number> =>
      (await post(used.url, "revoke", { token: "x" }, { id: clientId, secret })).status;
    const secrets = [made, second, third].map(({ clientSecret }) => clientSecret);
    expect(await Promise.all(secrets.map(statusOf))).toEqual([401, 401, 200]);
    // The rights are those of now: there is no such client to rotate the secret of.
    await oauth.deleteClient({ clientId });
    expect(await oauth.createClient({ client, requestId })).toEqual(made);
    await expect(oauth.rotateClientSecret(rotation)).rejects.toThrow(/client/);
    expect(await statusOf(made.clientSecret)).toBe(401);
  });
});
