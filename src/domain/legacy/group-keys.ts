import type { RequestContext } from "../request-context.ts";
import type { Clock } from "../clock.ts";
import { IdentityError } from "../errors.ts";
import type { Store } from "../store.ts";
import { hashToken, newToken, PREFIX } from "../security/tokens.ts";
import type { ClientAuthentication } from "../oauth/clients/client-authentication.ts";
import { redeem } from "../oauth/grants/authorization-code.ts";
import type { Realms } from "../oauth/clients/realms.ts";

/** The request of an application's backend. It may leave out the group. */
export interface GroupKeyRequest {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly code: string;
  readonly groupId?: bigint | undefined;
}

export interface GroupKeysDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly clientAuthentication: ClientAuthentication;
  readonly realms: Realms;
}

/** Keys for groups: access tokens that never expire, each for one group. */
export class GroupKeys {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #clientAuthentication: ClientAuthentication;
  readonly #realms: Realms;

  constructor({ store, clock, clientAuthentication, realms }: GroupKeysDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#clientAuthentication = clientAuthentication;
    this.#realms = realms;
  }

  /** Exchanges a code for a key. A second use of the code ends the key. */
  async exchange(context: RequestContext, api: string, request: GroupKeyRequest): Promise<string> {
    const { clientId, clientSecret, redirectUri, groupId } = request;
    const found = await this.#store.codes.findWithParties(hashToken(request.code));
    const credentials = { authorization: "", clientId, clientSecret };
    const client = await this.#clientAuthentication.authenticateKnown(
      context,
      credentials,
      found?.client,
    );
    if (client.public || !client.apis.includes(api))
      throw new IdentityError("CLIENT_UNAUTHORIZED", "The client may not use this API.");
    const key = newToken(this.#clock, PREFIX.access);
    const input = {
      store: this.#store,
      clock: this.#clock,
      realms: this.#realms,
      context,
      client,
      request: { redirectUri, codeVerifier: "" },
      found,
    };
    await redeem(
      input,
      api,
      (code) => {
        const now = this.#clock.now();
        const { grantId, familyId, userId, epoch, scopes } = code;
        const access = {
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
        };
        return { answer: code, tokens: { access } };
      },
      (code) =>
        code.redirectUri === redirectUri && (groupId === undefined || code.groupId === groupId),
    );
    return key;
  }
}
