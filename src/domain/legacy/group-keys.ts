// Keys for groups: tokens that never expire, each for one group. It owns the exchange of a code for
// a key and must not know which documented API asks.
import type { RequestContext } from "../request-context.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Store } from "../store.ts";
import { hashToken, newToken, PREFIX } from "../security/tokens.ts";
import type { ClientAuthentication } from "../oauth/clients/client-authentication.ts";
import { redeem } from "../oauth/grants/authorization-code.ts";
import type { Realms } from "../oauth/clients/realms.ts";

/** What the application's backend says; the group may be left out. */
export interface GroupKeyRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly code: string;
  readonly groupId?: bigint | undefined;
}

export class GroupKeys {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #clients: ClientAuthentication;
  readonly #realms: Realms;

  constructor(store: Store, clock: Clock, clients: ClientAuthentication, realms: Realms) {
    this.#store = store;
    this.#clock = clock;
    this.#clients = clients;
    this.#realms = realms;
  }

  /** Turns a code into a key; the same code again ends the key that it gave. */
  async exchange(context: RequestContext, api: string, request: GroupKeyRequest): Promise<string> {
    const { clientId, clientSecret, redirectUri, groupId } = request;
    const client = await this.#clients.authenticate(context, {
      authorization: "",
      clientId,
      clientSecret,
    });
    if (client.public || !client.apis.includes(api))
      throw new IdentityError("CLIENT_UNAUTHORIZED", "The client may not use this API.");
    const key = newToken(this.#clock, PREFIX.access);
    const input = {
      store: this.#store,
      clock: this.#clock,
      realms: this.#realms,
      context,
      client,
      request: { ...request, codeVerifier: "" },
    };
    await redeem(
      input,
      api,
      async (tx, code) => {
        const now = this.#clock.now();
        const { grantId, familyId, userId, epoch, scopes } = code;
        await tx.tokens.insertAccess({
          hash: hashToken(key),
          clientId: client.id,
          userId,
          epoch,
          grantId,
          familyId,
          api,
          scopes,
          groupId: code.groupId,
          createdAt: now,
          lastUsedAt: now,
        });
        return code;
      },
      (code) =>
        code.redirectUri === redirectUri && (groupId === undefined || code.groupId === groupId),
    );
    return key;
  }
}
