// How a client that describes itself asks for an authorization.
import { expect } from "vitest";
import { Agent } from "../../web/agent.ts";
import type { UsedServer } from "../../use-server.ts";
import { newPkce, post } from "../flow.ts";

/** The redirect URI of a program on this device, without a port, as such documents list it. */
export const LISTED = "http://localhost/callback";
export const ASKED = "http://localhost:58135/callback";

/** A document of a public client; `more` adds and replaces members. */
export const documentOf = (clientId: string, more: Readonly<Record<string, unknown>> = {}) => ({
  client_id: clientId,
  client_name: "Editor",
  redirect_uris: [LISTED, "https://editor.example/callback"],
  grant_types: ["authorization_code", "refresh_token"],
  response_types: ["code"],
  token_endpoint_auth_method: "none",
  ...more,
});

export const authorizePath = (
  clientId: string,
  more: Readonly<Record<string, string>> = {},
): string =>
  `/oauth2/authorize?${new URLSearchParams({
    response_type: "code",
    client_id: clientId,
    redirect_uri: ASKED,
    state: "s",
    scope: "profile",
    code_challenge: newPkce(VERIFIER).challenge,
    code_challenge_method: "S256",
    ...more,
  })}`;

export const VERIFIER = "a-verifier-of-at-least-forty-three-characters-1";

/** A browser in which a new user has signed in. */
export async function signedInAgent(used: UsedServer): Promise<Agent> {
  const agent = new Agent(used.url);
  expect((await agent.signIn(await used.signUp())).status).toBe(303);
  return agent;
}

/** Goes to the consent page, agrees, and returns where the browser is sent. */
export async function agreeTo(
  agent: Agent,
  clientId: string,
  more: Readonly<Record<string, string>> = {},
): Promise<URL> {
  expect((await agent.get(authorizePath(clientId, more))).status).toBe(200);
  const fields = { decision: agent.hidden("decision"), answer: "allow" };
  const answered = await agent.post("/consent", fields);
  expect(answered.status).toBe(303);
  return new URL(answered.headers.get("location")!);
}

/** Redeems the code of a location as a public client. */
export const redeemAt = (url: string, clientId: string, location: URL, redirectUri = ASKED) =>
  post(url, "token", {
    grant_type: "authorization_code",
    client_id: clientId,
    code: location.searchParams.get("code") ?? "",
    redirect_uri: redirectUri,
    code_verifier: VERIFIER,
  });
