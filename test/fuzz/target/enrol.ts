// Users and applications whose secrets must never come out of a server that is fuzzed.
import { createRestTransport } from "../../clients/rest.ts";
import { clientToken, type Registered } from "../../oauth/flow.ts";
import { apiOf, unique } from "../../use-server.ts";
import { CANARY } from "./canary.ts";

/** Whose names and credentials requests may carry. */
export interface Principals {
  readonly administrator: { readonly token: string; readonly basic: string };
  readonly user: {
    readonly token: string;
    readonly email: string;
    readonly username: string;
    readonly password: string;
  };
  /** A user of secretpair who is a developer. */
  readonly developer: { readonly token: string; readonly secretId: string };
  /** The key of an application for zimoxy. */
  readonly partnerKey: string;
  /** A user and a client that may come to harm. */
  readonly prey: {
    readonly userId: string;
    readonly clientId: string;
    readonly accId: string;
    readonly email: string;
  };
}

/**
 * Limits that would hide everything behind them are raised; addresses are given by a header, so
 * that those of a network are not met.
 */
export const FUZZ_ENVIRONMENT = {
  SIGN_IN_ACCOUNT_FAILURES: "1000000",
  SIGN_IN_NETWORK_FAILURES: "1000000",
  REGISTRATIONS_PER_NETWORK: "1000000",
  TRUSTED_PROXIES: "127.0.0.1",
};

/** Makes the users and applications of a server; `client` is an administrator's. */
export async function enrol(url: string, client: Registered): Promise<Principals> {
  const transport = createRestTransport(url);
  const token = await clientToken(url, client);
  const administrator = apiOf(transport, token);
  const user = {
    password: `${CANARY} of the user`,
    username: "known",
    email: "known@example.com",
  };
  await administrator.users.createUser(user);
  const { accessToken } = await apiOf(transport).users.signIn({
    identifier: { case: "email", value: user.email },
    password: user.password,
  });
  const preyUser = await administrator.users.createUser({
    email: `${unique()}@example.com`,
    username: unique(),
    password: unique("correct horse "),
  });
  const { clientSecret: partnerKey } = await administrator.oauth.createClient({
    client: { name: "partner", apis: ["zimoxy"], redirectUris: ["https://app.example/cb"] },
  });
  const { client: prey } = await administrator.oauth.createClient({
    client: { name: "prey", redirectUris: ["https://app.example/cb"] },
  });
  const post = async (
    path: string,
    method: string,
    headers: Record<string, string>,
    body: object,
  ): Promise<Record<string, string>> => {
    const response = await fetch(url + path, {
      method,
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    return ((await response.json()) as { data: Record<string, string> }).data;
  };
  const [accId, email] = ["acc-1", "prey@example.com"];
  await post(
    "/user/create",
    "POST",
    {},
    {
      AccID: accId,
      Email: email,
      UserID: "prey",
      Password: user.password,
      Bundle: "b",
      OSInt: 0,
      GAID: "g",
    },
  );
  const name = unique("developer");
  const { token: developerToken = "" } = await post(
    "/register/",
    "POST",
    {},
    { username: name, email: `${name}@example.com`, password: user.password },
  );
  const { secret_id: secretId = "" } = await post(
    "/auth/",
    "PATCH",
    { authorization: developerToken },
    { is_developer: true },
  );
  return {
    administrator: {
      token,
      basic: Buffer.from(`${client.id}:${client.secret}`).toString("base64"),
    },
    user: { ...user, token: accessToken },
    developer: { token: developerToken, secretId },
    partnerKey,
    prey: { userId: preyUser.user!.id, clientId: prey!.id, accId, email },
  };
}
