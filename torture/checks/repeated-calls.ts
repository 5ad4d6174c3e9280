// Calls that can be repeated: most have a key, and some have none.
import { randomUUID } from "node:crypto";
import { createRestTransport } from "../../test/clients/rest.ts";
import {
  agree,
  redeem,
  REDIRECT_URI,
  type Registered,
  register,
  send,
} from "../../test/oauth/flow.ts";
import { type Api, apiOf, unique } from "../../test/use-server.ts";

export const AT_ONCE = 6;
export const CLIENTS_AT_ONCE = 3;
const PASSWORD = "correct horse battery";

/** What a call came to; without a status, there was no answer. */
export interface Outcome {
  readonly status: number | undefined;
  readonly json: Readonly<Record<string, unknown>>;
}

/** A call that can be repeated. */
export interface Call {
  readonly kind: "code" | "refresh" | "user" | "client" | "secret" | "without a key";
  /** The address of a new user. */
  readonly email?: string;
  /** The name of a new client. */
  readonly name?: string;
  /** A token of the family that is refreshed. */
  readonly access?: string;
  send(url: string): Promise<Outcome>;
}

const NONE: Outcome = { status: undefined, json: {} };

/** Prepares calls of each kind, each with a key of its own, and refreshes without one. */
export async function prepare(
  url: string,
  { app, administrator, token }: { app: Registered; administrator: Api; token: string },
): Promise<readonly Call[]> {
  const email = `${unique()}@example.com`;
  await administrator.users.createUser({ email, password: PASSWORD });
  const transport = createRestTransport(url);
  const { accessToken } = await apiOf(transport).users.signIn({
    identifier: { case: "email", value: email },
    password: PASSWORD,
  });
  const user = apiOf(transport, accessToken);
  const form = (fields: Record<string, string>, headers: Record<string, string>) => ({
    send: (at: string): Promise<Outcome> =>
      send(`${at}/oauth2/token`, { form: fields, client: app, headers }).catch(() => NONE),
  });
  const keyed = (kind: Call["kind"], fields: Record<string, string>): Call => ({
    kind,
    ...form(fields, { "idempotency-key": randomUUID() }),
  });
  const pair = async (): Promise<{ access: string; fields: Record<string, string> }> => {
    const { json } = await redeem(url, app, await agree(user, app));
    return {
      access: String(json["access_token"]),
      fields: { grant_type: "refresh_token", refresh_token: String(json["refresh_token"]) },
    };
  };
  const calls: Call[] = [];
  for (let index = 0; index < AT_ONCE; index++) {
    const agreed = await agree(user, app);
    calls.push(
      keyed("code", {
        grant_type: "authorization_code",
        code: agreed.code,
        code_verifier: agreed.verifier,
        redirect_uri: REDIRECT_URI,
      }),
    );
    calls.push(keyed("refresh", (await pair()).fields));
    calls.push(newUser(token));
    const { access, fields } = await pair();
    calls.push({ kind: "without a key", access, ...form(fields, {}) });
  }
  for (let index = 0; index < CLIENTS_AT_ONCE; index++) {
    calls.push(newClient(token));
    calls.push(newSecret(token, await register(administrator)));
  }
  return calls;
}

const newUser = (token: string): Call => {
  const email = `${unique()}@example.com`;
  return { kind: "user", email, send: sending(token, "users", { email, password: PASSWORD }) };
};

const newClient = (token: string): Call => {
  const name = unique();
  const client = { name, redirectUris: [REDIRECT_URI], scopes: ["profile"] };
  return { kind: "client", name, send: sending(token, "clients", { client }) };
};

const newSecret = (token: string, { id }: Registered): Call => ({
  kind: "secret",
  send: sending(token, `clients/${id}:rotateSecret`, {}),
});

/** Returns how to send a request of REST with a key of its own. */
function sending(token: string, path: string, body: object): Call["send"] {
  const key = randomUUID();
  return async (at) => {
    try {
      const response = await fetch(`${at}/v1/${path}`, {
        method: "POST",
        headers: {
          authorization: `Bearer ${token}`,
          "content-type": "application/json",
          "idempotency-key": key,
        },
        body: JSON.stringify(body),
      });
      return { status: response.status, json: (await response.json()) as Outcome["json"] };
    } catch {
      return NONE;
    }
  };
}
