// SHA-crypt (`$5$`, `$6$`) by its specification of Drepper, 2008.
import { createHash } from "node:crypto";
import { quickHash, withoutDigest } from "../quick-hash.ts";
import { bound, type Format } from "../stored-hash.ts";
import { letters } from "./alphabet.ts";

/** Kratos puts its own name before it. */
const TEXT = new RegExp(
  String.raw`^(?:\$sha(?:256|512)-crypt(?=\$))?\$([56])\$(?:rounds=(\d{1,9})\$)?` +
    String.raw`([^$]{0,16})\$([./A-Za-z0-9]{43}|[./A-Za-z0-9]{86})$`,
);
const DEFAULT_ROUNDS = 5000;
const MIN_ROUNDS = 1000;
const MAX_ROUNDS = 1_000_000;

const repeated = (bytes: Buffer, length: number): Buffer =>
  Buffer.alloc(length, bytes.length === 0 ? Buffer.alloc(1) : bytes);

function shaCrypt(
  hash: "sha256" | "sha512",
  password: Buffer,
  salt: Buffer,
  rounds: number,
): Buffer {
  const digest = (...parts: readonly Buffer[]): Buffer =>
    createHash(hash).update(Buffer.concat(parts)).digest();
  const inner = digest(password, salt, password);
  const first = [password, salt, repeated(inner, password.length)];
  for (let bits = password.length; bits > 0; bits >>= 1) first.push(bits & 1 ? inner : password);
  let bytes = digest(...first);
  const p = repeated(digest(repeated(password, password.length ** 2)), password.length);
  const s = repeated(digest(repeated(salt, salt.length * (16 + bytes[0]!))), salt.length);
  for (let round = 0; round < rounds; round++) {
    const [odd, even] = round % 2 === 1 ? [p, bytes] : [bytes, p];
    const empty = Buffer.alloc(0);
    bytes = digest(odd, round % 3 === 0 ? empty : s, round % 7 === 0 ? empty : p, even);
  }
  return bytes;
}

/** Writes the bytes in the order of the specification: each triple is turned by one. */
function text256(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < 10; at++) {
    const triple = [bytes[at]!, bytes[at + 10]!, bytes[at + 20]!];
    // Each next triple begins with the third byte of the one before.
    const turn = (3 - (at % 3)) % 3;
    const [a, b, c] = [triple[turn]!, triple[(turn + 1) % 3]!, triple[(turn + 2) % 3]!];
    text += letters((a << 16) | (b << 8) | c, 4);
  }
  return text + letters((bytes[31]! << 8) | bytes[30]!, 3);
}

function text512(bytes: Buffer): string {
  let text = "";
  for (let at = 0; at < 21; at++) {
    const triple = [bytes[at]!, bytes[at + 21]!, bytes[at + 42]!];
    const turn = at % 3;
    const [a, b, c] = [triple[turn]!, triple[(turn + 1) % 3]!, triple[(turn + 2) % 3]!];
    text += letters((a << 16) | (b << 8) | c, 4);
  }
  return text + letters(bytes[63]!, 2);
}

export const shacrypt: Format = (text) => {
  const [, kind, rounds = String(DEFAULT_ROUNDS), salt = "", digest = ""] = TEXT.exec(text) ?? [];
  if (kind === undefined || (digest.length === 43) !== (kind === "5")) return undefined;
  bound("rounds", Number(rounds), MAX_ROUNDS);
  const count = Math.max(MIN_ROUNDS, Number(rounds));
  const [hash, write] =
    kind === "5" ? (["sha256", text256] as const) : (["sha512", text512] as const);
  return quickHash({
    template: withoutDigest(text, digest),
    digest: Buffer.from(digest),
    digestOf: (password) =>
      Promise.resolve(Buffer.from(write(shaCrypt(hash, password, Buffer.from(salt), count)))),
  });
};
