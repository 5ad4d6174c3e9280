// md5-crypt (`$1$`) as FreeBSD began it, and Apache's variant (`$apr1$`).
import { createHash } from "node:crypto";
import { quickHash, withoutDigest } from "../quick-hash.ts";
import type { Format } from "../stored-hash.ts";
import { letters } from "./alphabet.ts";

/** Kratos puts its own name before it. */
const TEXT = /^(?:\$md5-crypt(?=\$))?(\$(?:1|apr1)\$)([^$]{0,8})\$([./A-Za-z0-9]{22})$/;
const ROUNDS = 1000;
/** Which bytes of the digest are written together. */
const ORDER = [
  [0, 6, 12],
  [1, 7, 13],
  [2, 8, 14],
  [3, 9, 15],
  [4, 10, 5],
] as const;

const md5 = (...parts: readonly Buffer[]): Buffer =>
  createHash("md5").update(Buffer.concat(parts)).digest();

function md5Crypt(password: Buffer, magic: string, saltText: string): string {
  const salt = Buffer.from(saltText);
  const inner = md5(password, salt, password);
  const first: Buffer[] = [password, Buffer.from(magic), salt];
  for (let left = password.length; left > 0; left -= 16)
    first.push(inner.subarray(0, Math.min(16, left)));
  for (let bits = password.length; bits > 0; bits >>= 1)
    first.push(bits & 1 ? Buffer.alloc(1) : password.subarray(0, 1));
  let digest = md5(...first);
  for (let round = 0; round < ROUNDS; round++) {
    const [odd, even] = round % 2 === 1 ? [password, digest] : [digest, password];
    digest = md5(
      odd,
      round % 3 === 0 ? Buffer.alloc(0) : salt,
      round % 7 === 0 ? Buffer.alloc(0) : password,
      even,
    );
  }
  const triples = ORDER.map(([a, b, c]) =>
    letters((digest[a]! << 16) | (digest[b]! << 8) | digest[c]!, 4),
  );
  return triples.join("") + letters(digest[11]!, 2);
}

export const md5crypt: Format = (text) => {
  const [, magic, salt = "", digest = ""] = TEXT.exec(text) ?? [];
  return magic === undefined
    ? undefined
    : quickHash({
        template: withoutDigest(text, digest),
        digest: Buffer.from(digest),
        digestOf: (password) => Promise.resolve(Buffer.from(md5Crypt(password, magic, salt))),
      });
};
