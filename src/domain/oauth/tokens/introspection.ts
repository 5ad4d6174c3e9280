import { admits } from "../../accounts/user-state.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import type { User } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import { hashToken, isOfOurs, PREFIX } from "../../security/tokens.ts";
import type { Sessions } from "../../sessions/sessions.ts";
import type { Store } from "../../store.ts";
import type { ClientAuthentication, ClientCredentials } from "../clients/client-authentication.ts";
import type { Realms } from "../clients/realms.ts";
import { holdsScope } from "../clients/scopes.ts";
import type { AuthorizationDetail } from "../details/detail.ts";
import { detailsAt } from "../details/details-at.ts";
import type { Resource } from "../resources/resource.ts";
import { scopesFor } from "../resources/scopes-for.ts";
import type { ResourceTargets } from "../resources/targets.ts";
import type { Actor, Terms } from "../terms.ts";
import type { AccessTokens } from "./access-tokens.ts";
import { requireToken } from "./require-token.ts";

/** The properties of a live token, RFC 7662 section 2.2. */
export interface TokenDescription {
  readonly scopes: readonly string[];
  /** Empty for a user's own session. */
  readonly clientId: string;
  readonly user?: User | undefined;
  readonly api: string;
  /** The resources that it is for; none: the API. */
  readonly resources: readonly Resource[];
  /** What it is limited to there, RFC 9396. */
  readonly details: readonly AuthorizationDetail[];
  /** The party that acts for the user, RFC 8693. */
  readonly actor?: Actor | undefined;
  readonly groupId: bigint;
  readonly createdAt: number;
  readonly expiresAt?: number | undefined;
  readonly terms?: Terms | undefined;
}

export interface TokenIntrospectionDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly clientAuthentication: ClientAuthentication;
  readonly accessTokens: AccessTokens;
  readonly realms: Realms;
  readonly resourceTargets: ResourceTargets;
}

/** Token introspection, RFC 7662. */
export class TokenIntrospection {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #clientAuthentication: ClientAuthentication;
  readonly #accessTokens: AccessTokens;
  readonly #realms: Realms;
  readonly #resourceTargets: ResourceTargets;

  constructor({
    store,
    clock,
    sessions,
    clientAuthentication,
    accessTokens,
    realms,
    resourceTargets,
  }: TokenIntrospectionDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#sessions = sessions;
    this.#clientAuthentication = clientAuthentication;
    this.#accessTokens = accessTokens;
    this.#realms = realms;
    this.#resourceTargets = resourceTargets;
  }

  /**
   * Returns the properties of a live token. Returns undefined for a token that is not live, and for
   * a token of another client unless the caller has the scope `introspect` or is the server of a
   * resource of the token. Such a server sees its own resource with its scopes. A user with a
   * pairwise subject has no name for callers without the scope, because it would identify the user.
   */
  async introspect(
    context: RequestContext,
    credentials: ClientCredentials,
    token: string,
  ): Promise<TokenDescription | undefined> {
    const caller = await this.#clientAuthentication.authenticate(context, credentials);
    // RFC 7662 section 2.1: a caller without a secret could try out tokens.
    if (caller.public)
      throw new IdentityError("CLIENT_AUTHENTICATION_FAILED", "A public client cannot introspect.");
    requireToken(token);
    const found = await this.#describe(token);
    if (found === undefined) return undefined;
    if (holdsScope(caller.scopes, "introspect")) return found;
    const shown = found.terms?.subject === undefined ? found : withoutName(found);
    if (found.clientId === caller.id) return shown;
    const served = found.resources.filter((each) => each.introspectors.includes(caller.id));
    if (served.length === 0 || token.startsWith(PREFIX.refresh)) return undefined;
    const scopes = scopesFor(found.scopes, served);
    return { ...shown, ...detailsAt(found.details, served), scopes };
  }

  async #describe(token: string): Promise<TokenDescription | undefined> {
    if (token.startsWith(PREFIX.refresh)) return this.#describeRefresh(hashToken(token));
    if (token.startsWith(PREFIX.access)) {
      return this.#describeAccess(token);
    }
    const found = await this.#sessions.findLive(token);
    // A credential that another server made begins as it likes.
    if (found === undefined && !isOfOurs(token))
      return (await this.#describeAccess(token)) ?? (await this.#describeRefresh(hashToken(token)));
    if (found === undefined) return undefined;
    const session = { ...found.session, user: found.user };
    return { ...session, resources: [], details: [], scopes: [], clientId: "", groupId: 0n };
  }

  async #describeAccess(token: string): Promise<TokenDescription | undefined> {
    // The caller is about to serve the client that sent the token, so `find` records a use.
    const found = await this.#accessTokens.find(token);
    if (found === undefined) return undefined;
    const { token: facts, user, resources } = found;
    const { actor, authorizationDetails: details = [] } = facts.terms ?? {};
    return { ...facts, user, resources, details, actor };
  }

  async #describeRefresh(hash: string): Promise<TokenDescription | undefined> {
    const found = await this.#store.tokens.findRefreshWithUser(hash);
    const now = this.#clock.now();
    if (found === undefined || found.token.usedAt !== undefined || found.token.idleExpiresAt <= now)
      return undefined;
    const { token, user, client } = found;
    if (
      !admits(user, token.epoch, now) ||
      client === undefined ||
      client.disabledAt !== undefined ||
      !this.#realms.admits(client, user)
    )
      return undefined;
    const { audience = [], authorizationDetails } = token.terms ?? {};
    const targets = detailsAt(authorizationDetails, await this.#resourceTargets.of(audience));
    return { ...token, user, ...targets, expiresAt: token.idleExpiresAt };
  }
}

const withoutName = (found: TokenDescription): TokenDescription => ({
  ...found,
  user: found.user && { ...found.user, username: "" },
});
