import { IdentityError } from "../../errors.ts";
import type { Client } from "../../model.ts";
import type { Principal } from "../../principal.ts";
import type { Store } from "../../store.ts";
import { OPENID } from "../clients/scopes.ts";
import { type JwtSigner, SIGNING_ALGORITHMS } from "../tokens/jwt-signer.ts";
import type { KnownClaims } from "./known-claims.ts";
import type { Subjects } from "./subjects.ts";
import { askedClaims } from "./user-claims.ts";

interface UserInfoDependencies {
  readonly store: Pick<Store, "clients">;
  readonly knownClaims: KnownClaims;
  readonly issuer: string;
  readonly signer: JwtSigner;
  readonly subjects: Subjects;
}

/** The claims about a user, or a JWT with them. */
type UserInfoAnswer =
  | { readonly claims: Readonly<Record<string, unknown>> }
  | { readonly jwt: string };

/** What a client may know about the user for whom it has a token: OpenID Connect Core 5.3. */
export class UserInfo {
  readonly #store: UserInfoDependencies["store"];
  readonly #knownClaims: KnownClaims;
  readonly #issuer: string;
  readonly #signer: JwtSigner;
  readonly #subjects: Subjects;

  constructor({ store, knownClaims, issuer, signer, subjects }: UserInfoDependencies) {
    this.#store = store;
    this.#knownClaims = knownClaims;
    this.#issuer = issuer;
    this.#signer = signer;
    this.#subjects = subjects;
  }

  /** Returns the claims that the user has granted to the calling client. */
  async of(caller: Principal): Promise<UserInfoAnswer> {
    if (caller.kind !== "delegate" || !caller.token.scopes.includes(OPENID))
      throw new IdentityError("PERMISSION_DENIED", `This needs a token with the scope ${OPENID}.`);
    const { user, token } = caller;
    const client = await this.#store.clients.find(token.clientId);
    // It was deleted while the call was under way.
    if (client === undefined)
      throw new IdentityError("TOKEN_INVALID", "The client of the token is unknown.");
    const asked = askedClaims(token.scopes, token.terms?.claims?.userinfo, client.scopes);
    const claims = {
      sub: this.#subjects.subjectOf(client, user.id),
      ...(await this.#knownClaims.of(user, asked)),
    };
    return this.#answer(client, claims);
  }

  /** Section 5.3.2: a client may have registered an algorithm. The JWT then has `iss` and `aud`. */
  async #answer(
    { id, settings }: Client,
    claims: Readonly<Record<string, unknown>>,
  ): Promise<UserInfoAnswer> {
    const wished = settings.userinfoSignedResponseAlg;
    const algorithm = SIGNING_ALGORITHMS.find((each) => each === wished);
    if (algorithm === undefined) return { claims };
    const signed = { ...claims, iss: this.#issuer, aud: id };
    return { jwt: await this.#signer.sign(algorithm, signed, "JWT") };
  }
}
