// Clients of FAPI 2.0 and their users: registration, pushed requests and consent, step by step.
import { expect } from "vitest";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import { JWT_BEARER_ASSERTION } from "../../../src/domain/oauth/proofs/client-assertion.ts";
import type { SignedIn, UsedServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { type FormAnswer, newPkce, REDIRECT_URI, send } from "../flow.ts";
import { assertionOf, type ClientKey, dpopProof, newKey } from "./keys.ts";

/** A client that authenticates by a key. */
export interface KeyClient {
  readonly id: string;
  readonly key: ClientKey;
}

type Settings = Readonly<Record<string, unknown>>;

/** Registers a client with a key; of FAPI 2.0 unless the settings say otherwise. */
export async function fapiClient(
  used: UsedServer,
  {
    alg = "PS256",
    scopes = ["profile"],
    settings = { securityProfile: "fapi2" },
  }: { alg?: string; scopes?: string[]; settings?: Settings } = {},
): Promise<KeyClient> {
  const key = await newKey(alg);
  const { client } = await used.administrator.oauth.createClient({
    client: {
      name: "A bank's client",
      type: ClientType.CONFIDENTIAL,
      scopes,
      redirectUris: [REDIRECT_URI],
      settings: {
        tokenEndpointAuthMethod: "private_key_jwt",
        jwks: { keys: [{ ...key.jwk, kid: key.thumbprint }] },
        ...settings,
      },
    },
  });
  return { id: client!.id, key };
}

/** A client assertion as form fields. */
export const assertion = async (
  used: UsedServer,
  { id, key }: KeyClient,
): Promise<Record<string, string>> => ({
  client_assertion_type: JWT_BEARER_ASSERTION,
  client_assertion: await assertionOf(key, { clientId: id, issuer: used.url }),
});

/** The parameters of a request with PKCE; an undefined one is left out. */
export function requestOf(
  change: Readonly<Record<string, string | undefined>> = {},
  verifier?: string,
): { readonly verifier: string; readonly form: Record<string, string> } {
  const pkce = newPkce(verifier);
  const all = {
    response_type: "code",
    redirect_uri: REDIRECT_URI,
    scope: "profile",
    state: "a state",
    code_challenge: pkce.challenge,
    code_challenge_method: "S256",
    ...change,
  };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return { verifier: pkce.verifier, form: Object.fromEntries(given) as Record<string, string> };
}

/** Pushes a request. */
export const push = async (
  used: UsedServer,
  client: KeyClient,
  form: Readonly<Record<string, string>>,
  dpop?: string,
): Promise<FormAnswer> =>
  send(`${used.url}/oauth2/par`, {
    form: { ...(await assertion(used, client)), ...form },
    headers: dpop === undefined ? {} : { dpop },
  });

/** A browser in which the user is signed in. */
export async function browserOf(used: UsedServer, user?: SignedIn): Promise<Agent> {
  const agent = new Agent(used.url);
  await agent.signIn(user ?? (await used.signUp()));
  return agent;
}

export const visit = (
  agent: Agent,
  parameters: Readonly<Record<string, string>>,
): Promise<Response> => agent.get(`/oauth2/authorize?${new URLSearchParams(parameters)}`);

/** Answers the consent page that is shown. */
export const consent = (agent: Agent, answer = "allow"): Promise<Response> =>
  agent.post("/consent", { decision: agent.hidden("decision"), answer });

/** The parameters with which the browser goes back to the client. */
export const backWith = (response: Response): Record<string, string> => {
  const location = response.headers.get("location") ?? "";
  expect(location.startsWith(REDIRECT_URI)).toBe(true);
  return Object.fromEntries(new URL(location).searchParams);
};

/** Pushes a request, lets the user agree, and returns the code. */
export async function codeOf(
  used: UsedServer,
  client: KeyClient,
  change: Readonly<Record<string, string | undefined>> = {},
  dpop?: string,
): Promise<{
  readonly code: string;
  readonly verifier: string;
  readonly back: Record<string, string>;
}> {
  const { form, verifier } = requestOf(change);
  const { status, json } = await push(used, client, form, dpop);
  expect(status).toBe(201);
  const agent = await browserOf(used);
  await visit(agent, { client_id: client.id, request_uri: String(json["request_uri"]) });
  const back = backWith(await consent(agent));
  return { code: back["code"] ?? "", verifier, back };
}

/** Redeems a code with an assertion and a proof by a key. */
export const redeemAt = async (
  used: UsedServer,
  client: KeyClient,
  { code, verifier }: { readonly code: string; readonly verifier: string },
  { key, more = {} }: { readonly key?: ClientKey; readonly more?: Record<string, string> } = {},
): Promise<FormAnswer> => {
  const url = `${used.url}/oauth2/token`;
  return send(url, {
    form: {
      grant_type: "authorization_code",
      code,
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
      ...(await assertion(used, client)),
      ...more,
    },
    headers: key === undefined ? {} : { dpop: await dpopProof(key, { method: "POST", url }) },
  });
};
