// Firebase's scrypt: the key that scrypt derives encrypts the signer key of the project. Kratos and
// Supabase write it as texts with all parameters.
import { createCipheriv, scrypt as derive } from "node:crypto";
import { promisify } from "node:util";
import { quickHash } from "../quick-hash.ts";
import { bound, type Format, type QuickHash, refusal } from "../stored-hash.ts";

const BASE64 = String.raw`([A-Za-z0-9+/_-]+={0,2})`;
/** Without parameters: those of the file it came from. */
const BARE = new RegExp(String.raw`^\$firescrypt\$${BASE64}\$${BASE64}$`);
const KRATOS = new RegExp(
  String.raw`^\$firescrypt\$ln=(\d{1,2}),r=(\d{1,3}),p=1` +
    String.raw`\$${BASE64}\$${BASE64}\$${BASE64}\$${BASE64}$`,
);
const SUPABASE = new RegExp(
  String.raw`^\$fbscrypt\$v=1,n=(\d{1,2}),r=(\d{1,3}),p=1` +
    String.raw`(?:,ss=${BASE64})?,sk=${BASE64}\$${BASE64}\$${BASE64}$`,
);
const KEY_BYTES = 32;
const MAX_LOG_N = 17;

const scryptOf = promisify<Buffer, Buffer, number, object, Buffer>(derive);

interface Parts {
  readonly memory: number;
  readonly rounds: number;
  readonly salt: string;
  readonly digest: string;
  readonly separator: string;
  readonly signer: string;
}

const bytesOf = (text: string): Buffer =>
  Buffer.from(text.replaceAll("-", "+").replaceAll("_", "/"), "base64");

function partsOf(text: string): Parts | undefined {
  const kratos = KRATOS.exec(text);
  if (kratos !== null) {
    const [, memory, rounds, salt = "", digest = "", separator = "", signer = ""] = kratos;
    return { memory: Number(memory), rounds: Number(rounds), salt, digest, separator, signer };
  }
  const [, memory, rounds, separator = "", signer = "", salt = "", digest = ""] =
    SUPABASE.exec(text) ?? [];
  return memory === undefined
    ? undefined
    : { memory: Number(memory), rounds: Number(rounds), salt, digest, separator, signer };
}

export const firebaseHash: Format = (text) => {
  if (BARE.test(text))
    throw refusal("is Firebase's: the parameters of its project are needed, see --parameters");
  const parts = partsOf(text);
  if (parts === undefined) return undefined;
  const { memory, rounds, salt, digest, separator, signer } = parts;
  bound("as the exponent of memory", memory, MAX_LOG_N);
  bound("rounds", rounds, 8);
  const signerKey = bytesOf(signer);
  const expected = bytesOf(digest);
  // The digest is the encrypted signer key.
  if (expected.length !== signerKey.length || expected.length < 16)
    throw refusal("has a digest of a wrong length");
  const quick: QuickHash = {
    template: text.replace(digest, digest.replaceAll(/[^=]/g, "A")),
    digest: expected,
    digestOf: async (password) => {
      const key = await scryptOf(
        password,
        Buffer.concat([bytesOf(salt), bytesOf(separator)]),
        KEY_BYTES,
        { N: 2 ** memory, r: rounds, p: 1, maxmem: 512 * 1024 * 1024 },
      );
      return createCipheriv("aes-256-ctr", key, Buffer.alloc(16)).update(signerKey);
    },
  };
  return quickHash(quick);
};
