// The steps of OAuth by hand: a client is registered, a user agrees, codes and tokens are exchanged
// over plain HTTP.
import { createHash, randomBytes } from "node:crypto";
import { ClientType } from "../../gen/identity/v1/oauth_pb.ts";
import type { Api } from "../use-server.ts";

/** A registered client. */
export interface Registered {
  readonly id: string;
  /** Empty for a public one. */
  readonly secret: string;
}

export const REDIRECT_URI = "https://client.example.com/callback";

interface Registration {
  readonly public?: boolean;
  readonly grantTypes?: string[];
  readonly scopes?: string[];
  readonly redirectUris?: string[];
  readonly apis?: string[];
  readonly pkceOptional?: boolean;
}

/**
 * Registers a client that may use codes, refresh tokens and the scopes of users, unless said
 * otherwise.
 */
export async function register(
  api: Api,
  {
    public: isPublic = false,
    grantTypes = [],
    scopes = ["profile", "groups"],
    redirectUris = [REDIRECT_URI],
    apis = [],
    pkceOptional = false,
  }: Registration = {},
): Promise<Registered> {
  const type = isPublic ? ClientType.PUBLIC : ClientType.CONFIDENTIAL;
  const { client, clientSecret } = await api.oauth.createClient({
    client: { name: "A client", type, grantTypes, scopes, redirectUris, apis, pkceOptional },
  });
  return { id: client!.id, secret: clientSecret };
}

/** A verifier and its challenge, RFC 7636. */
export function newPkce(verifier = randomBytes(32).toString("base64url")) {
  return { verifier, challenge: createHash("sha256").update(verifier).digest("base64url") };
}

/** A code with what its redemption needs. */
export interface Agreed {
  readonly code: string;
  readonly verifier: string;
  /** Where the browser is sent. */
  readonly location: URL;
}

/** The user agrees. */
export async function agree(
  user: Api,
  client: Registered,
  more: {
    scope?: string;
    redirectUri?: string;
    state?: string;
    groupId?: bigint;
    verifier?: string;
    codeChallenge?: string;
    codeChallengeMethod?: string;
    resource?: string[];
    authorizationDetails?: string;
  } = {},
): Promise<Agreed> {
  const { verifier: given, ...request } = more;
  const { verifier, challenge } = newPkce(given);
  const { code, redirectUri } = await user.oauth.authorize({
    clientId: client.id,
    redirectUri: REDIRECT_URI,
    codeChallenge: challenge,
    codeChallengeMethod: "S256",
    ...request,
  });
  return { code, verifier, location: new URL(redirectUri) };
}

/** What the token endpoints answer. */
export interface FormAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly json: Readonly<Record<string, unknown>>;
}

/** RFC 6749 section 2.3.1: both halves are form-encoded. */
export function basic({ id, secret }: Registered): string {
  const encode = (text: string): string => new URLSearchParams({ x: text }).toString().slice(2);
  return `Basic ${Buffer.from(`${encode(id)}:${encode(secret)}`).toString("base64")}`;
}

export type Form = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

type Endpoint = "token" | "revoke" | "introspect";

/** Posts a form to an endpoint under `/oauth2/`, as a client or without one. */
export const post = (
  url: string,
  endpoint: Endpoint,
  form: Form,
  client?: Registered,
): Promise<FormAnswer> => send(`${url}/oauth2/${endpoint}`, { form, client });

/** The same with other headers, which the client's credentials are not among. */
export async function send(
  url: string,
  {
    form,
    client,
    headers = {},
  }: {
    readonly form: Form;
    readonly client?: Registered | undefined;
    readonly headers?: Readonly<Record<string, string>> | undefined;
  },
): Promise<FormAnswer> {
  const pairs = (Array.isArray(form) ? form : Object.entries(form)) as [string, string][];
  const identified =
    client?.secret === "" ? [...pairs, ["client_id", client.id] as [string, string]] : pairs;
  const authorization: Record<string, string> =
    client === undefined || client.secret === "" ? {} : { authorization: basic(client) };
  const response = await fetch(url, {
    method: "POST",
    headers: { ...authorization, ...headers },
    body: new URLSearchParams(identified),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    json: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

/** Redeems a code. */
export const redeem = (
  url: string,
  client: Registered | undefined,
  { code, verifier }: Agreed,
  more: Readonly<Record<string, string>> = {},
): Promise<FormAnswer> =>
  post(
    url,
    "token",
    {
      grant_type: "authorization_code",
      code,
      code_verifier: verifier,
      redirect_uri: REDIRECT_URI,
      ...more,
    },
    client,
  );

export const refresh = (
  url: string,
  client: Registered | undefined,
  refreshToken: unknown,
  more: Readonly<Record<string, string>> = {},
): Promise<FormAnswer> =>
  post(
    url,
    "token",
    { grant_type: "refresh_token", refresh_token: String(refreshToken), ...more },
    client,
  );

/** Access as a client for itself. */
export async function clientToken(url: string, client: Registered, scope = ""): Promise<string> {
  const { json } = await post(
    url,
    "token",
    { grant_type: "client_credentials", ...(scope === "" ? {} : { scope }) },
    client,
  );
  return String(json["access_token"]);
}

/** A new client for which the user agrees at once: the tokens of the pair. */
export async function delegate(
  url: string,
  administrator: Api,
  user: Api,
  scope?: string,
): Promise<{ client: Registered; accessToken: string; refreshToken: string }> {
  const client = await register(administrator);
  const { json } = await redeem(
    url,
    client,
    await agree(user, client, scope === undefined ? {} : { scope }),
  );
  return {
    client,
    accessToken: String(json["access_token"]),
    refreshToken: String(json["refresh_token"]),
  };
}

/** Whether a token works, as its client sees it. */
export const isActive = async (url: string, client: Registered, token: unknown): Promise<boolean> =>
  (await post(url, "introspect", { token: String(token) }, client)).json["active"] === true;
