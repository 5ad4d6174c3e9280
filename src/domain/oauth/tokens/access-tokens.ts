// Access that users have given: who has it, what a token is good for, and how it ends. It owns
// grants, introspection and revocation, and must not know how tokens are got.
import { act, touch } from "../../acting.ts";
import { auditEvent } from "../../audit.ts";
import type { RequestContext } from "../../request-context.ts";
import { actorOf, callingUser } from "../../principal.ts";
import type { Clock } from "../../clock.ts";
import { IdentityError } from "../../errors.ts";
import { hasRank } from "../../groups/groups.ts";
import type { AccessToken, Client, Consent, User } from "../../model.ts";
import type { PageOf, PageRequest } from "../../paging.ts";
import type { PageTokens } from "../../security/signed-values.ts";
import type { Sessions } from "../../sessions/sessions.ts";
import { TOUCH_MS } from "../../sessions/sessions.ts";
import type { Aggregates, Store } from "../../store.ts";
import { hashToken, PREFIX } from "../../security/tokens.ts";
import { admits } from "../../accounts/user-state.ts";
import type { ClientAuthentication, ClientCredentials } from "../clients/client-authentication.ts";
import { Realms } from "../clients/realms.ts";
import { EVERY_SCOPE, holdsScope } from "../clients/scopes.ts";

/** What a live token says of itself, RFC 7662 section 2.2. */
export interface TokenDescription {
  readonly scopes: readonly string[];
  /** Empty for a user's own session. */
  readonly clientId: string;
  readonly user?: User | undefined;
  readonly api: string;
  readonly groupId: bigint;
  readonly createdAt: number;
  readonly expiresAt?: number | undefined;
}

/** A grant with the name of its client. */
export interface NamedConsent {
  readonly grant: Consent;
  readonly clientName: string;
}

/** A grant as its user looks at it; the names are empty where there is none. */
export interface AuthorizedApplication {
  readonly grant: Consent;
  readonly client: Client;
  /** Of the user who has registered it. */
  readonly makerName: string;
  readonly groupName: string;
}

/**
 * Whose a token is; absent: of a session, which is no client's, and of a client that acts for
 * itself.
 */
interface Owner {
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
}

export class Access {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #clients: ClientAuthentication;
  readonly #pageTokens: PageTokens;
  readonly #realms: Realms;

  constructor(
    store: Store,
    clock: Clock,
    sessions: Sessions,
    clients: ClientAuthentication,
    pageTokens: PageTokens,
    realms: Realms = new Realms(),
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#sessions = sessions;
    this.#clients = clients;
    this.#pageTokens = pageTokens;
    this.#realms = realms;
  }

  /** The live access token of a client, with its user if it acts for one; notes the use. */
  async find(token: string): Promise<{ token: AccessToken; user: User | undefined } | undefined> {
    const found = await this.#live(hashToken(token));
    const now = this.#clock.now();
    if (found !== undefined && found.token.lastUsedAt + TOUCH_MS < now)
      await this.#store.tokens.touchAccess(found.token, now);
    return found;
  }

  /**
   * RFC 7662: what a token is good for; nothing when it works no more or is none of the calling
   * client's business.
   */
  async introspect(
    context: RequestContext,
    credentials: ClientCredentials,
    token: string,
  ): Promise<TokenDescription | undefined> {
    const caller = await this.#clients.authenticate(context, credentials);
    // RFC 7662 section 2.1: so that nobody without a secret can try tokens.
    if (caller.public)
      throw new IdentityError("CLIENT_AUTHENTICATION_FAILED", "A public client cannot introspect.");
    const found = await this.#describe(token);
    return found !== undefined &&
      (holdsScope(caller.scopes, "introspect") || found.clientId === caller.id)
      ? found
      : undefined;
  }

  /**
   * RFC 7009: ends a token of the calling client; with a refresh token, its family. Others are left
   * alone, silently.
   */
  async revoke(
    context: RequestContext,
    credentials: ClientCredentials,
    token: string,
  ): Promise<void> {
    const client = await this.#clients.authenticate(context, credentials);
    if (token === "") throw new IdentityError("OAUTH_REQUEST_INVALID", "token is needed.");
    await this.#store.transaction(async (tx) => {
      const ended = await this.#end(tx, client, token);
      if (ended !== undefined)
        await tx.audit.append(
          auditEvent(this.#clock, context, "token.revoke", {
            userId: ended.userId,
            clientId: client.id,
          }),
        );
    });
  }

  async listGrants(userId: string, request: PageRequest): Promise<PageOf<NamedConsent>> {
    const page = await this.#pageTokens.page(
      ["grants", userId],
      request,
      (wanted) => this.#store.grants.list(userId, wanted),
      (grant) => grant.id,
    );
    const items = await Promise.all(
      page.items.map(async (grant) => ({
        grant,
        clientName: (await this.#store.clients.find(grant.clientId))?.name ?? "",
      })),
    );
    return { ...page, items };
  }

  /** What the user has agreed to, with all that tells one application from another. */
  async listApps(user: User, request: PageRequest): Promise<PageOf<AuthorizedApplication>> {
    const page = await this.listGrants(user.id, request);
    const items = await Promise.all(page.items.map(({ grant }) => this.#appOf(grant)));
    return { ...page, items: items.filter((app) => app !== undefined) };
  }

  /** Takes an agreement back, with its tokens; a user's own only. */
  async revokeGrant(context: RequestContext, id: string): Promise<void> {
    const { caller } = context;
    const user = callingUser(caller);
    const notFound = new IdentityError("GRANT_NOT_FOUND", "There is no such grant.");
    await act(this.#store, caller, async (tx) => {
      const grant = await tx.grants.find(id);
      if (grant === undefined || (user !== undefined && user.id !== grant.userId)) throw notFound;
      await touch(tx, caller, grant.userId);
      if (!(await tx.grants.delete(id))) throw notFound;
      await tx.audit.append(
        auditEvent(this.#clock, context, "grant.revoke", {
          userId: grant.userId,
          clientId: grant.clientId,
          details: { by: actorOf(caller) },
        }),
      );
    });
  }

  async #appOf(grant: Consent): Promise<AuthorizedApplication | undefined> {
    const client = await this.#store.clients.find(grant.clientId);
    if (client === undefined) return undefined;
    const maker =
      client.ownerId === undefined ? undefined : await this.#store.users.find(client.ownerId);
    const group = grant.groupId === 0n ? undefined : await this.#store.groups.find(grant.groupId);
    return { grant, client, makerName: maker?.username ?? "", groupName: group?.name ?? "" };
  }

  async #live(hash: string): Promise<{ token: AccessToken; user: User | undefined } | undefined> {
    const found = await this.#store.tokens.findAccess(hash);
    if (found === undefined) return undefined;
    const { token, user } = found;
    const now = this.#clock.now();
    if (token.expiresAt !== undefined && token.expiresAt <= now) return undefined;
    if (token.userId !== undefined && !admits(user, token.epoch, now)) return undefined;
    // What the client may do now, also when it could do more when the token was given.
    const client = await this.#store.clients.find(token.clientId);
    if (
      client === undefined ||
      (user !== undefined && !this.#realms.admits(client, user)) ||
      !(await this.#isGroupOpen(token))
    )
      return undefined;
    return {
      user,
      token: { ...token, scopes: token.scopes.filter((scope) => client.scopes.includes(scope)) },
    };
  }

  /** A key for a group works only while its user administers the group. */
  async #isGroupOpen({ groupId, userId }: AccessToken): Promise<boolean> {
    if (groupId === 0n || userId === undefined) return true;
    const member = await this.#store.groups.member(groupId, userId);
    return member !== undefined && hasRank(member, "administrator");
  }

  async #describe(token: string): Promise<TokenDescription | undefined> {
    if (token.startsWith(PREFIX.refresh)) return this.#describeRefresh(hashToken(token));
    if (token.startsWith(PREFIX.access)) {
      // Whoever asks is about to serve the one who has shown the token, so this is a use.
      const found = await this.find(token);
      return found === undefined ? undefined : { ...found.token, user: found.user };
    }
    const found = await this.#store.sessions.findByToken(hashToken(token));
    if (found === undefined || !this.#sessions.isLive(found.session, found.user)) return undefined;
    return { ...found.session, user: found.user, scopes: [], clientId: "", groupId: 0n };
  }

  async #describeRefresh(hash: string): Promise<TokenDescription | undefined> {
    const found = await this.#store.tokens.findRefresh(hash);
    const now = this.#clock.now();
    if (found === undefined || found.usedAt !== undefined || found.idleExpiresAt <= now)
      return undefined;
    const user = await this.#store.users.find(found.userId);
    const client = await this.#store.clients.find(found.clientId);
    if (
      !admits(user, found.epoch, now) ||
      client === undefined ||
      !this.#realms.admits(client, user)
    )
      return undefined;
    return { ...found, user, expiresAt: found.idleExpiresAt };
  }

  /**
   * Ends the token if it is the client's, or whosever for an administrator's client, and answers
   * whose it was.
   */
  async #end(tx: Aggregates, client: Client, token: string): Promise<Owner | undefined> {
    const hash = hashToken(token);
    if (token.startsWith(PREFIX.refresh)) {
      const refresh = await tx.tokens.findRefresh(hash);
      if (refresh === undefined || !(await this.#mayEnd(tx, client, refresh))) return undefined;
      await tx.tokens.deleteFamily(refresh.familyId);
      return refresh;
    }
    if (token.startsWith(PREFIX.access)) {
      const access = await tx.tokens.findAccess(hash);
      if (access === undefined || !(await this.#mayEnd(tx, client, access.token))) return undefined;
      await tx.tokens.deleteAccess(hash);
      return access.token;
    }
    // A session belongs to its user and to no client.
    const found = await tx.sessions.findByToken(hash);
    if (found === undefined || !(await this.#mayEnd(tx, client, found.session))) return undefined;
    await tx.sessions.delete(found.session.id);
    return found.session;
  }

  /**
   * A client ends its own tokens. An administrator's client ends others too, but none of a user
   * whom only the operator touches.
   */
  async #mayEnd(tx: Aggregates, client: Client, { clientId, userId }: Owner): Promise<boolean> {
    if (clientId === client.id) return true;
    if (!holdsScope(client.scopes, EVERY_SCOPE)) return false;
    return (
      userId === undefined ||
      !(await tx.users.hold(userId)) ||
      (await tx.users.find(userId))?.administrator !== true
    );
  }
}
