// The exercises of RFC 6749 and RFC 7662, the same for every server that has them.
import { createHash, randomBytes } from "node:crypto";
import type { Request } from "../measure/connection.ts";
import type { Exercise } from "../measure/load.ts";
import { call, POPULATION, type Row } from "./contender.ts";

/** A server with a confidential client. */
export interface OAuthServer {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  /** The paths of its endpoints. */
  readonly token: string;
  readonly introspection: string;
  /** What client_credentials asks for. */
  readonly clientScope?: string;
  /** As many codes for that challenge, as its users would get them. */
  codes(count: number, challenge: string): Promise<readonly string[]>;
}

const VERIFIER = randomBytes(32).toString("base64url");
const CHALLENGE = createHash("sha256").update(VERIFIER).digest("base64url");

const parsed = (body: Buffer): Readonly<Record<string, unknown>> =>
  JSON.parse(body.toString("utf8")) as Record<string, unknown>;

/** The four exercises, the same forms for everybody. */
export function oauthExercises(server: OAuthServer): Partial<Record<Row, Exercise>> {
  const { url, clientId, clientSecret, redirectUri } = server;
  const headers = {
    authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString("base64")}`,
    "content-type": "application/x-www-form-urlencoded",
  };
  const post = (path: string, form: Readonly<Record<string, string>>): Request => ({
    method: "POST",
    path,
    headers,
    body: new URLSearchParams(form).toString(),
  });
  const redemption = (code: string): Request =>
    post(server.token, {
      grant_type: "authorization_code",
      code,
      code_verifier: VERIFIER,
      redirect_uri: redirectUri,
    });

  async function redeem(code: string): Promise<Readonly<Record<string, unknown>>> {
    const { path, ...init } = redemption(code);
    const response = await call(`${url}${path}`, init as RequestInit);
    return (await response.json()) as Record<string, unknown>;
  }

  async function tokens(count: number, kind: "access_token" | "refresh_token"): Promise<string[]> {
    return Promise.all(
      (await server.codes(count, CHALLENGE)).map(async (code) =>
        String((await redeem(code))[kind]),
      ),
    );
  }

  let codes: readonly string[] = [];
  let access: readonly string[] = [];
  let refresh: string[] = [];
  return {
    clientCredentials: {
      protocol: "http1",
      url,
      request: () =>
        post(server.token, {
          grant_type: "client_credentials",
          ...(server.clientScope !== undefined && { scope: server.clientScope }),
        }),
      accepts: ({ status, body }) =>
        status === 200 && typeof parsed(body)["access_token"] === "string",
    },
    exchange: {
      protocol: "http1",
      url,
      prepare: async (count) => void (codes = await server.codes(count, CHALLENGE)),
      request: (index) => redemption(codes[index]!),
      accepts: ({ status, body }) =>
        status === 200 &&
        typeof parsed(body)["access_token"] === "string" &&
        typeof parsed(body)["refresh_token"] === "string",
    },
    refresh: {
      protocol: "http1",
      url,
      prepare: async (_count, lanes) => void (refresh = await tokens(lanes, "refresh_token")),
      request: (_index, lane) =>
        post(server.token, { grant_type: "refresh_token", refresh_token: refresh[lane]! }),
      // The next request of the lane shows the token of this answer.
      accepts: ({ status, body }, lane) => {
        const { access_token: accessToken, refresh_token: next } = parsed(body);
        const rotated = typeof next === "string" && next !== refresh[lane];
        refresh[lane] = String(next);
        return status === 200 && typeof accessToken === "string" && rotated;
      },
    },
    introspect: {
      protocol: "http1",
      url,
      prepare: async () => void (access = await tokens(POPULATION, "access_token")),
      request: (index) => post(server.introspection, { token: access[index % access.length]! }),
      accepts: ({ status, body }) =>
        status === 200 &&
        parsed(body)["active"] === true &&
        typeof parsed(body)["sub"] === "string",
    },
  };
}
