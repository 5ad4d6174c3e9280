import { auditEvent } from "../../audit.ts";
import type { Clock } from "../../clock.ts";
import type { Client } from "../../model.ts";
import type { RequestContext } from "../../request-context.ts";
import { hashToken, isOfOurs, PREFIX } from "../../security/tokens.ts";
import type { Sessions } from "../../sessions/sessions.ts";
import type { Aggregates, Store } from "../../store.ts";
import type { ClientAuthentication, ClientCredentials } from "../clients/client-authentication.ts";
import { requireToken } from "./require-token.ts";
import { EVERY_SCOPE, holdsScope } from "../clients/scopes.ts";

/** The owner of a token. A session has no client; a client's own token has no user. */
interface TokenOwner {
  readonly clientId?: string | undefined;
  readonly userId?: string | undefined;
}

interface TokenRevocationDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly sessions: Sessions;
  readonly clientAuthentication: ClientAuthentication;
}

/** Token revocation, RFC 7009. */
export class TokenRevocation {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #sessions: Sessions;
  readonly #clientAuthentication: ClientAuthentication;

  constructor({ store, clock, sessions, clientAuthentication }: TokenRevocationDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#sessions = sessions;
    this.#clientAuthentication = clientAuthentication;
  }

  /**
   * Ends a token of the calling client; a refresh token ends with its whole family. Tokens of other
   * clients stay as they are, without an error.
   */
  async revoke(
    context: RequestContext,
    credentials: ClientCredentials,
    token: string,
  ): Promise<void> {
    const client = await this.#clientAuthentication.authenticate(context, credentials);
    requireToken(token);
    // A token of another server has a session to end only once it was looked up.
    if (!token.startsWith(PREFIX.refresh) && !token.startsWith(PREFIX.access))
      await this.#sessions.findLive(token);
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

  /** Ends the token if the client may end it, and returns its owner. */
  async #end(tx: Aggregates, client: Client, token: string): Promise<TokenOwner | undefined> {
    const hash = hashToken(token);
    if (token.startsWith(PREFIX.refresh)) return this.#endRefresh(tx, client, hash);
    if (token.startsWith(PREFIX.access)) return this.#endAccess(tx, client, hash);
    // A session belongs to its user and to no client.
    const found = await tx.sessions.findByToken(hash);
    // A credential that another server made begins as it likes.
    if (found === undefined && !isOfOurs(token))
      return (
        (await this.#endAccess(tx, client, hash)) ?? (await this.#endRefresh(tx, client, hash))
      );
    if (found === undefined || !(await this.#mayEnd(tx, client, found.session))) return undefined;
    await tx.sessions.delete(found.session.id);
    return found.session;
  }

  async #endRefresh(tx: Aggregates, client: Client, hash: string): Promise<TokenOwner | undefined> {
    const refresh = await tx.tokens.findRefresh(hash);
    if (refresh === undefined || !(await this.#mayEnd(tx, client, refresh))) return undefined;
    await tx.tokens.deleteFamily(refresh.familyId);
    return refresh;
  }

  async #endAccess(tx: Aggregates, client: Client, hash: string): Promise<TokenOwner | undefined> {
    const access = await tx.tokens.findAccess(hash);
    if (access === undefined || !(await this.#mayEnd(tx, client, access.token))) return undefined;
    await tx.tokens.deleteAccess(hash);
    return access.token;
  }

  /**
   * A client ends its own tokens. A client with the scope `admin` also ends those of others, but
   * none of a user who is an administrator: only the operator changes those.
   */
  async #mayEnd(
    tx: Aggregates,
    client: Client,
    { clientId, userId }: TokenOwner,
  ): Promise<boolean> {
    if (clientId === client.id) return true;
    if (!holdsScope(client.scopes, EVERY_SCOPE)) return false;
    return (
      userId === undefined ||
      !(await tx.users.hold(userId)) ||
      (await tx.users.find(userId))?.administrator !== true
    );
  }
}
