import { invalidField } from "../errors.ts";

/** The fields of a line, as they were parsed. */
export type LineFields = Readonly<Record<string, unknown>>;

const FIELD_NAME = /^[A-Za-z_]{1,64}$/;
const TIME = /^\d{4}-\d\d-\d\d([Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d))?$/;
/** Visible ASCII: what ids and tokens of other servers are made of. */
const VISIBLE = /^[\x21-\x7e]+$/;
const HEX_DIGEST = /^[0-9a-f]{64}$/i;
const MAX_ITEMS = 200;

/** Reads the fields of a line; each method rejects a value of a wrong form by its field. */
export class StateFields {
  readonly #fields: LineFields;

  /** Rejects a field that the kind doesn't have. */
  constructor(fields: LineFields, names: readonly string[]) {
    this.#fields = fields;
    const unknown = Object.keys(fields).find((name) => name !== "kind" && !names.includes(name));
    if (unknown !== undefined)
      throw invalidField(
        FIELD_NAME.test(unknown) ? unknown : "",
        `is not a field of this kind; the fields are ${names.join(", ")}`,
      );
  }

  has(name: string): boolean {
    return (this.#fields[name] ?? "") !== "";
  }

  /** True or false; false when absent. */
  isTrue(name: string): boolean {
    const value = this.#fields[name] ?? false;
    if (typeof value !== "boolean") throw invalidField(name, "is neither true nor false");
    return value;
  }

  /** A text; empty when absent. */
  text(name: string, most = 1024): string {
    const value = this.#fields[name] ?? "";
    if (typeof value !== "string") throw invalidField(name, "is not a text");
    if (value.length > most) throw invalidField(name, `is longer than ${most} characters`);
    if (/[\p{Cc}\p{Cs}]/u.test(value)) throw invalidField(name, "holds control characters");
    return value;
  }

  /** A text that must be there. */
  needed(name: string, most?: number): string {
    const text = this.text(name, most);
    if (text === "") throw invalidField(name, "is needed");
    return text;
  }

  /** An id of another server. */
  id(name: string, most: number): string {
    const text = this.needed(name, most);
    if (!VISIBLE.test(text)) throw invalidField(name, "holds other characters than visible ASCII");
    return text;
  }

  /** A secret of up to 1,024 bytes, which may hold any characters. */
  secret(name: string): string {
    const value = this.#fields[name] ?? "";
    if (typeof value !== "string") throw invalidField(name, "is not a text");
    if (Buffer.byteLength(value) > 1024) throw invalidField(name, "is longer than 1024 bytes");
    if (/\p{Cs}/u.test(value)) throw invalidField(name, "holds half a character");
    return value;
  }

  /**
   * The hash of a secret as it is stored: of the secret in clear, or of its SHA-256 in hexadecimal
   * digits. Undefined when neither is there.
   */
  hash(
    name: string,
    hashOf: (secret: string) => string,
  ): { readonly hash: string; readonly secret: string | undefined } | undefined {
    const digest = `${name}_sha256`;
    if (this.has(name) && this.has(digest))
      throw invalidField(digest, `and ${name} are both there; one of them is needed`);
    if (this.has(name)) {
      const secret = this.secret(name);
      return { hash: hashOf(secret), secret };
    }
    if (!this.has(digest)) return undefined;
    const hex = this.text(digest, 64);
    if (!HEX_DIGEST.test(hex)) throw invalidField(digest, "is not 64 hexadecimal digits");
    return { hash: Buffer.from(hex, "hex").toString("base64url"), secret: undefined };
  }

  /** A list of texts; empty when absent. */
  list(name: string): string[] {
    const value = this.#fields[name] ?? [];
    if (!Array.isArray(value) || value.length > MAX_ITEMS)
      throw invalidField(name, `is not a list of at most ${MAX_ITEMS} texts`);
    return value.map((item: unknown) => {
      if (typeof item !== "string" || item === "" || /[\p{Cc}\p{Cs}]/u.test(item))
        throw invalidField(name, "holds an item that is no text, or an empty one");
      return item;
    });
  }

  /** A list of objects; empty when absent. */
  objects(name: string): readonly Readonly<Record<string, unknown>>[] {
    const value = this.#fields[name] ?? [];
    const isItem = (item: unknown): item is Readonly<Record<string, unknown>> =>
      typeof item === "object" && item !== null && !Array.isArray(item);
    if (!Array.isArray(value) || value.length > MAX_ITEMS || !value.every(isItem))
      throw invalidField(name, `is not a list of at most ${MAX_ITEMS} objects`);
    return value;
  }

  /** An object of few members; empty when absent. */
  object(name: string): Readonly<Record<string, unknown>> {
    const value = this.#fields[name] ?? {};
    const isObject = typeof value === "object" && !Array.isArray(value);
    if (!isObject || Object.keys(value).length > MAX_ITEMS)
      throw invalidField(name, "is not an object");
    return value as Readonly<Record<string, unknown>>;
  }

  /** A whole number as a number or as digits; undefined when absent. */
  integer(name: string): bigint | undefined {
    const value = this.#fields[name] ?? "";
    if (value === "") return undefined;
    const text =
      typeof value === "number" && Number.isSafeInteger(value) ? String(value) : (value as string);
    if (typeof text !== "string" || !/^-?\d{1,19}$/.test(text))
      throw invalidField(name, "is not a whole number");
    return BigInt(text);
  }

  /** The number of a group, which must be there. */
  group(name: string): bigint {
    const number = this.integer(name);
    if (number === undefined) throw invalidField(name, "is needed");
    return requireGroup(name, number);
  }

  /** The number of a group; 0 when absent. */
  optionalGroup(name: string): bigint {
    const number = this.integer(name) ?? 0n;
    return number === 0n ? number : requireGroup(name, number);
  }

  /** A time in milliseconds since 1970; undefined when absent. */
  time(name: string): number | undefined {
    const text = this.text(name, 64);
    if (text === "") return undefined;
    const time = TIME.test(text) ? Date.parse(text.replace(" ", "T")) : Number.NaN;
    if (!(time >= 0)) throw invalidField(name, "is not an RFC 3339 time");
    return time;
  }
}

function requireGroup(name: string, number: bigint): bigint {
  if (number < 1n || number > BigInt(Number.MAX_SAFE_INTEGER))
    throw invalidField(name, "is no number from 1 to 2^53 - 1");
  return number;
}
