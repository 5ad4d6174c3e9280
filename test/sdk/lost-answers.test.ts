// The SDK repeats a call whose answer got lost, and gets the answer of the first.
import { createLatchkey } from "../../sdk/src/index.ts";
import { expect, test } from "vitest";
import { agree, register } from "../oauth/flow.ts";
import { unique, useServer } from "../use-server.ts";

const used = useServer();

/** An SDK that loses the first answer of each method after the server has given it. */
function forgetful(credentials: { readonly clientId: string; readonly clientSecret: string }) {
  const lost = new Set<string>();
  const keys: string[] = [];
  const sdk = createLatchkey({
    baseUrl: used.url,
    ...credentials,
    fetch: async (input, init) => {
      const response = await fetch(input, init);
      const method = String(input).split("/").at(-1)!;
      keys.push(`${method} ${new Headers(init?.headers).get("idempotency-key") ?? ""}`);
      if (lost.has(method)) return response;
      lost.add(method);
      await response.arrayBuffer();
      throw new TypeError("fetch failed");
    },
  });
  return { sdk, keys };
}

test("users, clients and secrets are made once", async () => {
  const { sdk, keys } = forgetful(used.server.administrator);
  const email = `${unique()}@example.com`;
  const { user } = await sdk.users.createUser({ email, password: unique("a long ") });
  expect(user?.email).toBe(email);
  const { client, clientSecret } = await sdk.oauth.createClient({
    client: { name: "x", redirectUris: ["https://a.example/"], scopes: ["profile"] },
  });
  const rotated = await sdk.oauth.rotateClientSecret({ clientId: client!.id });
  expect(rotated.clientSecret).not.toBe(clientSecret);
  const { clientSecret: third } = await sdk.oauth.rotateClientSecret({ clientId: client!.id });
  expect(third).not.toBe(rotated.clientSecret);
  const rotations = keys.filter((key) => key.startsWith("RotateClientSecret"));
  expect([rotations.length, new Set(rotations).size]).toEqual([3, 2]);
});

test("a code and a refresh token are redeemed once", async () => {
  const client = await register(used.administrator, { scopes: ["profile", "groups"] });
  const agreed = await agree(await used.signUp(), client);
  const own = () => forgetful({ clientId: client.id, clientSecret: client.secret }).sdk;
  const first = await own().oauth.token({
    grantType: "authorization_code",
    code: agreed.code,
    codeVerifier: agreed.verifier,
    redirectUri: "https://client.example.com/callback",
  });
  const { refreshToken } = first;
  const second = await own().oauth.token({ grantType: "refresh_token", refreshToken });
  const third = await own().oauth.token({
    grantType: "refresh_token",
    refreshToken: second.refreshToken,
  });
  expect(third.accessToken).not.toBe(second.accessToken);
});

test("a key of the caller is left as it is", async () => {
  const { sdk, keys } = forgetful(used.server.administrator);
  const requestId = unique();
  const given = { client: { name: "x", redirectUris: ["https://a.example/"] }, requestId };
  const first = await sdk.oauth.createClient(given);
  expect(await sdk.oauth.createClient(given)).toEqual(first);
  expect(keys.filter((key) => key.startsWith("CreateClient"))).toEqual(
    Array.from({ length: 3 }, () => "CreateClient "),
  );
});
