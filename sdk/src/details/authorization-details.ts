/**
 * One thing that a client asks for, RFC 9396: its type, and the members that the type has.
 *
 * @example
 * ```ts
 * import type { AuthorizationDetail } from "@latchkey/sdk";
 *
 * const payment: AuthorizationDetail = { type: "payment", actions: ["initiate"], amount: 12.5 };
 * const { url } = await latchkey.beginAuthorization({
 *   redirectUri: "https://app.example/callback",
 *   authorizationDetails: [payment],
 * });
 * console.log(new URL(url).searchParams.has("authorization_details")); // true
 * ```
 */
export interface AuthorizationDetail {
  readonly type: string;
  /** The resources that it is for; needed only if several have the type. */
  readonly locations?: readonly string[] | undefined;
  readonly [member: string]: unknown;
}

/** Writes details as a parameter; empty for none. */
export const detailsText = (details: readonly AuthorizationDetail[] = []): string =>
  details.length === 0 ? "" : JSON.stringify(details);
