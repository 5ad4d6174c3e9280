// The parameters of an authorization request. It owns the rules that hold for all of them and must
// not know their names.

/** RFC 6749 section 3.1: an empty parameter is an absent one, and none may come twice. */
export class Parameters {
  readonly pairs: readonly (readonly [string, string])[];
  readonly #values: ReadonlyMap<string, string>;

  constructor(pairs: readonly (readonly [string, string])[]) {
    this.pairs = pairs.filter(([, value]) => value !== "");
    this.#values = new Map(this.pairs);
  }

  /** The value; empty when there is none. */
  get(name: string): string {
    return this.#values.get(name) ?? "";
  }

  /** Whether one of these, or without names any at all, comes twice. */
  hasRepeated(...names: readonly string[]): boolean {
    const counted =
      names.length === 0 ? this.pairs : this.pairs.filter(([name]) => names.includes(name));
    return new Set(counted.map(([name]) => name)).size < counted.length;
  }

  /**
   * Whether one of these comes with two values: the documented APIs don't mind the same one twice.
   */
  contradicts(...names: readonly string[]): boolean {
    return names.some(
      (name) =>
        new Set(this.pairs.filter(([key]) => key === name).map(([, value]) => value)).size > 1,
    );
  }
}

/** The longest value of a parameter, and the longest `state`, in bytes. */
const MAX_BYTES = 4096;
const MAX_STATE_BYTES = 2048;

/**
 * Whether a value is short enough and holds no control character: nothing that could end a header
 * or a line of the log.
 */
export const isPlain = (value: string, maxBytes = MAX_BYTES): boolean =>
  Buffer.byteLength(value) <= maxBytes && !/\p{Cc}/u.test(value);

/** Whether the value can go back to the application as it came. */
export const isState = (value: string): boolean => isPlain(value, MAX_STATE_BYTES);
