// The flows as independent client libraries drive them: they check what the server answers more
// closely than we would.
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import { beforeAll, describe, expect, test } from "vitest";
import { type SignedIn, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";
import { aBank, granted, textOf } from "./details/use-details.ts";
import { REDIRECT_URI, register, type Registered } from "./flow.ts";

const used = useServer();
const insecure = { [oauth.allowInsecureRequests]: true };
let server: oauth.AuthorizationServer;
let user: SignedIn;

beforeAll(async () => {
  const issuer = new URL(used.url);
  server = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure }),
  );
  user = await used.signUp();
});

/** The user's agreement by the first-party call, and where it sends the browser. */
async function agreed(
  client: Registered,
  challenge: string,
  state: string,
  scope: string,
): Promise<URL> {
  const request = {
    clientId: client.id,
    redirectUri: REDIRECT_URI,
    codeChallenge: challenge,
    codeChallengeMethod: "S256",
    state,
    scope,
  };
  return new URL((await user.oauth.authorize(request)).redirectUri);
}

const AUTHENTICATIONS = {
  client_secret_basic: ({ secret }: Registered) => oauth.ClientSecretBasic(secret),
  client_secret_post: ({ secret }: Registered) => oauth.ClientSecretPost(secret),
  none: () => oauth.None(),
} as const;

describe.each(Object.entries(AUTHENTICATIONS))("oauth4webapi with %s", (method, authenticate) => {
  test("goes from an agreement to tokens, refreshes, introspects and revokes them", async () => {
    const registered = await register(used.administrator, { public: method === "none" });
    const client: oauth.Client = { client_id: registered.id };
    const authentication = authenticate(registered);
    const [verifier, state] = [oauth.generateRandomCodeVerifier(), oauth.generateRandomState()];
    const location = await agreed(
      registered,
      await oauth.calculatePKCECodeChallenge(verifier),
      state,
      "profile",
    );
    const parameters = oauth.validateAuthResponse(server, client, location, state);
    const first = await oauth.processAuthorizationCodeResponse(
      server,
      client,
      await oauth.authorizationCodeGrantRequest(
        server,
        client,
        authentication,
        parameters,
        REDIRECT_URI,
        verifier,
        insecure,
      ),
    );
    expect(first).toMatchObject({ token_type: "bearer", scope: "profile", expires_in: 3600 });

    const resource = await oauth.protectedResourceRequest(
      first.access_token,
      "GET",
      new URL(`${used.url}/v1/users/me`),
      undefined,
      undefined,
      insecure,
    );
    expect(await resource.json()).toMatchObject({ user: { id: user.id } });

    const second = await oauth.processRefreshTokenResponse(
      server,
      client,
      await oauth.refreshTokenGrantRequest(
        server,
        client,
        authentication,
        first.refresh_token!,
        insecure,
      ),
    );
    expect(second.refresh_token).not.toBe(first.refresh_token);
    if (method !== "none") {
      const seen = await oauth.processIntrospectionResponse(
        server,
        client,
        await oauth.introspectionRequest(
          server,
          client,
          authentication,
          second.access_token,
          insecure,
        ),
      );
      expect(seen).toMatchObject({ active: true, sub: user.id, client_id: registered.id });
    }
    await oauth.processRevocationResponse(
      await oauth.revocationRequest(
        server,
        client,
        authentication,
        second.refresh_token!,
        insecure,
      ),
    );
    const dead = await oauth.refreshTokenGrantRequest(
      server,
      client,
      authentication,
      second.refresh_token!,
      insecure,
    );
    await expect(oauth.processRefreshTokenResponse(server, client, dead)).rejects.toMatchObject({
      error: "invalid_grant",
      status: 400,
    });
  });
});

test("oauth4webapi gets a client its own token, and the challenge of a wrong secret", async () => {
  const registered = await register(used.administrator, {
    grantTypes: ["client_credentials"],
    scopes: ["users.read", "groups.read"],
  });
  const client: oauth.Client = { client_id: registered.id };
  const request = (secret: string) =>
    oauth.clientCredentialsGrantRequest(
      server,
      client,
      oauth.ClientSecretBasic(secret),
      new URLSearchParams({ scope: "users.read" }),
      insecure,
    );
  expect(
    await oauth.processClientCredentialsResponse(server, client, await request(registered.secret)),
  ).toMatchObject({ scope: "users.read", expires_in: 3600 });
  const refused = oauth.processClientCredentialsResponse(server, client, await request("wrong"));
  await expect(refused).rejects.toBeInstanceOf(oauth.WWWAuthenticateChallengeError);
});

test("a resource answers a dead token as RFC 6750 says", async () => {
  const request = oauth.protectedResourceRequest(
    "lka_dead",
    "GET",
    new URL(`${used.url}/v1/users/me`),
    undefined,
    undefined,
    insecure,
  );
  await expect(request).rejects.toMatchObject({
    cause: [{ scheme: "bearer", parameters: { error: "invalid_token" } }],
  });
});

test("openid-client finds the server, trades a code and refreshes", async () => {
  const registered = await register(used.administrator);
  const configuration = await openid.discovery(
    new URL(used.url),
    registered.id,
    registered.secret,
    undefined,
    { algorithm: "oauth2", execute: [openid.allowInsecureRequests] },
  );
  expect(configuration.serverMetadata().issuer).toBe(used.url);
  const [verifier, state] = [openid.randomPKCECodeVerifier(), openid.randomState()];
  const location = await agreed(
    registered,
    await openid.calculatePKCECodeChallenge(verifier),
    state,
    "profile groups",
  );
  const tokens = await openid.authorizationCodeGrant(configuration, location, {
    pkceCodeVerifier: verifier,
    expectedState: state,
  });
  expect(tokens).toMatchObject({ token_type: "bearer", scope: "profile groups" });
  const refreshed = await openid.refreshTokenGrant(configuration, tokens.refresh_token!);
  expect(await openid.tokenIntrospection(configuration, refreshed.access_token)).toMatchObject({
    active: true,
    sub: user.id,
  });
  await openid.tokenRevocation(configuration, refreshed.access_token);
  expect(await openid.tokenIntrospection(configuration, refreshed.access_token)).toEqual({
    active: false,
  });
});

test("openid-client asks for authorization details and gets them", async () => {
  const [registered, bank] = [await register(used.administrator), await aBank(used)];
  const config = await openid.discovery(
    new URL(used.url),
    registered.id,
    registered.secret,
    undefined,
    { execute: [openid.allowInsecureRequests], algorithm: "oauth2" },
  );
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const asked = await openid.buildAuthorizationUrlWithPAR(config, {
    redirect_uri: REDIRECT_URI,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
    authorization_details: textOf(bank.pay, bank.read),
  });
  const agent = new Agent(used.url);
  await agent.signIn(user);
  await agent.get(`${asked.pathname}${asked.search}`);
  const back = await agent.post("/consent", {
    decision: agent.hidden("decision"),
    answer: "allow",
  });
  const tokens = await openid.authorizationCodeGrant(
    config,
    new URL(back.headers.get("location")!),
    { pkceCodeVerifier },
  );
  expect(tokens.authorization_details).toEqual(granted(bank));
  const seen = await openid.tokenIntrospection(config, tokens.access_token);
  expect(seen.authorization_details).toEqual(granted(bank));
});
