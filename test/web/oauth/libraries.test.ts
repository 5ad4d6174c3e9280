// Libraries that others have written, each through a flow with a real browser between.
import { createRequire } from "node:module";
import * as oauth from "oauth4webapi";
import * as openid from "openid-client";
import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { useServer } from "../../use-server.ts";
import { useApplication } from "../application.ts";
import { useBrowser } from "../browser.ts";
import { comeBack, signIn } from "../visitors.ts";

const used = useServer();
const browser = useBrowser();
const application = useApplication();

/** As much of passport's strategies as is used here; neither package has types. */
interface Strategy {
  _oauth2: { _authorizeUrl: string };
  _tokenURL: string;
  redirect(url: string): void;
  success(user: { accessToken: string }): void;
  fail(reason: unknown): void;
  error(error: unknown): void;
  authenticate(request: object, options: object): void;
}
type Verify = (
  accessToken: string,
  refreshToken: string,
  profile: object,
  done: (error: unknown, user: object) => void,
) => void;
type StrategyClass = new (options: object, verify?: Verify) => Strategy;
const load = createRequire(import.meta.url);
const OAuth2Strategy = load("passport-oauth2") as StrategyClass;
const { SenlerStrategy } = load("passport-senler") as { SenlerStrategy: StrategyClass };

const register = async (apis: string[] = [], pkceOptional = false) => {
  const made = await used.administrator.oauth.createClient({
    client: {
      name: "Library",
      type: ClientType.CONFIDENTIAL,
      redirectUris: [application.redirectUri],
      scopes: ["profile"],
      apis,
      pkceOptional,
    },
  });
  return {
    clientID: made.client!.id,
    clientSecret: made.clientSecret,
    callbackURL: application.redirectUri,
  };
};
/** Through sign-in and consent, and back with the parameters. */
const agree = async (
  page: Page,
  from: string,
  user: { email: string; password: string },
): Promise<URL> => {
  await page.goto(from);
  await signIn(page, user);
  await page.getByRole("button", { name: "Allow" }).click();
  await comeBack(page, application.redirectUri);
  return new URL(page.url());
};
/** What a strategy does with one request: it sends the browser on, or knows the user. */
const step = (
  strategy: Strategy,
  query: Record<string, string>,
  session: object,
): Promise<{ url?: string; accessToken?: string }> =>
  new Promise((resolve, reject) => {
    const acting = Object.assign(Object.create(strategy) as Strategy, {
      redirect: (url: string) => resolve({ url }),
      success: resolve,
      fail: reject,
      error: reject,
    });
    acting.authenticate({ query, session, headers: {}, connection: {} }, {});
  });

test("openid-client", async () => {
  const { clientID, clientSecret } = await register();
  const config = await openid.discovery(new URL(used.url), clientID, clientSecret, undefined, {
    algorithm: "oauth2",
    execute: [openid.allowInsecureRequests],
  });
  const [pkceCodeVerifier, expectedState] = [openid.randomPKCECodeVerifier(), openid.randomState()];
  const url = openid.buildAuthorizationUrl(config, {
    redirect_uri: application.redirectUri,
    scope: "profile",
    state: expectedState,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: "S256",
  });
  const back = await agree(await browser.open(), url.href, await used.signUp());
  const tokens = await openid.authorizationCodeGrant(config, back, {
    pkceCodeVerifier,
    expectedState,
  });
  expect(tokens).toMatchObject({
    token_type: "bearer",
    scope: "profile",
    access_token: expect.stringMatching(/^lka_/),
  });
});

test("oauth4webapi, which insists on iss", async () => {
  const { clientID, clientSecret } = await register();
  const issuer = new URL(used.url);
  const insecure = { [oauth.allowInsecureRequests]: true };
  const server = await oauth.processDiscoveryResponse(
    issuer,
    await oauth.discoveryRequest(issuer, { algorithm: "oauth2", ...insecure }),
  );
  expect(server.authorization_response_iss_parameter_supported).toBe(true);
  const client = { client_id: clientID };
  const verifier = oauth.generateRandomCodeVerifier();
  const state = oauth.generateRandomState();
  const parameters = {
    response_type: "code",
    client_id: clientID,
    redirect_uri: application.redirectUri,
    state,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: "S256",
  };
  const back = await agree(
    await browser.open(),
    `${server.authorization_endpoint}?${new URLSearchParams(parameters)}`,
    await used.signUp(),
  );
  const callback = oauth.validateAuthResponse(server, client, back, state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.ClientSecretPost(clientSecret),
    callback,
    application.redirectUri,
    verifier,
    insecure,
  );
  expect(
    (await oauth.processAuthorizationCodeResponse(server, client, response)).access_token,
  ).toMatch(/^lka_/);
});

test("passport-oauth2", async () => {
  const client = await register();
  const verify: Verify = (accessToken, _refreshToken, _profile, done) =>
    done(null, { accessToken });
  const strategy = new OAuth2Strategy(
    {
      ...client,
      authorizationURL: `${used.url}/oauth2/`,
      tokenURL: `${used.url}/oauth2/token`,
      state: true,
      pkce: true,
    },
    verify,
  );
  const session = {};
  const { url } = await step(strategy, {}, session);
  const back = await agree(await browser.open({ javaScript: false }), url!, await used.signUp());
  expect(
    (await step(strategy, Object.fromEntries(back.searchParams), session)).accessToken,
  ).toMatch(/^lka_/);
});

test("passport-oauth2 as it is configured by default, without PKCE", async () => {
  const verify: Verify = (accessToken, _refreshToken, _profile, done) =>
    done(null, { accessToken });
  const strategy = new OAuth2Strategy(
    {
      ...(await register([], true)),
      authorizationURL: `${used.url}/oauth2/authorize`,
      tokenURL: `${used.url}/oauth2/token`,
    },
    verify,
  );
  const { url } = await step(strategy, {}, {});
  expect(url).not.toContain("code_challenge");
  const back = await agree(await browser.open(), url!, await used.signUp());
  expect((await step(strategy, Object.fromEntries(back.searchParams), {})).accessToken).toMatch(
    /^lka_/,
  );
});

test("passport-senler, which says neither group_id nor state", async () => {
  const user = await used.signUp();
  await used.administrator.users.createGroup({ name: "Tea and jam", ownerId: user.id });
  const strategy = new SenlerStrategy(await register(["senler"]));
  // The package knows senler.ru only.
  strategy._oauth2._authorizeUrl = `${used.url}/cabinet/OAuth2authorize`;
  strategy._tokenURL = `${used.url}/ajax/cabinet/OAuth2token`;
  const session = {};
  const { url } = await step(strategy, {}, session);
  const page = await browser.open();
  await page.goto(url!);
  await signIn(page, user);
  await page.getByRole("button", { name: "Tea and jam" }).click();
  await page.getByRole("button", { name: "Allow" }).click();
  const back = await comeBack(page, application.redirectUri);
  expect((await step(strategy, Object.fromEntries(back), session)).accessToken).toMatch(/^lka_/);
});
