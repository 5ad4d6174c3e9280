import type { Fact } from "../../domain/predecessor/facts.ts";
import type { Exchange } from "../exchange.ts";
import { objectOf } from "../message.ts";

/** Reads the facts of an exchange; none for an answer that shows nothing. */
export type FactsOf = (exchange: Exchange, realm: string) => readonly Fact[];

/** Returns a member that is a text; empty for every other value. */
export const textOf = (
  object: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string => {
  const value = object?.[name];
  return typeof value === "string" ? value : "";
};

/** Returns the claims of a JWT; undefined for other texts. They aren't verified. */
const claimsOf = (token: string): Readonly<Record<string, unknown>> | undefined =>
  objectOf(Buffer.from(token.split(".")[1] ?? "", "base64url"));

/** Returns the `exp` of a JWT in milliseconds; undefined for other texts. It isn't verified. */
export function expiryOf(token: string): number | undefined {
  const exp = claimsOf(token)?.["exp"];
  return typeof exp === "number" && exp > 0 && exp < 1e11 ? exp * 1000 : undefined;
}

/**
 * Returns when a JWT was made, by its `iat` or by its end; undefined for other texts. It isn't
 * verified.
 */
export function madeAtOf(token: string, lifetimeMs: number): number | undefined {
  const iat = claimsOf(token)?.["iat"];
  const expiresAt = expiryOf(token);
  if (typeof iat === "number") return iat * 1000;
  return expiresAt === undefined ? undefined : expiresAt - lifetimeMs;
}

/** Returns a claim of a JWT that is a text; empty for other texts. It isn't verified. */
export const claimOf = (token: string, name: string): string => textOf(claimsOf(token), name);
