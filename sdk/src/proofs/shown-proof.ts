// The proofs of other clients, RFC 9449 sections 4.3 and 7.
import { Code } from "@connectrpc/connect";
import { calculateJwkThumbprint, EmbeddedJWK, type JWK, jwtVerify } from "jose";
import { refusal } from "../errors.ts";
import { sha256 } from "./dpop.ts";

/**
 * The proof of a request: that the sender of the token has its key (RFC 9449).
 *
 * @example
 * ```ts
 * import type { ShownProof } from "@latchkey/sdk";
 *
 * const dpop: ShownProof = { proof: "", method: "GET", url: "https://api.example/orders" };
 * const error = await latchkey.verifyToken(accessToken, { dpop }).catch((error: unknown) => error);
 * console.log(error instanceof Error); // true
 * ```
 */
export interface ShownProof {
  /** The header DPoP. */
  readonly proof: string;
  readonly method: string;
  /** The address of the request as its client knows it. */
  readonly url: string;
}

/** What a proof must be, besides the proof of its own key. */
interface CheckedProof {
  readonly jkt: string;
  readonly jti: string;
}

/** The algorithms that proofs may have. */
export const PROOF_ALGORITHMS: readonly string[] = ["ES256", "PS256", "EdDSA", "Ed25519"];

/** How long before now, and how long after, a proof may have been made, in seconds. */
const PAST_S = 300;
const FUTURE_S = 60;
const MAX_PROOF = 8_192;
const MAX_JTI = 256;
/** Of so many proofs it is known that they were used. */
const MAX_USED = 100_000;

const bad = (why: string, cause?: unknown): Error =>
  refusal("DPOP_PROOF_INVALID", Code.Unauthenticated, `the DPoP proof ${why}`, cause);

/** Checks a proof for its request and token, RFC 9449 section 4.3. */
export async function checkProof(
  { proof, method, url }: ShownProof,
  accessToken: string,
): Promise<CheckedProof> {
  if (proof.length > MAX_PROOF) throw bad("is too long");
  const rules = { typ: "dpop+jwt", algorithms: [...PROOF_ALGORITHMS] };
  // The key must be public: EmbeddedJWK takes no other one.
  const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, rules).catch(
    (error: unknown) => {
      throw bad("is not one JWT that its own key has signed", error);
    },
  );
  const { jti, iat, htm, htu, ath } = payload as Readonly<Record<string, unknown>>;
  if (typeof jti !== "string" || jti === "" || jti.length > MAX_JTI) throw bad("has no usable jti");
  if (htm !== method) throw bad("is for another method");
  if (typeof htu !== "string" || targetOf(htu) !== targetOf(url))
    throw bad("is for another address");
  const age = Date.now() / 1000 - (typeof iat === "number" ? iat : Number.NaN);
  if (!(age <= PAST_S && age >= -FUTURE_S)) throw bad("is too old or too new");
  if (ath !== (await sha256(accessToken))) throw bad("is for another token");
  return { jkt: await calculateJwkThumbprint(protectedHeader.jwk as JWK), jti };
}

/** Returns an address without query and fragment, RFC 9449 section 4.2; undefined for none. */
function targetOf(text: string): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || url.username !== "" || url.password !== "") return undefined;
  return `${url.protocol}//${url.host}${url.pathname}`;
}

/** Knows which proofs were used, as long as they could be used again. */
export class UsedProofs {
  /** When each of them can be forgotten; the first one is the oldest. */
  readonly #until = new Map<string, number>();
  readonly #max: number;

  constructor(max = MAX_USED) {
    this.#max = max;
  }

  /** Rejects a proof that was used before. */
  take({ jkt, jti }: CheckedProof): void {
    const now = Date.now();
    for (const [key, until] of this.#until) {
      if (until > now) break;
      this.#until.delete(key);
    }
    const key = `${jkt} ${jti}`;
    if (this.#until.has(key)) throw bad("was used before");
    // To forget one would let it through a second time.
    if (this.#until.size >= this.#max)
      throw refusal("RATE_LIMITED", Code.Unavailable, "too many DPoP proofs are in use");
    this.#until.set(key, now + (PAST_S + FUTURE_S) * 1000);
  }
}
