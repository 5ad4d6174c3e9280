import type { Clock } from "../../clock.ts";
import type { Store } from "../../store.ts";
import type { TokenClient } from "../store.ts";
import { CLIENT_ALGORITHMS, STRONG_ALGORITHMS } from "./algorithms.ts";
import { CLIENT_ASSERTION_MS, readClientAssertion } from "./client-assertion.ts";
import type { ClientKeys } from "./client-keys.ts";
import { jwtHeaderOf } from "./signed-jwt.ts";
import { isFirstUse } from "./used-once.ts";

/** The value of `token_endpoint_auth_method` of a client that authenticates by a key. */
export const PRIVATE_KEY_JWT = "private_key_jwt";

/** What decides how a client authenticates. */
type Authenticating = Pick<TokenClient, "public" | "settings">;

/**
 * Returns whether a client authenticates by its key, and never by a secret. FAPI 2.0 section
 * 5.3.2.1, number 6, allows nothing else without mutual TLS.
 */
export const usesKey = ({ settings }: Pick<Authenticating, "settings">): boolean =>
  settings.tokenEndpointAuthMethod === PRIVATE_KEY_JWT || settings.securityProfile === "fapi2";

/** Returns the algorithms by which a client may sign. FAPI 2.0 section 5.4.1 has no RS256. */
export const algorithmsOf = ({ settings }: Pick<Authenticating, "settings">): readonly string[] =>
  settings.securityProfile === "fapi2" ? STRONG_ALGORITHMS : CLIENT_ALGORITHMS;

export interface ClientAssertionsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  readonly issuer: string;
  readonly keys: ClientKeys;
}

/** Accepts the assertions of clients, each of them once. */
export class ClientAssertions {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #issuer: string;
  readonly #keys: ClientKeys;

  constructor({ store, clock, issuer, keys }: ClientAssertionsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#issuer = issuer;
    this.#keys = keys;
  }

  /** Returns whether a client has made this assertion to authenticate here, for the first time. */
  async accepts(client: TokenClient, assertion: string): Promise<boolean> {
    if (client.public || !usesKey(client)) return false;
    const jti = await readClientAssertion(assertion, {
      clientId: client.id,
      issuer: this.#issuer,
      algorithms: algorithmsOf(client),
      keys: await this.#keys.of(client, jwtHeaderOf(assertion).kid),
      now: this.#clock.now(),
    });
    if (jti === undefined) return false;
    const use = { purpose: "client-assertion", sender: client.id, jti } as const;
    return isFirstUse(this.#store, this.#clock, use, CLIENT_ASSERTION_MS);
  }
}
