// What an authorization says beyond its scopes. A code hands it on to the tokens that come from it.
import type { AuthorizationDetail } from "./details/detail.ts";

/** What a client asks of one claim, OpenID Connect Core section 5.5.1. */
export interface ClaimWish {
  readonly essential?: boolean | undefined;
  readonly value?: unknown;
  readonly values?: readonly unknown[] | undefined;
}

/** The parameter `claims`, OpenID Connect Core section 5.5. Null asks for a claim as usual. */
export interface ClaimsRequest {
  readonly userinfo?: Readonly<Record<string, ClaimWish | null>> | undefined;
  readonly id_token?: Readonly<Record<string, ClaimWish | null>> | undefined;
}

/** A party that acts for another one, RFC 8693 section 4.1. */
export interface Actor {
  readonly sub: string;
  readonly clientId?: string | undefined;
  readonly act?: Actor | undefined;
}

/** The terms of an authorization. An absent member says nothing. */
export interface Terms {
  /** OpenID Connect Core section 3.1.2.1. Only a code has it. */
  readonly nonce?: string | undefined;
  /** The session of the browser in which the user agreed. */
  readonly sessionId?: string | undefined;
  /** When the user signed in, UTC milliseconds since 1970. */
  readonly authTime?: number | undefined;
  /** The authentication methods of that sign-in, RFC 8176. */
  readonly amr?: readonly string[] | undefined;
  readonly claims?: ClaimsRequest | undefined;
  /** The resources that the tokens are for (RFC 8707), in the form in which they are registered. */
  readonly audience?: readonly string[] | undefined;
  /** What the tokens are limited to at these resources, RFC 9396. */
  readonly authorizationDetails?: readonly AuthorizationDetail[] | undefined;
  /** The thumbprint of the key that the tokens are bound to, RFC 9449 section 6.1. */
  readonly dpopJkt?: string | undefined;
  /** The user as a client with pairwise subjects knows the user; absent: by the user's id. */
  readonly subject?: string | undefined;
  readonly actor?: Actor | undefined;
  /** The clients whose tokens this one was exchanged for, RFC 8693; it ends with each of them. */
  readonly subjectClients?: readonly string[] | undefined;
}
