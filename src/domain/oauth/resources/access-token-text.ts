import type { Clock } from "../../clock.ts";
import { inSeconds } from "../../durations.ts";
import { newId } from "../../ids.ts";
import type { AccessToken } from "../../model.ts";
import { newToken, PREFIX } from "../../security/tokens.ts";
import { acrOf } from "../openid/authentication-context.ts";
import type { JwtSigner } from "../tokens/jwt-signer.ts";
import type { Resource } from "./resource.ts";

/** What the text of an access token says, if it says anything. */
export type TokenFacts = Pick<
  AccessToken,
  "clientId" | "userId" | "scopes" | "terms" | "createdAt" | "expiresAt"
>;

interface AccessTokenTextsDependencies {
  readonly clock: Clock;
  readonly signer: JwtSigner;
  readonly issuer: string;
}

/** Makes the texts of access tokens. The store has their hashes, in every format. */
export class AccessTokenTexts {
  readonly #clock: Clock;
  readonly #signer: JwtSigner;
  readonly #issuer: string;

  constructor({ clock, signer, issuer }: AccessTokenTextsDependencies) {
    this.#clock = clock;
    this.#signer = signer;
    this.#issuer = issuer;
  }

  /** Makes a random text, or a JWT if all resources of the token want one. */
  make(facts: TokenFacts, resources: readonly Resource[]): Promise<string> | string {
    const isJwt = resources.length > 0 && resources.every((each) => each.tokenFormat === "jwt");
    return isJwt ? this.#sign(facts, resources) : newToken(this.#clock, PREFIX.access);
  }

  /** Makes a JWT with the claims of RFC 9068 section 2.2. */
  #sign(
    { clientId, userId, scopes, terms, createdAt, expiresAt }: TokenFacts,
    resources: readonly Resource[],
  ): Promise<string> {
    const [first, ...more] = resources.map(({ uri }) => uri);
    const { authTime, amr, dpopJkt, actor } = terms ?? {};
    const claims = {
      iss: this.#issuer,
      aud: more.length === 0 ? first : [first, ...more],
      sub: userId ?? clientId,
      client_id: clientId,
      iat: inSeconds(createdAt),
      ...(expiresAt !== undefined && { exp: inSeconds(expiresAt) }),
      jti: newId(this.#clock),
      scope: scopes.join(" "),
      ...(authTime !== undefined && { auth_time: inSeconds(authTime) }),
      ...(amr !== undefined && { acr: acrOf(amr), amr }),
      ...(dpopJkt !== undefined && { cnf: { jkt: dpopJkt } }),
      ...(actor !== undefined && { act: actClaim(actor) }),
    };
    // RFC 9068 section 2.1: RS256 is what every resource server must know.
    return this.#signer.sign("RS256", claims, "at+jwt");
  }
}

type Actor = NonNullable<NonNullable<TokenFacts["terms"]>["actor"]>;

/** Returns the claim of RFC 8693 section 4.1. */
const actClaim = ({ sub, clientId, act }: Actor): object => ({
  sub,
  ...(clientId !== undefined && { client_id: clientId }),
  ...(act !== undefined && { act: actClaim(act) }),
});
