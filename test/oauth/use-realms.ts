import { beforeAll, expect } from "vitest";
import { refusalOf } from "../clients/refusal.ts";
import { type SignedIn, unique, useServer } from "../use-server.ts";
import { Agent } from "../web/agent.ts";
import { newPkce, post, REDIRECT_URI, register, type Registered } from "./flow.ts";

export const REALMS = {
  kokids: "kids",
  secretpair: "center",
  zimoxy: "partners",
  senler: "clubs",
} as const;
export type Api = keyof typeof REALMS;
export const APIS = Object.keys(REALMS) as Api[];
const ALL = ["default", ...Object.values(REALMS)];
const environment = Object.fromEntries(
  APIS.map((api) => [`${api.toUpperCase()}_REALM`, REALMS[api]]),
);
/** What a client of each realm names. */
export const apisOf = (realm: string): string[] => APIS.filter((api) => REALMS[api] === realm);

/** A user of a realm who has signed in. */
export interface RealmUser extends SignedIn {
  readonly realm: string;
}

/** Starts a server with a realm for each API, and a user and a client in each, in a `describe`. */
export function useRealms(engine: "sqlite" | "mysql") {
  const used = useServer({ engine, environment });
  const newUser = async (realm: string): Promise<RealmUser> => {
    const person = {
      username: unique(),
      email: `${unique()}@example.com`,
      password: unique("correct horse "),
    };
    const { user } = await used.administrator.users.createUser({ ...person, realm });
    const { accessToken } = await used.as().users.signIn({
      identifier: { case: "email", value: person.email },
      password: person.password,
      realm,
    });
    return { ...person, ...used.as(accessToken), id: user!.id, token: accessToken, realm };
  };
  const observer = (): Registered => ({
    id: used.server.administrator.clientId,
    secret: used.server.administrator.clientSecret,
  });
  const introspect = async (token: unknown) =>
    (await post(used.url, "introspect", { token: String(token) }, observer())).json;
  const reasonOf = (promise: Promise<unknown>): Promise<string> =>
    promise.then(
      () => "",
      (error: unknown) => refusalOf(error).reason,
    );
  const users = new Map<string, RealmUser>();
  const clients = new Map<string, Registered>();
  const asksFor = (client: Registered): string =>
    `/oauth2/authorize?${new URLSearchParams({
      response_type: "code",
      client_id: client.id,
      redirect_uri: REDIRECT_URI,
      code_challenge: newPkce().challenge,
      code_challenge_method: "S256",
    })}`;
  /** A browser in which a user of the realm has signed in, which takes a client of that realm. */
  const browserOf = async (user: RealmUser): Promise<Agent> => {
    const agent = new Agent(used.url);
    await agent.get(asksFor(clients.get(user.realm)!));
    const response = await agent.post("/sign-in", {
      identifier: user.email,
      password: user.password,
      request: agent.hidden("request"),
    });
    expect(response.headers.get("location")).toMatch(/^\/continue/);
    return agent;
  };

  beforeAll(async () => {
    for (const realm of ALL) {
      users.set(realm, await newUser(realm));
      clients.set(realm, await register(used.administrator, { apis: apisOf(realm) }));
    }
  });
  return { used, users, clients, newUser, introspect, reasonOf, asksFor, browserOf };
}
