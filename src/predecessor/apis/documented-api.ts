import type { Fact } from "../../domain/predecessor/facts.ts";
import type { Exchange } from "../exchange.ts";

/** Reads the facts of an exchange; none for an answer that shows nothing. */
export type FactsOf = (exchange: Exchange, realm: string) => readonly Fact[];

/** Parses an answer; undefined when it isn't a JSON object. */
export function objectOf(body: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch {
    // An error page, or half an answer.
  }
  return undefined;
}

/** Returns a member that is a text; empty for every other value. */
export const textOf = (
  object: Readonly<Record<string, unknown>> | undefined,
  name: string,
): string => {
  const value = object?.[name];
  return typeof value === "string" ? value : "";
};

/** Returns the value of a request's header; empty without it. */
export const headerOf = ({ request }: Exchange, wanted: string): string =>
  request.headers.find(([name]) => name === wanted)?.[1] ?? "";

/** Returns the `exp` of a JWT in milliseconds; undefined for other texts. It isn't verified. */
export function expiryOf(token: string): number | undefined {
  const payload = objectOf(Buffer.from(token.split(".")[1] ?? "", "base64url"));
  const exp = payload?.["exp"];
  return typeof exp === "number" && exp > 0 && exp < 1e11 ? exp * 1000 : undefined;
}

/** Returns a claim of a JWT that is a text; empty for other texts. It isn't verified. */
export const claimOf = (token: string, name: string): string =>
  textOf(objectOf(Buffer.from(token.split(".")[1] ?? "", "base64url")), name);
