import type { JWK } from "jose";
import type { TokenClient } from "../store.ts";

/** What is known of a client and its keys. */
type KeyOwner = Pick<TokenClient, "id" | "settings">;

/** Finds the public keys of clients. */
export class ClientKeys {
  /** Returns the keys of a client, in its own order; none if it has none. */
  of({ settings }: KeyOwner): Promise<readonly JWK[]> {
    return Promise.resolve((settings.jwks?.keys ?? []) as readonly JWK[]);
  }
}
