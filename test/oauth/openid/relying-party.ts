// A relying party as the OpenID Foundation's conformance suite plays it: it registers clients,
// sends a browser to the server, and checks ID tokens with a library that isn't ours.
import { createLocalJWKSet, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import type { MessageInitShape } from "@bufbuild/protobuf";
import type { ClientSettingsSchema } from "../../../gen/identity/v1/client_settings_pb.ts";
import { ClientType } from "../../../gen/identity/v1/oauth_pb.ts";
import type { SignedIn, UsedServer } from "../../use-server.ts";
import { Agent } from "../../web/agent.ts";
import { type FormAnswer, post, type Registered, REDIRECT_URI } from "../flow.ts";

const OPENID_SCOPES = [
  "openid",
  "profile",
  "email",
  "phone",
  "address",
  "groups",
  "offline_access",
];

/** What a visit to the authorization endpoint ends with. */
interface Visit {
  /** The parameters that came back to the client; undefined if the browser stayed here. */
  readonly answer: URLSearchParams | undefined;
  /** Which pages the user saw on the way. */
  readonly pages: readonly ("sign-in" | "consent" | "error" | "form-post")[];
  /** The last page. */
  readonly page: string;
  readonly status: number;
}

type Parameters = Readonly<Record<string, string>> | readonly (readonly [string, string])[];

interface NewRelyingParty {
  readonly settings?: MessageInitShape<typeof ClientSettingsSchema>;
  readonly redirectUris?: string[];
  readonly scopes?: string[];
  readonly grantTypes?: string[];
  readonly public?: boolean;
}

/** Registers a client that does OpenID Connect without PKCE, as the Basic profile does. */
export async function relyingParty(
  used: UsedServer,
  {
    settings,
    redirectUris = [REDIRECT_URI],
    scopes = OPENID_SCOPES,
    grantTypes = [],
    public: isPublic = false,
  }: NewRelyingParty = {},
): Promise<RelyingParty> {
  const { client, clientSecret } = await used.administrator.oauth.createClient({
    client: {
      name: "A relying party",
      type: isPublic ? ClientType.PUBLIC : ClientType.CONFIDENTIAL,
      scopes,
      redirectUris,
      grantTypes,
      pkceOptional: !isPublic,
      ...(settings !== undefined && { settings }),
    },
  });
  return new RelyingParty(used, { id: client!.id, secret: clientSecret }, redirectUris[0]!);
}

/** A client, a user, and a browser in which the user has signed in and agreed. */
export async function visited(
  used: UsedServer,
): Promise<{ rp: RelyingParty; user: SignedIn; agent: Agent }> {
  const [rp, user, agent] = [await relyingParty(used), await used.signUp(), new Agent(used.url)];
  await rp.signIn(agent, user);
  return { rp, user, agent };
}

class RelyingParty {
  readonly client: Registered;
  readonly redirectUri: string;
  readonly #used: UsedServer;

  constructor(used: UsedServer, client: Registered, redirectUri: string) {
    this.#used = used;
    this.client = client;
    this.redirectUri = redirectUri;
  }

  /** The parameters of a usual request. */
  parameters(more: Readonly<Record<string, string>> = {}): Record<string, string> {
    return {
      response_type: "code",
      client_id: this.client.id,
      redirect_uri: this.redirectUri,
      scope: "openid",
      state: "a state",
      nonce: "a nonce",
      ...more,
    };
  }

  /** Sends a browser to the server. `user` signs in where a page asks, and agrees. */
  async visit(
    agent: Agent,
    user: Pick<SignedIn, "email" | "password"> | undefined,
    parameters: Parameters = this.parameters(),
    method: "GET" | "POST" = "GET",
  ): Promise<Visit> {
    const pairs = new URLSearchParams(
      (Array.isArray(parameters) ? parameters : Object.entries(parameters)) as [string, string][],
    );
    const pages: Visit["pages"][number][] = [];
    let response =
      method === "GET"
        ? await agent.get(`/oauth2/authorize?${pairs}`)
        : await agent.postFromElsewhere("/oauth2/authorize", pairs);
    for (let step = 0; step < 8; step += 1) {
      const location = response.headers.get("location");
      if (location !== null) {
        if (location.startsWith(this.redirectUri))
          return this.#end(response, pages, agent, new URL(location).searchParams);
        response = await agent.get(location);
        continue;
      }
      if (agent.page.includes("data-send")) {
        pages.push("form-post");
        return this.#end(response, pages, agent, postedOf(agent.page, this.redirectUri));
      }
      if (response.status === 200 && agent.page.includes('name="identifier"')) {
        pages.push("sign-in");
        if (user === undefined) return this.#end(response, pages, agent);
        const { email: identifier, password } = user;
        const request = agent.hidden("request");
        response = await agent.post("/sign-in", { identifier, password, request });
        continue;
      }
      const decision = agent.hidden("decision");
      if (decision === "") {
        pages.push("error");
        return this.#end(response, pages, agent);
      }
      pages.push("consent");
      response = await agent.post("/consent", { decision, answer: "allow" });
    }
    throw new Error("the visit doesn't end");
  }

  #end(
    { status }: Response,
    pages: Visit["pages"],
    { page }: Agent,
    answer?: URLSearchParams,
  ): Visit {
    return { answer, pages, page, status };
  }

  /** Redeems the code of a visit. */
  redeem(visit: Visit, more: Readonly<Record<string, string>> = {}): Promise<FormAnswer> {
    const code = visit.answer?.get("code") ?? "";
    const form = { grant_type: "authorization_code", code, redirect_uri: this.redirectUri };
    return post(this.#used.url, "token", { ...form, ...more }, this.client);
  }

  /** Visits and redeems, and returns the claims of the ID token with its header. */
  async signIn(
    agent: Agent,
    user: Pick<SignedIn, "email" | "password"> | undefined,
    more: Readonly<Record<string, string>> = {},
  ): Promise<{ claims: JWTPayload; idToken: string; tokens: FormAnswer; visit: Visit }> {
    const visit = await this.visit(agent, user, this.parameters(more));
    const tokens = await this.redeem(visit);
    const idToken = String(tokens.json["id_token"]);
    return { claims: await this.claimsOf(idToken), idToken, tokens, visit };
  }

  /** Verifies an ID token as OpenID Connect Core section 3.1.3.7 demands. */
  async claimsOf(idToken: string, algorithm = "RS256"): Promise<JWTPayload> {
    const keys = (await (
      await fetch(`${this.#used.url}/.well-known/jwks.json`)
    ).json()) as JSONWebKeySet;
    const { payload } = await jwtVerify(idToken, createLocalJWKSet(keys), {
      issuer: this.#used.url,
      audience: this.client.id,
      algorithms: [algorithm],
      requiredClaims: ["iss", "sub", "aud", "exp", "iat"],
    });
    return payload;
  }
}

/** Reads the form of a page that posts the response. */
function postedOf(page: string, action: string): URLSearchParams | undefined {
  const form =
    /<form[^>]*method="post"[^>]*action="([^"]*)"[^>]*data-send[^>]*>(.*?)<\/form>/s.exec(page);
  if (form === null || !form[1]!.startsWith(action)) return undefined;
  const fields = [...form[2]!.matchAll(/name="([^"]*)" value="([^"]*)"/g)];
  return new URLSearchParams(fields.map(([, name, value]) => [name!, value!]));
}
