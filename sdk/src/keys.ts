import { Code, ConnectError } from "@connectrpc/connect";
import type { JWTVerifyGetKey } from "jose";
import { createRemoteJWKSet, customFetch, errors } from "jose";

interface KeysSettings {
  readonly baseUrl: string;
  readonly fetch: typeof globalThis.fetch;
  readonly timeoutMs: number;
}

/** Returns what finds the server's public keys, which it fetches when it needs one. */
export function createKeys({ baseUrl, fetch, timeoutMs }: KeysSettings): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(`${baseUrl}/.well-known/jwks.json`), {
    timeoutDuration: timeoutMs,
    [customFetch]: fetch,
  });
  // A server that is away must not look like a token that is wrong.
  return (header, token) =>
    remote(header, token).catch((error: unknown) => {
      if (error instanceof errors.JWKSNoMatchingKey) throw error;
      throw new ConnectError(
        "the server's keys cannot be had",
        Code.Unavailable,
        undefined,
        undefined,
        error,
      );
    });
}
