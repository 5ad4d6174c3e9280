import { admits } from "../../accounts/user-state.ts";
import type { Clock } from "../../clock.ts";
import { isOver } from "../../durations.ts";
import { hasRank } from "../../groups/roles.ts";
import type { AccessToken, User } from "../../model.ts";
import { hashToken } from "../../security/tokens.ts";
import { isStale } from "../../sessions/sessions.ts";
import type { Store } from "../../store.ts";
import { keepsScope } from "../clients/scopes.ts";
import type { Realms } from "../clients/realms.ts";
import { type DetailedTargets, detailsAt } from "../details/details-at.ts";
import type { Resource } from "../resources/resource.ts";
import { scopeNamesOf, type ResourceTargets } from "../resources/targets.ts";

/** A live access token; without a user when its client acts for itself. */
export interface LiveAccessToken {
  readonly token: AccessToken;
  readonly user: User | undefined;
  /** What the token is for; none: this server. */
  readonly resources: readonly Resource[];
}

interface AccessTokensDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly realms: Realms;
  readonly resourceTargets: ResourceTargets;
}

export class AccessTokens {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #realms: Realms;
  readonly #resourceTargets: ResourceTargets;

  constructor({ store, clock, realms, resourceTargets }: AccessTokensDependencies) {
    this.#resourceTargets = resourceTargets;
    this.#store = store;
    this.#clock = clock;
    this.#realms = realms;
  }

  /** Finds a live access token by its text and records the use. */
  find(token: string): Promise<LiveAccessToken | undefined> {
    return this.#use(hashToken(token));
  }

  /** Does the same by the first 16 bytes of the hash of the text, which an ID token has. */
  async findByHalf(half: string): Promise<LiveAccessToken | undefined> {
    const hash = await this.#store.tokens.findAccessHash(half);
    return hash === undefined ? undefined : this.#use(hash);
  }

  async #use(hash: string): Promise<LiveAccessToken | undefined> {
    const found = await this.#findLive(hash);
    const now = this.#clock.now();
    if (found !== undefined && isStale(found.token.lastUsedAt, now))
      await this.#store.tokens.touchAccess(found.token, now);
    return found;
  }

  async #findLive(hash: string): Promise<LiveAccessToken | undefined> {
    const found = await this.#store.tokens.findAccess(hash);
    if (found === undefined) return undefined;
    const { token, user, client } = found;
    const now = this.#clock.now();
    const { createdAt, expiresAt } = token;
    if (expiresAt !== undefined && isOver({ createdAt, expiresAt }, now)) return undefined;
    if (token.userId !== undefined && !admits(user, token.epoch, now)) return undefined;
    if (
      client === undefined ||
      client.disabledAt !== undefined ||
      (user !== undefined && !this.#realms.admits(client, user)) ||
      !(await this.#isGroupOpen(token))
    )
      return undefined;
    const targets = await this.#targetsOf(token);
    if (targets === undefined || !(await this.#haveSubjectClients(token))) return undefined;
    const { resources, details } = targets;
    const names = scopeNamesOf(resources);
    // A scope that the client or the resource has lost since then no longer counts.
    const scopes = token.scopes.filter(
      (scope) => keepsScope(client.scopes, scope) || names.includes(scope),
    );
    return { user, resources, token: withTerms({ ...token, scopes }, details) };
  }

  /** Returns whether the clients whose tokens were exchanged still have access. */
  async #haveSubjectClients({ terms }: AccessToken): Promise<boolean> {
    const clients = await Promise.all(
      (terms?.subjectClients ?? []).map((id) => this.#store.clients.find(id)),
    );
    return clients.every((client) => client !== undefined && client.disabledAt === undefined);
  }

  /**
   * Returns the resources and the details that are left; undefined if the token is for others only.
   */
  async #targetsOf({ terms, userId, clientId }: AccessToken): Promise<DetailedTargets | undefined> {
    if (terms?.audience === undefined) return { resources: [], details: [] };
    const left = await this.#resourceTargets.of(terms.audience);
    const open = left.filter(
      ({ machineClients }) => userId !== undefined || machineClients.includes(clientId),
    );
    const targets = detailsAt(terms.authorizationDetails, open);
    return targets.resources.length === 0 ? undefined : targets;
  }

  /** Returns whether the token's user still administers the token's group. */
  async #isGroupOpen({ groupId, userId }: AccessToken): Promise<boolean> {
    if (groupId === 0n || userId === undefined) return true;
    const member = await this.#store.groups.member(groupId, userId);
    return member !== undefined && hasRank(member, "administrator");
  }
}

/** Returns a token with those of its details that are left. */
const withTerms = (token: AccessToken, details: DetailedTargets["details"]): AccessToken =>
  token.terms?.authorizationDetails === undefined
    ? token
    : { ...token, terms: { ...token.terms, authorizationDetails: details } };
