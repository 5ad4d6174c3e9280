// The authorization of a client by a signed-in user: it owns the checks of the request and the
// answer to it, and must not know how the user was asked.
import type { RequestContext } from "../../request-context.ts";
import { requireUser } from "../../principal.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { Groups } from "../../groups/groups.ts";
import type { Client } from "../../model.ts";
import type { Store } from "../../store.ts";
import { HEX_CODE, STANDARD_CODE } from "./code-formats.ts";
import { lifetimeMs } from "./outcome.ts";
import { lifetimeOf } from "../grants/issue.ts";
import { issueCode } from "./issue-code.ts";
import { isCodeChallenge } from "./pkce.ts";
import { hasPlainHost, matchesRedirectUri } from "../clients/redirect-uris.ts";
import type { Realms } from "../clients/realms.ts";
import { isUserScope, narrowScopes } from "../clients/scopes.ts";

/** What a client asks for; empty is absent. */
export interface AuthorizationRequest {
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scope: string;
  readonly state: string;
  readonly codeChallenge: string;
  readonly codeChallengeMethod: string;
  /** 0 is none. */
  readonly groupId: bigint;
}

/** A request with all that follows from it, read once: what is agreed to is what was read. */
export interface CheckedRequest {
  readonly client: Client;
  /** Where the browser goes, also when the request leaves it out. */
  readonly destination: string;
  readonly scopes: readonly string[];
  readonly request: AuthorizationRequest;
}

/** The answer to an agreement. */
export interface Authorization {
  readonly code: string;
  /** Where the browser goes, with the code. */
  readonly location: string;
  readonly expiresAt: number;
}

const badRequest = (message: string): IdentityError =>
  new IdentityError("OAUTH_REQUEST_INVALID", message);

export class AuthorizationService {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #groups: Groups;
  readonly #issuer: string;
  readonly #realms: Realms;
  /** Whether users can give keys for groups. */
  readonly #servesGroupKeys: boolean;

  constructor(
    store: Store,
    clock: Clock,
    groups: Groups,
    issuer: string,
    realms: Realms,
    servesGroupKeys: boolean,
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#groups = groups;
    this.#issuer = issuer;
    this.#realms = realms;
    this.#servesGroupKeys = servesGroupKeys;
  }

  /**
   * Reads what a request comes to now, and refuses one that can't be agreed to, or a client that is
   * not as it was shown.
   */
  async read(request: AuthorizationRequest, shownAt?: number): Promise<CheckedRequest> {
    const { client, redirectUri } = await this.destination(request.clientId, request.redirectUri);
    if (shownAt !== undefined && client.updatedAt !== shownAt)
      throw badRequest("The client has changed since it was shown.");
    return { client, destination: redirectUri, scopes: this.check(client, request), request };
  }

  /** Records that the calling user agrees to what was read, and answers a code. */
  async agree(
    context: RequestContext,
    { client, destination: redirectUri, scopes, request }: CheckedRequest,
  ): Promise<Authorization> {
    const user = requireUser(context.caller);
    if (!this.#realms.admits(client, user))
      throw new IdentityError("PERMISSION_DENIED", "The client is for users of another realm.");
    if (request.groupId !== 0n)
      await this.#groups.requireRole(context, request.groupId, "administrator");
    const { codeChallenge, groupId, state } = request;
    const agreement = { user, client, scopes, codeChallenge, groupId };
    // A client of senler that asks for a group gets a code for a key to that group.
    if (groupId !== 0n && this.#servesGroupKeys && client.apis.includes("senler")) {
      // The documented token call always names the redirect URI, so the code is bound to it even
      // when it was left out.
      const { code, expiresAt } = await issueCode(
        this.#store,
        this.#clock,
        context,
        { ...agreement, api: "senler", redirectUri, lifetimeMs: lifetimeMs("until-revoked") },
        HEX_CODE,
      );
      return {
        code,
        expiresAt,
        location: withQuery(redirectUri, { code, state, group_id: groupId.toString() }),
      };
    }
    const { code, expiresAt } = await issueCode(
      this.#store,
      this.#clock,
      context,
      {
        ...agreement,
        api: "identity",
        redirectUri: request.redirectUri,
        lifetimeMs: lifetimeOf(client),
      },
      STANDARD_CODE,
    );
    // RFC 6749 section 4.1.2; `iss` as of RFC 9207.
    return {
      code,
      expiresAt,
      location: withQuery(redirectUri, { code, state, iss: this.#issuer }),
    };
  }

  /**
   * The client and where its users are sent. Whoever is refused here must not be redirected, RFC
   * 6749 section 4.1.2.1.
   */
  async destination(
    clientId: string,
    redirectUri: string,
  ): Promise<{ client: Client; redirectUri: string }> {
    const client = await this.#store.clients.find(clientId);
    if (client === undefined)
      throw new IdentityError("CLIENT_NOT_FOUND", "There is no such client.");
    return { client, redirectUri: this.#redirectUri(client, redirectUri) };
  }

  /** The realm whose users can agree. */
  realmOf(client: Client): string {
    const realm = this.#realms.of(client);
    if (realm === undefined)
      throw new IdentityError(
        "CLIENT_UNAUTHORIZED",
        "The client names documented APIs of more than one realm.",
      );
    return realm;
  }

  /** Checks what else is asked for, and answers the scopes. */
  check(client: Client, request: AuthorizationRequest): readonly string[] {
    if (!client.grantTypes.includes("authorization_code"))
      throw new IdentityError("CLIENT_UNAUTHORIZED", "The client may not use authorization codes.");
    this.realmOf(client);
    this.#checkChallenge(client, request);
    return narrowScopes(request.scope, client.scopes.filter(isUserScope));
  }

  /** RFC 6749 section 3.1.2.3. */
  #redirectUri(client: Client, asked: string): string {
    // One that was registered before its host was looked at is no longer used.
    const [only, ...more] = client.redirectUris;
    if (asked === "" && only !== undefined && more.length === 0 && hasPlainHost(only)) return only;
    if (
      asked !== "" &&
      hasPlainHost(asked) &&
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
   * RFC 9700 section 2.1.1: PKCE for everybody; only the clients of documented APIs, which don't
   * know it, may do without.
   */
  #checkChallenge(
    client: Client,
    { codeChallenge, codeChallengeMethod }: AuthorizationRequest,
  ): void {
    if (codeChallenge === "" && codeChallengeMethod === "") {
      if (client.public || client.apis.length === 0) throw badRequest("code_challenge is needed.");
      return;
    }
    if (codeChallengeMethod !== "S256") throw badRequest("code_challenge_method must be S256.");
    if (!isCodeChallenge(codeChallenge))
      throw badRequest("code_challenge is not a SHA-256 in base64url.");
  }
}

/**
 * The URI with these parameters, those that are empty left out. What it has of its own stays byte
 * for byte.
 */
export function withQuery(uri: string, parameters: Readonly<Record<string, string>>): string {
  const given = Object.entries(parameters).filter(([, value]) => value !== "");
  return `${uri}${uri.includes("?") ? "&" : "?"}${new URLSearchParams(given)}`;
}
