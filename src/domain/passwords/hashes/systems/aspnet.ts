// ASP.NET Identity: version 2 is PBKDF2 with SHA-1, version 3 names hash and iterations. Atlassian
// keeps salt and PBKDF2 likewise in one text.
import { pbkdf2 as derive } from "node:crypto";
import { promisify } from "node:util";
import { quickHash } from "../quick-hash.ts";
import { bound, digestOf, type Format } from "../stored-hash.ts";

const pbkdf2Of = promisify(derive);
const V2_BYTES = 49;
const V3_HEADER = 13;
const V3_HASHES = ["sha1", "sha256", "sha512"];
const MAX_ITERATIONS = 5_000_000;
const ATLASSIAN = /^\{PKCS5S2\}([A-Za-z0-9+/]{64})$/;

interface Parts {
  readonly hash: string;
  readonly iterations: number;
  /** What stands before the digest, with the salt at its end. */
  readonly head: Buffer;
  readonly salt: Buffer;
  readonly digest: Buffer;
}

function partsOf(bytes: Buffer): Parts | undefined {
  if (bytes[0] === 0 && bytes.length === V2_BYTES)
    return {
      hash: "sha1",
      iterations: 1000,
      head: bytes.subarray(0, 17),
      salt: bytes.subarray(1, 17),
      digest: bytes.subarray(17),
    };
  if (bytes[0] !== 1 || bytes.length < V3_HEADER) return undefined;
  const hash = V3_HASHES[bytes.readUInt32BE(1)];
  const end = V3_HEADER + bytes.readUInt32BE(9);
  return hash === undefined || end > bytes.length
    ? undefined
    : {
        hash,
        iterations: bytes.readUInt32BE(5),
        head: bytes.subarray(0, end),
        salt: bytes.subarray(V3_HEADER, end),
        digest: bytes.subarray(end),
      };
}

const stored = ({ hash, iterations, head, salt, digest }: Parts, prefix: string) => {
  bound("iterations", iterations, MAX_ITERATIONS);
  digestOf(digest);
  const blank = Buffer.concat([head, Buffer.alloc(digest.length)]);
  return quickHash({
    template: prefix + blank.toString("base64"),
    digest,
    digestOf: (password) => pbkdf2Of(password, salt, Math.max(1, iterations), digest.length, hash),
  });
};

export const aspnetHash: Format = (text) => {
  if (!/^A[AQ][A-Za-z0-9+/]{50,300}={0,2}$/.test(text)) return undefined;
  const parts = partsOf(Buffer.from(text, "base64"));
  return parts && stored(parts, "");
};

export const atlassian: Format = (text) => {
  const [, base64] = ATLASSIAN.exec(text) ?? [];
  if (base64 === undefined) return undefined;
  const bytes = Buffer.from(base64, "base64");
  const salt = bytes.subarray(0, 16);
  const digest = bytes.subarray(16);
  return stored({ hash: "sha1", iterations: 10_000, head: salt, salt, digest }, "{PKCS5S2}");
};
