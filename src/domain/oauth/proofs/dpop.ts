import type { Clock } from "../../clock.ts";
import type { Store } from "../../store.ts";
import { equalSecrets } from "../../security/tokens.ts";
import type { TokenClient } from "../store.ts";
import { STRONG_ALGORITHMS } from "./algorithms.ts";
import { badProof, DPOP_PROOF_MS, readDpopProof } from "./dpop-proof.ts";
import { isFirstUse } from "./used-once.ts";

/** The proof of a request, as it came. */
export interface RequestProof {
  /** The DPoP header. */
  readonly text: string;
  /** The method and the path of the request. */
  readonly method: string;
  readonly path: string;
}

/** The challenge to a client whose proof is missing or wrong, RFC 9449 section 7.1. */
export const dpopChallenge = (error: string): string =>
  `DPoP error="${error}", algs="${STRONG_ALGORITHMS.join(" ")}"`;

/** Returns whether all tokens of a client are bound to a key. */
const isAlwaysBound = ({ settings }: Pick<TokenClient, "settings">): boolean =>
  settings.dpopBoundAccessTokens === true || settings.securityProfile === "fapi2";

export interface DpopProofsDependencies {
  readonly store: Store;
  readonly clock: Clock;
  /** What the paths of requests follow. */
  readonly issuer: string;
}

/** Accepts DPoP proofs (RFC 9449), each of them once. */
export class DpopProofs {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #issuer: string;

  constructor({ store, clock, issuer }: DpopProofsDependencies) {
    this.#store = store;
    this.#clock = clock;
    this.#issuer = issuer;
  }

  /** Returns the thumbprint of the key that a request proves to have; undefined without a proof. */
  async keyOf(proof: RequestProof | undefined): Promise<string | undefined> {
    if (proof === undefined) return undefined;
    const { thumbprint, jti } = await this.#read(proof);
    await this.#take(thumbprint, jti);
    return thumbprint;
  }

  /**
   * Does the same for a request for tokens. Rejects a request without a proof of a client whose
   * tokens are all bound.
   */
  async bindingOf(
    client: TokenClient,
    proof: RequestProof | undefined,
  ): Promise<string | undefined> {
    if (proof === undefined && isAlwaysBound(client))
      throw badProof("is missing: all tokens of this client are bound to a key (RFC 9449)");
    return this.keyOf(proof);
  }

  /** Rejects a request that shows a bound token, and doesn't prove to have the token's key. */
  async require(proof: RequestProof | undefined, token: string, boundTo: string): Promise<void> {
    if (proof === undefined) throw badProof("is missing: send it in the header DPoP");
    const { thumbprint, jti } = await this.#read(proof, token);
    if (!equalSecrets(thumbprint, boundTo)) throw badProof("is by another key than the token's");
    await this.#take(thumbprint, jti);
  }

  #read({ text, method, path }: RequestProof, token?: string): ReturnType<typeof readDpopProof> {
    const url = `${this.#issuer}${path}`;
    return readDpopProof({ text, method, url }, this.#clock.now(), token);
  }

  /** RFC 9449 section 11.1. */
  async #take(sender: string, jti: string): Promise<void> {
    const use = { purpose: "dpop", sender, jti } as const;
    if (!(await isFirstUse(this.#store, this.#clock, use, DPOP_PROOF_MS)))
      throw badProof("has been used: make one with a new jti for each request");
  }
}
