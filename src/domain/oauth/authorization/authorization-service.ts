import { canonicalId } from "../../ids.ts";
import type { RequestContext } from "../../request-context.ts";
import { type Principal, requireUser } from "../../principal.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { Groups } from "../../groups/groups.ts";
import type { Client } from "../../model.ts";
import type { Store } from "../../store.ts";
import { HEX_CODE, STANDARD_CODE } from "./code-formats.ts";
import { lifetimeMs } from "./lifetime.ts";
import { lifetimeOf } from "../grants/issue.ts";
import { issueCode } from "./issue-code.ts";
import { mustPush } from "../pushed/required-source.ts";
import { isCodeChallenge } from "./pkce.ts";
import { isUsable, matchesRedirectUri } from "../clients/redirect-uris.ts";
import type { Realms } from "../clients/realms.ts";
import type { ClientDocuments } from "../documents/client-documents.ts";
import { isUserScope, narrowScopes, OPENID } from "../clients/scopes.ts";
import type { DetailedTargets } from "../details/details-at.ts";
import { requestedTargets } from "../details/requested-targets.ts";
import type { Resource } from "../resources/resource.ts";
import { type ResourceTargets, scopeNamesOf } from "../resources/targets.ts";
import type { Terms } from "../terms.ts";

/** The parameters of an authorization request. An empty parameter is an absent one. */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly state: string;
  readonly codeChallenge: string;
  readonly codeChallengeMethod: string;
  /** 0 is none, a negative number one that can't be. */
  readonly groupId: bigint;
  /** OpenID Connect Core section 3.1.2.1. */
  readonly nonce: string;
  /** The resources that the tokens will be for, RFC 8707. */
  readonly resource?: readonly string[];
  /** RFC 9396, as JSON. */
  readonly authorizationDetails?: string;
}

/** A request and what follows from it, so that the consent is to exactly what was checked. */
export interface CheckedRequest {
  readonly client: Client;
  /** The redirect URI, also when the request leaves it out. */
  readonly destination: string;
  readonly scopes: readonly string[];
  /** What the tokens will be for; none: this server. */
  readonly resources?: readonly Resource[];
  /** What the tokens are limited to at the resources. */
  readonly details?: DetailedTargets["details"];
  readonly request: AuthorizationRequest;
  /** Whether the client redeems the code as RFC 6749 says, also a code for a group. */
  readonly isStandard?: boolean;
  /** What the request says beyond its scopes. */
  readonly terms?: Terms | undefined;
  /** The scopes of single claims: the user agrees to them, and the tokens don't have them. */
  readonly claimScopes?: readonly string[] | undefined;
}

/** The result of a consent. */
export interface Authorization {
  readonly code: string;
  readonly redirectUri: string;
  /** The parameters of the response, RFC 6749 section 4.1.2. An empty one is absent. */
  readonly parameters: Readonly<Record<string, string>>;
  readonly expiresAt: number;
}

/** Returns what an ID token says of the sign-in; nothing if the client asks for none. */
export const signInTerms = (caller: Principal, scopes: readonly string[], nonce: string): Terms => {
  if (!scopes.includes(OPENID)) return {};
  const session = caller.kind === "user" ? caller.session : undefined;
  return {
    ...(nonce !== "" && { nonce }),
    ...(session !== undefined && {
      sessionId: session.id,
      authTime: session.createdAt,
      amr: session.amr,
    }),
  };
};

const badRequest = (message: string): IdentityError =>
  new IdentityError("OAUTH_REQUEST_INVALID", message);

export interface AuthorizationServiceDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly groups: Groups;
  readonly issuer: string;
  readonly realms: Realms;
  readonly resourceTargets: ResourceTargets;
  readonly clientDocuments: ClientDocuments;
  /** The API whose clients get keys for groups; absent if none is served. */
  readonly groupKeyApi: string | undefined;
}

/** The authorization of a client by a signed-in user: checks the request and issues the code. */
export class AuthorizationService {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #groups: Groups;
  readonly #issuer: string;
  readonly #realms: Realms;
  readonly #resourceTargets: ResourceTargets;
  readonly #clientDocuments: ClientDocuments;
  readonly #groupKeyApi: string | undefined;

  constructor({
    store,
    clock,
    groups,
    issuer,
    realms,
    resourceTargets,
    clientDocuments,
    groupKeyApi,
  }: AuthorizationServiceDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#groups = groups;
    this.#issuer = issuer;
    this.#realms = realms;
    this.#resourceTargets = resourceTargets;
    this.#clientDocuments = clientDocuments;
    this.#groupKeyApi = groupKeyApi;
  }

  /**
   * Checks a request. Rejects an invalid one, and one whose client has changed since `shownAt`.
   */
  async read(
    context: RequestContext,
    request: AuthorizationRequest,
    shownAt?: number,
  ): Promise<CheckedRequest> {
    const { clientId } = request;
    const { client, redirectUri } = await this.destination(clientId, request.redirectUri, context);
    if (shownAt !== undefined && client.updatedAt !== shownAt)
      throw badRequest("The client has changed since it was shown.");
    // A code of this call would pass by the rules of pushed requests.
    if (mustPush(client)) throw badRequest("This client must push its requests (RFC 9126).");
    const checked = await this.checkTargeted(client, request);
    return { client, destination: redirectUri, ...checked, request };
  }

  /** Records the consent of the calling user and returns a code. */
  async agree(
    context: RequestContext,
    {
      client,
      destination: redirectUri,
      scopes,
      resources = [],
      details = [],
      request,
      isStandard = false,
      terms,
      claimScopes = [],
    }: CheckedRequest,
  ): Promise<Authorization> {
    const user = requireUser(context.caller);
    if (!this.#realms.admits(client, user))
      throw new IdentityError("PERMISSION_DENIED", "The client is for users of another realm.");
    if (request.groupId !== 0n)
      await this.#groups.requireRole(context, request.groupId, "administrator");
    await this.#clientDocuments.keep(context, client);
    const { codeChallenge, groupId, state } = request;
    const agreement = { user, client, scopes, claimScopes, resources, codeChallenge, groupId };
    const limits = details.length > 0 && { authorizationDetails: details };
    const issuing = { store: this.#store, clock: this.#clock };
    const groupKeyApi = this.#groupKeyApi;
    // A client of that API that asks for a group gets a code for a key to that group.
    const asksForKey = groupId !== 0n && !isStandard;
    if (asksForKey && groupKeyApi !== undefined && client.apis.includes(groupKeyApi)) {
      const { code, expiresAt } = await issueCode(
        issuing,
        context,
        {
          ...agreement,
          api: groupKeyApi,
          // The documented token call always repeats the redirect URI, even if this request has
          // left it out.
          redirectUri,
          lifetimeMs: lifetimeMs("until-revoked"),
        },
        HEX_CODE,
      );
      return {
        code,
        expiresAt,
        redirectUri,
        parameters: { code, state, group_id: groupId.toString() },
      };
    }
    const { code, expiresAt } = await issueCode(
      issuing,
      context,
      {
        ...agreement,
        api: "identity",
        redirectUri: request.redirectUri,
        lifetimeMs: lifetimeOf(client),
        terms: { ...terms, ...limits, ...signInTerms(context.caller, scopes, request.nonce) },
      },
      STANDARD_CODE,
    );
    // `iss` as of RFC 9207.
    return { code, expiresAt, redirectUri, parameters: { code, state, iss: this.#issuer } };
  }

  /**
   * Returns the client and its redirect URI. After an error here the browser must not be redirected
   * (RFC 6749 section 4.1.2.1). `context` says for whom the document of a client is requested.
   */
  async destination(
    clientId: string,
    redirectUri: string,
    context?: RequestContext,
  ): Promise<{ client: Client; redirectUri: string }> {
    const client = await this.#clientDocuments.find(canonicalId(clientId), redirectUri, context);
    if (client === undefined)
      throw new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
    if (client.disabledAt !== undefined)
      throw new IdentityError("CLIENT_UNAUTHORIZED", "An administrator has disabled the client.");
    return { client, redirectUri: this.#redirectUri(client, redirectUri) };
  }

  /** Returns the realm whose users can agree. */
  realmOf(client: Client): string {
    const realm = this.#realms.of(client);
    if (realm === undefined)
      throw new IdentityError(
        "CLIENT_UNAUTHORIZED",
        "The client names documented APIs of more than one realm.",
      );
    return realm;
  }

  /** Checks the other parameters and returns the scopes, the resources and the details. */
  async checkTargeted(
    client: Client,
    request: AuthorizationRequest,
  ): Promise<DetailedTargets & { readonly scopes: readonly string[] }> {
    const { resource = [], authorizationDetails = "" } = request;
    const asked = { client, resource, authorizationDetails };
    const { resources, details } = await requestedTargets(this.#resourceTargets, asked);
    const scopes = this.check(client, request, resources);
    // Who asks for single things doesn't ask for everything besides.
    return { scopes: details.length > 0 && request.scope === "" ? [] : scopes, resources, details };
  }

  /** Checks the other parameters and returns the scopes. */
  check(
    client: Client,
    request: AuthorizationRequest,
    resources: readonly Resource[] = [],
  ): readonly string[] {
    if (!client.grantTypes.includes("authorization_code"))
      throw new IdentityError(
        "CLIENT_UNAUTHORIZED",
        "The client may not use codes: its grant types lack authorization_code.",
      );
    this.realmOf(client);
    this.#checkChallenge(client, request);
    if (request.groupId < 0n) throw badRequest("group_id is not the number of a group.");
    return narrowScopes(request.scope, [
      ...client.scopes.filter(isUserScope),
      ...scopeNamesOf(resources),
    ]);
  }

  /** Returns the redirect URI of the request, RFC 6749 section 3.1.2.3. */
  #redirectUri(client: Client, asked: string): string {
    // A URI registered before its host was checked is no longer usable.
    const [only, ...more] = client.redirectUris;
    if (asked === "" && only !== undefined && more.length === 0 && isUsable(only, client))
      return only;
    if (
      asked !== "" &&
      isUsable(asked, client) &&
      client.redirectUris.some((registered) => matchesRedirectUri(registered, asked, client.public))
    )
      return asked;
    throw new IdentityError(
      "REDIRECT_URI_INVALID",
      "The redirect URI is not registered for this client.",
      { fields: [{ field: "redirect_uri", description: "is not registered for this client" }] },
    );
  }

  /**
   * Requires PKCE from all clients (RFC 9700 section 2.1.1), except confidential clients that may
   * do without it and those of documented APIs, which don't have it.
   */
  #checkChallenge(
    client: Client,
    { codeChallenge, codeChallengeMethod }: AuthorizationRequest,
  ): void {
    if (codeChallenge === "" && codeChallengeMethod === "") {
      if (client.public || !(client.pkceOptional || client.apis.length > 0))
        throw badRequest(
          "code_challenge is missing. Use PKCE (RFC 7636): send code_challenge and " +
            "code_challenge_method=S256" +
            (client.public ? "." : ", or let the owner of the client set pkce_optional."),
        );
      return;
    }
    if (codeChallenge === "") throw badRequest("code_challenge is missing.");
    if (codeChallengeMethod !== "S256")
      throw badRequest("code_challenge_method must be S256. Without it, it is plain.");
    if (!isCodeChallenge(codeChallenge))
      throw badRequest(
        "code_challenge is malformed. It must be the SHA-256 of code_verifier in base64url, " +
          "43 characters.",
      );
  }
}
