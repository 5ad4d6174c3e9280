// The authorization endpoint, from the first click to the token that the application's backend
// gets.
import { describe, expect, test } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { unique, type UsedServer, useServer } from "../../use-server.ts";
import { useApplication } from "../application.ts";
import { useBrowser } from "../browser.ts";
import { comeBack, heading, pkce, signIn, signUp } from "../visitors.ts";

const browser = useBrowser();
const application = useApplication();

/**
 * An application of one server: how it registers, where it sends its users, how it gets its token.
 */
function flowOn(used: UsedServer) {
  const register = async (name = "Reading room") => {
    const made = await used.administrator.oauth.createClient({
      client: {
        name,
        type: ClientType.CONFIDENTIAL,
        redirectUris: [application.redirectUri],
        scopes: ["profile", "groups"],
      },
    });
    return { id: made.client!.id, secret: made.clientSecret };
  };
  const authorizeUrl = (
    clientId: string,
    challenge: string,
    more: Record<string, string> = {},
  ): string =>
    `${used.url}/oauth2/authorize?${new URLSearchParams({
      response_type: "code",
      client_id: clientId,
      redirect_uri: application.redirectUri,
      scope: "profile",
      state: "a b+c/ü&=%",
      code_challenge: challenge,
      code_challenge_method: "S256",
      ...more,
    })}`;
  const exchange = async (
    client: { id: string; secret: string },
    code: string,
    verifier: string,
  ) => {
    const body = new URLSearchParams({
      grant_type: "authorization_code",
      code,
      redirect_uri: application.redirectUri,
      code_verifier: verifier,
    });
    const response = await fetch(`${used.url}/oauth2/token`, {
      method: "POST",
      body,
      headers: {
        authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString("base64")}`,
      },
    });
    return (await response.json()) as { access_token: string; scope: string };
  };
  return { register, authorizeUrl, exchange };
}

describe.each([
  { engine: "sqlite", javaScript: false, width: 360 },
  { engine: "mysql", javaScript: true, width: 1280 },
] as const)("on $engine", ({ engine, ...visitor }) => {
  const used = useServer({ engine });
  const { register, authorizeUrl, exchange } = flowOn(used);

  test("registers, signs in, agrees and comes back with a code", async () => {
    const page = await browser.open(visitor);
    const client = await register();
    const { verifier, challenge } = pkce();
    const user = {
      email: `${unique()}@example.com`,
      username: unique(),
      password: "a quiet evening by the sea",
    };
    await page.goto(authorizeUrl(client.id, challenge));
    await page.getByRole("link", { name: "Create account" }).click();
    await signUp(page, user);
    await signIn(page, user);
    expect(await heading(page)).toBe("Allow Reading room to access your account?");
    expect(await page.getByRole("main").textContent()).toContain(new URL(application.origin).host);
    await page.getByRole("button", { name: "Allow" }).click();
    const answer = await comeBack(page, application.redirectUri);
    expect(Object.fromEntries(answer)).toEqual({
      code: expect.any(String),
      state: "a b+c/ü&=%",
      iss: used.url,
    });
    const { access_token, scope } = await exchange(client, answer.get("code")!, verifier);
    expect(scope).toBe("profile");
    const { user: who } = await used.as(access_token).users.getUser({ userId: "me" });
    expect(who).toMatchObject({ username: user.username, email: user.email });
  });

  test("keeps the community that the application asks for, from sign-in to the token", async () => {
    const page = await browser.open(visitor);
    const client = await register();
    const user = await used.signUp();
    const { group } = await user.users.createGroup({ name: "Readers" });
    const { verifier, challenge } = pkce();
    await page.goto(authorizeUrl(client.id, challenge, { group_id: group!.id.toString() }));
    await signIn(page, user);
    expect(await page.getByRole("listitem").allTextContents()).toContain(
      "act on behalf of the community “Readers”",
    );
    await page.getByRole("button", { name: "Allow" }).click();
    const answer = await comeBack(page, application.redirectUri);
    const { access_token } = await exchange(client, answer.get("code")!, verifier);
    const found = await used.as().oauth.introspect({
      token: access_token,
      clientId: used.server.administrator.clientId,
      clientSecret: used.server.administrator.clientSecret,
    });
    expect(found).toMatchObject({ active: true, sub: user.id, groupId: group!.id.toString() });
  });

  test("lets a new user create the community, and refuses what is no number", async () => {
    const page = await browser.open(visitor);
    const client = await register();
    const { challenge } = pkce();
    const user = {
      email: `${unique()}@example.com`,
      username: unique(),
      password: "a quiet evening by the sea",
    };
    await page.goto(authorizeUrl(client.id, challenge, { group_id: "1" }));
    await page.getByRole("link", { name: "Create account" }).click();
    await signUp(page, user);
    await signIn(page, user);
    expect(await heading(page)).toBe("Choose a community");
    await page.getByLabel("Community name").fill("Tea");
    await page.getByRole("button", { name: "Create and continue" }).click();
    await page.getByRole("button", { name: "Allow" }).click();
    const answer = await comeBack(page, application.redirectUri);
    expect(answer.get("code")).not.toBeNull();
    for (const group_id of ["x", "-1", "9".repeat(20)]) {
      await page.goto(authorizeUrl(client.id, challenge, { group_id }));
      expect((await comeBack(page, application.redirectUri)).get("error")).toBe("invalid_request");
    }
  });
});

describe("who has been here before", () => {
  const used = useServer();
  const { register, authorizeUrl } = flowOn(used);

  test("asks once, and again for more, for another or when it must", async () => {
    const page = await browser.open();
    const client = await register();
    const user = await used.signUp();
    const { challenge } = pkce();
    await page.goto(authorizeUrl(client.id, challenge));
    await signIn(page, user);
    await page.getByRole("button", { name: "Allow" }).click();
    await comeBack(page, application.redirectUri);

    await page.goto(authorizeUrl(client.id, challenge, { prompt: "none" }));
    expect((await comeBack(page, application.redirectUri)).get("code")).toBeTruthy();
    await page.goto(authorizeUrl(client.id, challenge, { prompt: "consent" }));
    expect(await heading(page)).toBe("Allow Reading room to access your account?");
    await page.goto(authorizeUrl(client.id, challenge, { scope: "profile groups" }));
    expect(await heading(page)).toBe("Allow Reading room to access your account?");
    await page.goto(
      authorizeUrl(client.id, challenge, { prompt: "login", login_hint: user.email }),
    );
    expect(await page.getByLabel("E-mail or user name").inputValue()).toBe(user.email);
    await signIn(page, user);
    expect((await comeBack(page, application.redirectUri)).get("code")).toBeTruthy();
  });

  test("a refusal and a question too many go back as errors", async () => {
    const page = await browser.open();
    const client = await register();
    const { challenge } = pkce();
    await page.goto(authorizeUrl(client.id, challenge, { prompt: "none" }));
    expect(Object.fromEntries(await comeBack(page, application.redirectUri))).toEqual({
      error: "login_required",
      error_description: expect.stringContaining("not signed in"),
      state: "a b+c/ü&=%",
      iss: used.url,
    });
    await page.goto(authorizeUrl(client.id, challenge));
    await signIn(page, await used.signUp());
    await page.getByRole("button", { name: "Deny" }).click();
    expect(Object.fromEntries(await comeBack(page, application.redirectUri))).toEqual({
      error: "access_denied",
      error_description: "The user has refused the request.",
      state: "a b+c/ü&=%",
      iss: used.url,
    });
    await page.goto(authorizeUrl(client.id, challenge, { prompt: "none" }));
    expect((await comeBack(page, application.redirectUri)).get("error")).toBe("consent_required");
  });
});
