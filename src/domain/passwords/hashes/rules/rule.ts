// Rules for plain digests, such as `md5(md5({password}){salt})`. A digest inside another one is its
// hexadecimal text, as in PHP; `raw(…)` is its bytes.
import { createHash, createHmac } from "node:crypto";
import { IdentityError } from "../../../errors.ts";

/** The values that a rule may use. */
export const RULE_VALUES = ["password", "salt", "pepper", "username", "email"] as const;
export type RuleValue = (typeof RULE_VALUES)[number];
export type RuleValues = Readonly<Partial<Record<RuleValue, Buffer>>>;

/** The digests, and their lengths. */
const DIGESTS: Readonly<Record<string, number>> = {
  md5: 16,
  sha1: 20,
  sha224: 28,
  sha256: 32,
  sha384: 48,
  sha512: 64,
};
const MAX_RULE = 500;

type Evaluate = (values: RuleValues) => Buffer;

/** A rule that was read. */
export interface Rule {
  readonly bytes: number;
  readonly uses: ReadonlySet<RuleValue>;
  /** Returns the digest. */
  readonly evaluate: Evaluate;
}

/** A part of a rule; a digest is written in hexadecimal inside others. */
interface Part {
  readonly evaluate: Evaluate;
  readonly digestBytes?: number;
}

const wrong = (at: number, description: string): IdentityError => {
  const text = `is wrong at character ${at + 1}: ${description}`;
  return new IdentityError("FIELD_INVALID", `The scheme ${text}.`, {
    fields: [{ field: "scheme", description: text }],
  });
};

/** Reads a rule; rejects a wrong one and says where it is wrong. */
export function readRule(text: string): Rule {
  if (text.length > MAX_RULE) throw wrong(MAX_RULE, `it is longer than ${MAX_RULE} characters`);
  const reader = new RuleReader(text);
  const root = reader.whole();
  if (root.digestBytes === undefined)
    throw wrong(0, `it must be a digest: ${Object.keys(DIGESTS).join(", ")} or hmac_…`);
  if (!reader.uses.has("password")) throw wrong(0, "it uses no {password}");
  return { bytes: root.digestBytes, uses: reader.uses, evaluate: root.evaluate };
}

class RuleReader {
  readonly #text: string;
  #at = 0;
  readonly uses = new Set<RuleValue>();

  constructor(text: string) {
    this.#text = text.trim();
  }

  /** Reads all of the rule; writing the digest itself in hexadecimal or base64 says nothing. */
  whole(): Part {
    const parts = this.#parts();
    if (this.#at < this.#text.length) throw wrong(this.#at, "a bracket or a comma too much");
    if (parts.length !== 1) throw wrong(0, "it must be one digest");
    return parts[0]!;
  }

  #parts(): Part[] {
    const parts: Part[] = [];
    for (;;) {
      const part = this.#part();
      if (part === undefined) return parts;
      parts.push(part);
    }
  }

  #part(): Part | undefined {
    const rest = this.#text.slice(this.#at);
    if (rest === "" || rest.startsWith(")") || rest.startsWith(",")) return undefined;
    const [value, name = ""] = /^\{(\w*)\}/.exec(rest) ?? [];
    if (value !== undefined) return this.#value(value, name);
    const [call, called = ""] = /^([a-z]\w*)\(/.exec(rest) ?? [];
    if (call !== undefined) return this.#call(call, called);
    const quoted = /^'([^']*)'/.exec(rest);
    const literal = quoted ?? /^((?:(?![a-z]\w*\()[^(){},'])+)/.exec(rest);
    if (literal === null) throw wrong(this.#at, "this is no value, no digest and no text");
    this.#at += literal[0].length;
    const bytes = Buffer.from(literal[1]!);
    return { evaluate: () => bytes };
  }

  #value(text: string, name: string): Part {
    const known = RULE_VALUES.find((each) => each === name);
    if (known === undefined)
      throw wrong(this.#at, `the values are ${RULE_VALUES.map((each) => `{${each}}`).join(", ")}`);
    this.#at += text.length;
    this.uses.add(known);
    return { evaluate: (values) => values[known] ?? Buffer.alloc(0) };
  }

  #call(text: string, name: string): Part {
    const from = this.#at;
    this.#at += text.length;
    const [first = [], ...more] = this.#arguments();
    const inner = joined(first);
    const digest = /^(?:hmac_)?(\w+)$/.exec(name)?.[1] ?? "";
    const digestBytes = DIGESTS[digest];
    if (name.startsWith("hmac_") && digestBytes !== undefined) {
      if (more.length !== 1) throw wrong(from, `${name} takes a key and a text`);
      const data = joined(more[0]!);
      return {
        digestBytes,
        evaluate: (values) => createHmac(digest, inner(values)).update(data(values)).digest(),
      };
    }
    if (more.length > 0) throw wrong(from, `${name} takes one text`);
    if (digestBytes !== undefined)
      return {
        digestBytes,
        evaluate: (values) => createHash(digest).update(inner(values)).digest(),
      };
    return this.#written(from, name, first);
  }

  /** Reads a way to write what is inside. */
  #written(from: number, name: string, parts: readonly Part[]): Part {
    const raw = rawly(parts);
    const only = parts.length === 1 ? parts[0]?.digestBytes : undefined;
    const asText = (write: (bytes: Buffer) => string): Part => ({
      evaluate:
        // The digest itself is compared by its bytes, however it is written.
        from === 0 && only !== undefined ? raw : (values) => Buffer.from(write(raw(values))),
      ...(from === 0 && only !== undefined && { digestBytes: only }),
    });
    if (name === "raw") return { evaluate: raw };
    if (name === "hex") return asText((bytes) => bytes.toString("hex"));
    if (name === "base64") return asText((bytes) => bytes.toString("base64"));
    if (name === "upper")
      return { evaluate: (values) => Buffer.from(joined(parts)(values).toString().toUpperCase()) };
    throw wrong(from, `${name} is no digest; they are ${Object.keys(DIGESTS).join(", ")}, hmac_…`);
  }

  #arguments(): Part[][] {
    const all: Part[][] = [];
    for (;;) {
      all.push(this.#parts());
      const next = this.#text[this.#at];
      if (next === undefined) throw wrong(this.#at, "a closing bracket is missing");
      this.#at += 1;
      if (next === ")") return all;
    }
  }
}

/** Joins parts; a digest among them is its hexadecimal text. */
const joined =
  (parts: readonly Part[]): Evaluate =>
  (values) =>
    Buffer.concat(
      parts.map(({ evaluate, digestBytes }) => {
        const bytes = evaluate(values);
        return digestBytes === undefined ? bytes : Buffer.from(bytes.toString("hex"));
      }),
    );

const rawly =
  (parts: readonly Part[]): Evaluate =>
  (values) =>
    Buffer.concat(parts.map(({ evaluate }) => evaluate(values)));
