import { admits } from "../../accounts/user-state.ts";
import type { Clock } from "../../clock.ts";
import { hasRank } from "../../groups/roles.ts";
import type { AccessToken, User } from "../../model.ts";
import { hashToken } from "../../security/tokens.ts";
import { isStale } from "../../sessions/sessions.ts";
import type { Store } from "../../store.ts";
import { keepsScope } from "../clients/scopes.ts";
import type { Realms } from "../clients/realms.ts";

/** A live access token; without a user when its client acts for itself. */
export interface LiveAccessToken {
  readonly token: AccessToken;
  readonly user: User | undefined;
}

export class AccessTokens {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #realms: Realms;

  constructor(store: Store, clock: Clock, realms: Realms) {
    this.#store = store;
    this.#clock = clock;
    this.#realms = realms;
  }

  /** Finds a live access token by its text and records the use. */
  async find(token: string): Promise<LiveAccessToken | undefined> {
    const found = await this.#findLive(hashToken(token));
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
    if (token.expiresAt !== undefined && token.expiresAt <= now) return undefined;
    if (token.userId !== undefined && !admits(user, token.epoch, now)) return undefined;
    if (
      client === undefined ||
      client.disabledAt !== undefined ||
      (user !== undefined && !this.#realms.admits(client, user)) ||
      !(await this.#isGroupOpen(token))
    )
      return undefined;
    // A scope that the client has lost since the token was issued no longer counts.
    return {
      user,
      token: { ...token, scopes: token.scopes.filter((scope) => keepsScope(client.scopes, scope)) },
    };
  }

  /** Returns whether the token's user still administers the token's group. */
  async #isGroupOpen({ groupId, userId }: AccessToken): Promise<boolean> {
    if (groupId === 0n || userId === undefined) return true;
    const member = await this.#store.groups.member(groupId, userId);
    return member !== undefined && hasRank(member, "administrator");
  }
}
