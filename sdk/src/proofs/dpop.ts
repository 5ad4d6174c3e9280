// Demonstrating Proof of Possession, RFC 9449.
import { base64url, calculateJwkThumbprint, decodeJwt, exportJWK, type JWK, SignJWT } from "jose";
import { randomText } from "../random-text.ts";
import { algorithmOf } from "./algorithms.ts";
import { createDpopKey, publicJwk } from "./dpop-key.ts";

/** The request that a proof is for. */
interface Target {
  readonly method: string;
  readonly url: string;
  /** The token that comes with the request, if there is one. */
  readonly accessToken?: string | undefined;
}

interface Prepared {
  readonly privateKey: CryptoKey;
  readonly alg: string;
  readonly jwk: JWK;
}

/** The header of an answer that has a nonce for the next proof, RFC 9449 section 8. */
const NONCE = "dpop-nonce";
/** Of so many servers nonces are known. */
const MAX_SERVERS = 100;

/** Makes the proofs of one key, each for one request. */
export class DpopProofs {
  readonly #prepare: () => Promise<Prepared>;
  #prepared: Promise<Prepared> | undefined;
  /** The last nonce of each server. */
  readonly #nonces = new Map<string, string>();

  /** Without a pair the key is made when it is first needed, and lives as long as this program. */
  constructor(pair?: CryptoKeyPair) {
    this.#prepare = async () => {
      const { privateKey, publicKey } = pair ?? (await createDpopKey());
      const alg = algorithmOf(privateKey);
      return { privateKey, alg, jwk: publicJwk((await exportJWK(publicKey)) as JsonWebKey) };
    };
  }

  /** Returns the thumbprint of the key, which requests for a code name as `dpop_jkt`. */
  async thumbprint(): Promise<string> {
    return calculateJwkThumbprint((await this.#key()).jwk);
  }

  /** Makes the proof of a request, RFC 9449 section 4.2. */
  async prove({ method, url, accessToken }: Target): Promise<string> {
    const { privateKey, alg, jwk } = await this.#key();
    const { origin, pathname } = new URL(url);
    const nonce = this.#nonces.get(origin);
    return new SignJWT({
      jti: randomText(),
      htm: method,
      htu: `${origin}${pathname}`,
      ...(accessToken !== undefined && { ath: await sha256(accessToken) }),
      ...(nonce !== undefined && { nonce }),
    })
      .setProtectedHeader({ typ: "dpop+jwt", alg, jwk })
      .setIssuedAt()
      .sign(privateKey);
  }

  /** Keeps the nonce of an answer; returns whether it is another than that of the proof. */
  learn(url: string, headers: Headers, proof: string): boolean {
    const nonce = headers.get(NONCE);
    if (nonce === null) return false;
    if (this.#nonces.size >= MAX_SERVERS) this.#nonces.clear();
    this.#nonces.set(new URL(url).origin, nonce);
    return decodeJwt(proof)["nonce"] !== nonce;
  }

  #key(): Promise<Prepared> {
    return (this.#prepared ??= this.#prepare());
  }
}

/** Returns the SHA-256 of a token, as `ath` has it. */
export async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return base64url.encode(new Uint8Array(digest));
}
