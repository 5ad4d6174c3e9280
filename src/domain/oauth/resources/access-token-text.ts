import type { Clock } from "../../clock.ts";
import { inSeconds } from "../../durations.ts";
import { newId } from "../../ids.ts";
import type { AccessToken } from "../../model.ts";
import type { UserScope } from "../clients/scopes.ts";
import { newToken, PREFIX } from "../../security/tokens.ts";
import { acrOf } from "../openid/authentication-context.ts";
import type { KnownClaims } from "../openid/known-claims.ts";
import type { JwtSigner } from "../tokens/jwt-signer.ts";
import { isSigned, requireSignable } from "../details/signable.ts";
import type { Resource } from "./resource.ts";

/** What the text of an access token says, if it says anything. */
export type TokenFacts = Pick<
  AccessToken,
  "clientId" | "userId" | "scopes" | "terms" | "createdAt" | "expiresAt"
>;

/** The scope that names the groups of the user. */
const GROUPS: UserScope = "groups";
/** A longer token doesn't fit into the 8 KB that many servers read of a header. */
const MAX_CHARACTERS = 8_000;
/** The header and the signature by RSA with 2048 bits, in base64url. */
const FRAME_CHARACTERS = 512;

interface AccessTokenTextsDependencies {
  readonly clock: Clock;
  readonly signer: JwtSigner;
  readonly issuer: string;
  readonly knownClaims: Pick<KnownClaims, "groupsOf">;
}

/** Makes the texts of access tokens. The store has their hashes, in every format. */
export class AccessTokenTexts {
  readonly #clock: Clock;
  readonly #signer: JwtSigner;
  readonly #issuer: string;
  readonly #knownClaims: AccessTokenTextsDependencies["knownClaims"];

  constructor({ clock, signer, issuer, knownClaims }: AccessTokenTextsDependencies) {
    this.#clock = clock;
    this.#signer = signer;
    this.#issuer = issuer;
    this.#knownClaims = knownClaims;
  }

  /** Makes a random text, or a JWT if all resources of the token want one. */
  make(facts: TokenFacts, resources: readonly Resource[]): Promise<string> | string {
    requireSignable(facts.terms?.authorizationDetails ?? [], resources);
    return isSigned(resources)
      ? this.#sign(facts, resources)
      : newToken(this.#clock, PREFIX.access);
  }

  /** Makes a JWT with the claims of RFC 9068 section 2.2. */
  async #sign(
    { clientId, userId, scopes, terms, createdAt, expiresAt }: TokenFacts,
    resources: readonly Resource[],
  ): Promise<string> {
    const [first, ...more] = resources.map(({ uri }) => uri);
    const { authTime, amr, dpopJkt, actor, subject, authorizationDetails } = terms ?? {};
    const claims = {
      iss: this.#issuer,
      aud: more.length === 0 ? first : [first, ...more],
      sub: subject ?? userId ?? clientId,
      client_id: clientId,
      iat: inSeconds(createdAt),
      ...(expiresAt !== undefined && { exp: inSeconds(expiresAt) }),
      jti: newId(this.#clock),
      scope: scopes.join(" "),
      ...(authTime !== undefined && { auth_time: inSeconds(authTime) }),
      ...(amr !== undefined && { acr: acrOf(amr), amr }),
      ...(dpopJkt !== undefined && { cnf: { jkt: dpopJkt } }),
      ...(actor !== undefined && { act: actClaim(actor) }),
      // RFC 9396 section 9.1.
      ...(authorizationDetails !== undefined && { authorization_details: authorizationDetails }),
    };
    const all = userId === undefined ? claims : await this.#withGroups(claims, userId, scopes);
    // RFC 9068 section 2.1: RS256 is what every resource server must know.
    return this.#signer.sign("RS256", all, "at+jwt");
  }

  /** Adds the groups (RFC 9068 section 2.2.3.1) if the token may name them and they fit. */
  async #withGroups(claims: object, userId: string, scopes: readonly string[]): Promise<object> {
    if (!scopes.includes(GROUPS)) return claims;
    const named = { ...claims, groups: await this.#knownClaims.groupsOf(userId) };
    const characters = Math.ceil((JSON.stringify(named).length * 4) / 3) + FRAME_CHARACTERS;
    return characters > MAX_CHARACTERS ? claims : named;
  }
}

type Actor = NonNullable<NonNullable<TokenFacts["terms"]>["actor"]>;

/** Returns the claim of RFC 8693 section 4.1. */
const actClaim = ({ sub, clientId, act }: Actor): object => ({
  sub,
  ...(clientId !== undefined && { client_id: clientId }),
  ...(act !== undefined && { act: actClaim(act) }),
});
