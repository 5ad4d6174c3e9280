// Access that users have given: who has it, what a token is good for, and how it ends. It owns grants, introspection
// and revocation, and must not know how tokens are got.
import { auditEvent } from "../audit.ts";
import type { Context } from "../caller.ts";
import { actorOf, callingUser } from "../caller.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import { hasRank } from "../groups.ts";
import type { AccessToken, Client, Grant, User } from "../model.ts";
import type { PageOf, PageRequest, PageTokens } from "../page-token.ts";
import type { Sessions } from "../sessions.ts";
import { TOUCH_MS } from "../sessions.ts";
import type { Store } from "../store.ts";
import { hashToken, PREFIX } from "../tokens.ts";
import { admits } from "../users.ts";
import type { ClientAuthentication, ClientCredentials } from "./client-authentication.ts";
import { Realms } from "./realms.ts";
import { EVERY_SCOPE, holdsScope } from "./scopes.ts";

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
export interface NamedGrant {
  readonly grant: Grant;
  readonly clientName: string;
}

/** A grant as its user looks at it; the names are empty where there is none. */
export interface App {
  readonly grant: Grant;
  readonly client: Client;
  /** Of the user who has registered it. */
  readonly makerName: string;
  readonly groupName: string;
}

export class Access {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #clients: ClientAuthentication;
  readonly #pageTokens: PageTokens;
  readonly #realms: Realms;

  constructor(store: Store, clock: Clock, sessions: Sessions, clients: ClientAuthentication, pageTokens: PageTokens, realms: Realms = new Realms()) {
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
    if (found !== undefined && found.token.lastUsedAt + TOUCH_MS < now) await this.#store.tokens.touchAccess(found.token, now);
    return found;
  }

  /** RFC 7662: what a token is good for; nothing when it works no more or is none of the calling client's business. */
  async introspect(context: Context, credentials: ClientCredentials, token: string): Promise<TokenDescription | undefined> {
    const caller = await this.#clients.authenticate(context, credentials);
    // RFC 7662 section 2.1: so that nobody without a secret can try tokens.
    if (caller.public) throw new IdentityError("CLIENT_AUTHENTICATION_FAILED", "A public client cannot introspect.");
    const found = await this.#describe(token);
    return found !== undefined && (holdsScope(caller.scopes, "introspect") || found.clientId === caller.id) ? found : undefined;
  }

  /** RFC 7009: ends a token of the calling client; with a refresh token, its family. Others are left alone, silently. */
  async revoke(context: Context, credentials: ClientCredentials, token: string): Promise<void> {
    const client = await this.#clients.authenticate(context, credentials);
    if (token === "") throw new IdentityError("OAUTH_REQUEST_INVALID", "token is needed.");
    const ended = await this.#end(client, token);
    if (ended !== undefined) await this.#store.audit.append(auditEvent(this.#clock, context, "token.revoke", { userId: ended.userId, clientId: client.id }));
  }

  async listGrants(userId: string, request: PageRequest): Promise<PageOf<NamedGrant>> {
    const page = await this.#pageTokens.page(
      ["grants", userId],
      request,
      (wanted) => this.#store.grants.list(userId, wanted),
      (grant) => grant.id,
    );
    const items = await Promise.all(page.items.map(async (grant) => ({ grant, clientName: (await this.#store.clients.find(grant.clientId))?.name ?? "" })));
    return { ...page, items };
  }

  /** What the user has agreed to, with all that tells one application from another. */
  async listApps(user: User, request: PageRequest): Promise<PageOf<App>> {
    const page = await this.listGrants(user.id, request);
    const items = await Promise.all(page.items.map(({ grant }) => this.#appOf(grant)));
    return { ...page, items: items.filter((app) => app !== undefined) };
  }

  /** Takes an agreement back, with its tokens; a user's own only. */
  async revokeGrant(context: Context, id: string): Promise<void> {
    const grant = await this.#store.grants.find(id);
    const user = callingUser(context.caller);
    const allowed = grant !== undefined && (user === undefined || user.id === grant.userId);
    if (!allowed || !(await this.#store.grants.delete(id))) throw new IdentityError("GRANT_NOT_FOUND", "There is no such grant.");
    await this.#store.audit.append(auditEvent(this.#clock, context, "grant.revoke", { userId: grant.userId, clientId: grant.clientId, details: { by: actorOf(context.caller) } }));
  }

  async #appOf(grant: Grant): Promise<App | undefined> {
    const client = await this.#store.clients.find(grant.clientId);
    if (client === undefined) return undefined;
    const maker = client.ownerId === undefined ? undefined : await this.#store.users.find(client.ownerId);
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
    if (client === undefined || (user !== undefined && !this.#realms.admits(client, user)) || !(await this.#isGroupOpen(token))) return undefined;
    return { user, token: { ...token, scopes: token.scopes.filter((scope) => client.scopes.includes(scope)) } };
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
    if (found === undefined || found.usedAt !== undefined || found.idleExpiresAt <= now) return undefined;
    const user = await this.#store.users.find(found.userId);
    const client = await this.#store.clients.find(found.clientId);
    if (!admits(user, found.epoch, now) || client === undefined || !this.#realms.admits(client, user)) return undefined;
    return { ...found, user, expiresAt: found.idleExpiresAt };
  }

  /** Ends the token if it is the client's, or whosever for an administrator's client, and answers whose it was. */
  async #end(client: Client, token: string): Promise<{ userId?: string | undefined } | undefined> {
    const hash = hashToken(token);
    const isTheirs = (clientId: string): boolean => clientId === client.id || holdsScope(client.scopes, EVERY_SCOPE);
    if (token.startsWith(PREFIX.refresh)) {
      const refresh = await this.#store.tokens.findRefresh(hash);
      if (refresh === undefined || !isTheirs(refresh.clientId)) return undefined;
      await this.#store.tokens.deleteFamily(refresh.familyId);
      return refresh;
    }
    if (token.startsWith(PREFIX.access)) {
      const access = await this.#store.tokens.findAccess(hash);
      if (access === undefined || !isTheirs(access.token.clientId)) return undefined;
      await this.#store.tokens.deleteAccess(hash);
      return access.token;
    }
    // A session belongs to its user and to no client.
    const found = await this.#store.sessions.findByToken(hash);
    if (found === undefined || !isTheirs("")) return undefined;
    await this.#store.sessions.delete(found.session.id);
    return found.session;
  }
}
