// phpass, as WordPress before 6.8 (`$P$`), phpBB 3 (`$H$`) and Drupal 7 (`$S$`) use it: the digest
// of salt and password, digested again with the password 2^n times.
import { createHash } from "node:crypto";
import { quickHash, withoutDigest } from "../quick-hash.ts";
import { type Format, refusal } from "../stored-hash.ts";
import { phpassText, valueOf } from "./alphabet.ts";

const MD5 = /^\$[PH]\$([./A-Za-z0-9])([./A-Za-z0-9]{8})([./A-Za-z0-9]{22})$/;
/** Drupal cuts the text off. `U` says that the digest is of the MD5 of the password. */
const SHA512 = /^(U?)\$S\$([./A-Za-z0-9])([./A-Za-z0-9]{8})([./A-Za-z0-9]{43})$/;
const MAX_LOG_ROUNDS = 22;

function stretched(
  hash: string,
  { salt, rounds }: { readonly salt: string; readonly rounds: string },
  password: Buffer,
): Buffer {
  const digest = (...parts: readonly Buffer[]): Buffer => {
    const state = createHash(hash);
    for (const part of parts) state.update(part);
    return state.digest();
  };
  let bytes = digest(Buffer.from(salt), password);
  for (let left = 2 ** valueOf(rounds); left > 0; left--) bytes = digest(bytes, password);
  return bytes;
}

export const phpass: Format = (text) => {
  const md5 = MD5.exec(text);
  const [, isOfMd5 = "", rounds, salt = "", digest = ""] =
    md5 === null ? (SHA512.exec(text) ?? []) : ["", "", ...md5.slice(1)];
  if (rounds === undefined) return undefined;
  if (valueOf(rounds) > MAX_LOG_ROUNDS)
    throw refusal(`asks for more than 2^${MAX_LOG_ROUNDS} rounds`);
  const hash = md5 === null ? "sha512" : "md5";
  return quickHash({
    template: withoutDigest(text, digest),
    digest: Buffer.from(digest),
    digestOf: (password) => {
      const key =
        isOfMd5 === "" ? password : Buffer.from(createHash("md5").update(password).digest("hex"));
      const bytes = stretched(hash, { salt, rounds }, key);
      return Promise.resolve(Buffer.from(phpassText(bytes).slice(0, digest.length)));
    },
  });
};
