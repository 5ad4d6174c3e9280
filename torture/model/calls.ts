// The calls that are measured, each many times, with what each needs beforehand.
import { createRestTransport } from "../../test/clients/rest.ts";
import { agree, clientToken, post, redeem, refresh, register } from "../../test/oauth/flow.ts";
import type { Registered } from "../../test/oauth/flow.ts";
import { type Api, apiOf, unique } from "../../test/use-server.ts";

const PASSWORD = "correct horse battery";

/** Where and as whom the calls go. */
export interface Caller {
  readonly url: string;
  /** An administrator's client. */
  readonly client: Registered;
}

/** A call that is measured: what it needs is made first, and is not measured. */
export interface MeasuredCall {
  readonly name: string;
  prepare(): Promise<() => Promise<unknown>>;
}

/** Fails a call whose answer isn't what it should be. */
async function answered({ status }: { readonly status: number }): Promise<void> {
  if (status !== 200) throw new Error(`HTTP ${status}`);
}

/** Returns the calls, in the order of the page. */
export async function measuredCalls({ url, client }: Caller): Promise<readonly MeasuredCall[]> {
  const administrator = apiOf(createRestTransport(url), await clientToken(url, client));
  const open = apiOf(createRestTransport(url));
  const app = await register(administrator);
  const machine = await register(administrator, { grantTypes: ["client_credentials"] });

  const newUser = async (): Promise<string> => {
    const email = `${unique()}@example.com`;
    await administrator.users.createUser({ email, password: PASSWORD });
    return email;
  };
  const signIn = (email: string) =>
    open.users.signIn({ identifier: { case: "email", value: email }, password: PASSWORD });
  const session = async (): Promise<Api> =>
    apiOf(createRestTransport(url), (await signIn(await newUser())).accessToken);
  const tokens = async (): Promise<{ access: string; refresh: string }> => {
    const { json } = await redeem(url, app, await agree(await session(), app));
    return { access: String(json["access_token"]), refresh: String(json["refresh_token"]) };
  };
  const form = (endpoint: "introspect" | "revoke", token: string) => async () =>
    answered(await post(url, endpoint, { token }, app));

  return [
    {
      name: "register a user",
      prepare: async () => newUser,
    },
    {
      name: "sign in",
      async prepare() {
        const email = await newUser();
        // The first time from a network has statements of its own.
        await signIn(email);
        return () => signIn(email);
      },
    },
    {
      name: "ask with a session",
      async prepare() {
        const api = await session();
        return () => api.users.getUser({ userId: "me" });
      },
    },
    {
      name: "agree to a client",
      async prepare() {
        const api = await session();
        return () => agree(api, app);
      },
    },
    {
      name: "redeem a code",
      async prepare() {
        const agreed = await agree(await session(), app);
        return async () => answered(await redeem(url, app, agreed));
      },
    },
    {
      name: "refresh a token",
      async prepare() {
        const { refresh: token } = await tokens();
        return async () => answered(await refresh(url, app, token));
      },
    },
    {
      name: "introspect a token",
      prepare: async () => form("introspect", (await tokens()).access),
    },
    {
      name: "revoke a token",
      prepare: async () => form("revoke", (await tokens()).refresh),
    },
    {
      name: "token of a client",
      prepare: async () => async () =>
        answered(await post(url, "token", { grant_type: "client_credentials" }, machine)),
    },
    {
      name: "sign out",
      async prepare() {
        const api = await session();
        return () => api.users.signOut({});
      },
    },
  ];
}
