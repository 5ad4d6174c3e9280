import { hash } from "node:crypto";
import type { Clock } from "../../clock.ts";
import { HOUR, inSeconds } from "../../durations.ts";
import type { Client, SigningKeyAlgorithm } from "../../model.ts";
import type { Terms } from "../terms.ts";
import { type JwtSigner, SIGNING_ALGORITHMS } from "../tokens/jwt-signer.ts";
import { acrOf } from "./authentication-context.ts";
import type { KnownClaims } from "./known-claims.ts";
import type { SubjectClient, Subjects } from "./subjects.ts";
import { askedClaims } from "./user-claims.ts";

/** The claims that an ID token can have, beside those that a client asks for. */
export const ID_TOKEN_CLAIMS: readonly string[] = [
  "iss",
  "sub",
  "aud",
  "exp",
  "iat",
  "auth_time",
  "nonce",
  "acr",
  "amr",
  "sid",
  "at_hash",
];

/** How long a client may take to read an ID token. It is no credential for our APIs. */
const ID_TOKEN_MS = HOUR;

/** What an ID token says of a sign-in. */
export interface IdTokenFacts {
  readonly userId: string;
  readonly terms: Terms;
  /** The access token that is issued with it. */
  readonly accessToken: string;
}

interface IdTokensDependencies {
  readonly clock: Clock;
  readonly issuer: string;
  readonly signer: JwtSigner;
  readonly subjects: Subjects;
  readonly knownClaims: KnownClaims;
}

/** Returns what the JWTs for a client are signed by, unless it wishes another algorithm. */
export function idTokenAlgorithm({ settings }: Pick<Client, "settings">): SigningKeyAlgorithm {
  // FAPI 2.0 section 5.4.1 has no RS256.
  const usual = settings.securityProfile === "fapi2" ? "ES256" : "RS256";
  const wished = settings.idTokenSignedResponseAlg;
  return SIGNING_ALGORITHMS.find((each) => each === wished) ?? usual;
}

/** Makes ID tokens, OpenID Connect Core section 2. */
export class IdTokens {
  readonly #clock: Clock;
  readonly #issuer: string;
  readonly #signer: JwtSigner;
  readonly #subjects: Subjects;
  readonly #knownClaims: KnownClaims;

  constructor({ clock, issuer, signer, subjects, knownClaims }: IdTokensDependencies) {
    this.#clock = clock;
    this.#issuer = issuer;
    this.#signer = signer;
    this.#subjects = subjects;
    this.#knownClaims = knownClaims;
  }

  /** Returns an ID token for a client. */
  async issue(
    client: SubjectClient & Pick<Client, "scopes">,
    { userId, terms, accessToken }: IdTokenFacts,
  ): Promise<string> {
    const { nonce, sessionId, authTime, amr } = terms;
    const asked = askedClaims([], terms.claims?.id_token, client.scopes);
    const claims = await this.#knownClaims.ofId(userId, asked);
    const now = this.#clock.now();
    const payload = {
      ...claims,
      iss: this.#issuer,
      sub: this.#subjects.subjectOf(client, userId),
      aud: client.id,
      exp: inSeconds(now + ID_TOKEN_MS),
      iat: inSeconds(now),
      auth_time: authTime === undefined ? undefined : inSeconds(authTime),
      nonce,
      acr: acrOf(amr),
      amr,
      sid: sessionId === undefined ? undefined : this.#subjects.sidOf(sessionId, client.id),
      at_hash: accessTokenHash(accessToken),
    };
    return this.#signer.sign(idTokenAlgorithm(client), payload, "JWT");
  }
}

/** OpenID Connect Core section 3.1.3.6: both algorithms sign a SHA-256. */
const accessTokenHash = (accessToken: string): string =>
  hash("sha256", accessToken, "buffer").subarray(0, 16).toString("base64url");
