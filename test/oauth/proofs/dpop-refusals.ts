// The proofs that no server may accept: the checks of the module dpop-negative-tests, which are
// those of RFC 9449 section 4.3.
import { UnsecuredJWT } from "jose";
import { type ClientKey, dpopProof, newKey, seconds } from "./keys.ts";

/** A request, and the token that it shows. */
export interface Target {
  readonly method: string;
  readonly url: string;
  readonly token?: string | undefined;
}

/** Makes the DPoP header of one refusal; undefined for none. */
type Make = (key: ClientKey, target: Target) => Promise<string | undefined>;

/** Flips a bit of the signature. */
const spoiled = (jwt: string): string => {
  const [header, payload, signature = ""] = jwt.split(".");
  const bytes = Buffer.from(signature, "base64url");
  bytes[0] = bytes[0]! ^ 1;
  return `${header}.${payload}.${bytes.toString("base64url")}`;
};

const claim =
  (claims: Readonly<Record<string, unknown>>): Make =>
  (key, target) =>
    dpopProof(key, target, { claims });

const header =
  (members: Readonly<Record<string, unknown>>): Make =>
  (key, target) =>
    dpopProof(key, target, { header: members });

const other = (url: string, change: (url: URL) => void): string => {
  const changed = new URL(url);
  change(changed);
  return changed.href;
};

/** The refusals that need no access token. */
export const REFUSALS: Readonly<Record<string, Make>> = {
  "is not a JWT": () => Promise.resolve("this is no proof"),
  "is a JWT without a signature part": async (key, target) =>
    (await dpopProof(key, target)).split(".").slice(0, 2).join("."),
  "is two proofs in one header": async (key, target) =>
    `${await dpopProof(key, target)}, ${await dpopProof(key, target)}`,
  "has no typ": header({ typ: undefined }),
  "has the typ JWT": header({ typ: "JWT" }),
  "has no jwk": header({ jwk: undefined }),
  "has a jwk that is a text": header({ jwk: "key" }),
  "has a jwk of a kind that doesn't exist": header({ jwk: { kty: "XX" } }),
  "has the private key in jwk": (key, target) =>
    dpopProof(key, target, { header: { jwk: key.privateJwk } }),
  "has the key of another client in jwk": async (key, target) =>
    dpopProof(key, target, { header: { jwk: (await newKey()).jwk } }),
  "has a shared secret in jwk": header({ jwk: { kty: "oct", k: "c2VjcmV0" } }),
  "is signed by RS256": async (_key, target) => dpopProof(await newKey("RS256"), target),
  "is not signed (alg none)": (key, { method, url }) =>
    Promise.resolve(
      new UnsecuredJWT({ jti: "1", htm: method, htu: url, iat: seconds() })
        .encode()
        .replace(
          /^[^.]+/,
          Buffer.from(JSON.stringify({ typ: "dpop+jwt", alg: "none", jwk: key.jwk })).toString(
            "base64url",
          ),
        ),
    ),
  "has a wrong signature": async (key, target) => spoiled(await dpopProof(key, target)),
  "is signed by another key": async (key, target) =>
    dpopProof(key, target, { signer: (await newKey()).privateKey }),
  "has no alg": async (key, target) =>
    (await dpopProof(key, target)).replace(
      /^[^.]+/,
      Buffer.from(JSON.stringify({ typ: "dpop+jwt", jwk: key.jwk })).toString("base64url"),
    ),
  "has no jti": claim({ jti: undefined }),
  "has an empty jti": claim({ jti: "" }),
  "has no htm": claim({ htm: undefined }),
  "has another htm": claim({ htm: "PUT" }),
  "has htm in lower case": (key, target) =>
    dpopProof(key, target, { claims: { htm: target.method.toLowerCase() } }),
  "has no htu": claim({ htu: undefined }),
  "has an htu that is no URL": claim({ htu: "/" }),
  "has the htu of another path": (key, target) =>
    dpopProof(key, target, { claims: { htu: `${target.url}/other` } }),
  "has the htu of another host": (key, target) =>
    dpopProof(key, target, {
      claims: { htu: other(target.url, (url) => (url.hostname = "other.example.com")) },
    }),
  "has the htu of another port": (key, target) =>
    dpopProof(key, target, { claims: { htu: other(target.url, (url) => (url.port = "1")) } }),
  "has the htu of another scheme": (key, target) =>
    dpopProof(key, target, { claims: { htu: `x${target.url}` } }),
  "has no iat": claim({ iat: undefined }),
  "has an iat that is a text": claim({ iat: "now" }),
  "has an iat an hour ago": (key, target) =>
    dpopProof(key, target, { claims: { iat: seconds() - 3600 } }),
  "has an iat in an hour": (key, target) =>
    dpopProof(key, target, { claims: { iat: seconds() + 3600 } }),
};

/** The refusals of a request with an access token. */
export const TOKEN_REFUSALS: Readonly<Record<string, Make>> = {
  "is missing": () => Promise.resolve(undefined),
  "has no ath": claim({ ath: undefined }),
  "has the ath of another token": claim({ ath: "fUHyO2r2Z3DZ53EsNrWBb0xWXoaNy59IiKCAqksmQEo" }),
  "is by another key than the token": async (_key, target) => dpopProof(await newKey(), target),
};

/** What a valid proof may have besides, by its change. */
export const ACCEPTED: Readonly<Record<string, Make>> = {
  "iat 10 s ago": (key, target) => dpopProof(key, target, { claims: { iat: seconds() - 10 } }),
  "iat in 10 s": (key, target) => dpopProof(key, target, { claims: { iat: seconds() + 10 } }),
  "nbf and exp": (key, target) =>
    dpopProof(key, target, { claims: { nbf: seconds() - 5, exp: seconds() + 60 } }),
  "an unknown claim": claim({ made_by: "a test" }),
  "an htu with a query and a fragment": (key, target) =>
    dpopProof(key, target, { claims: { htu: `${target.url}?a=b#c` } }),
  "an htu with scheme and host in upper case": (key, target) =>
    dpopProof(key, target, {
      claims: { htu: target.url.replace(/^https?:\/\/[^/]+/, (start) => start.toUpperCase()) },
    }),
};
