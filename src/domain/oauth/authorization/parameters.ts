/**
 * The parameters of an authorization request. An empty parameter is an absent one, and none may
 * occur twice (RFC 6749 section 3.1) but `resource`.
 */
export class Parameters {
  readonly pairs: readonly (readonly [string, string])[];
  readonly #values: ReadonlyMap<string, string>;

  constructor(pairs: readonly (readonly [string, string])[]) {
    this.pairs = pairs.filter(([, value]) => value !== "");
    this.#values = new Map(this.pairs);
  }

  /** Returns the value, or an empty text. */
  get(name: string): string {
    return this.#values.get(name) ?? "";
  }

  /** Returns all values of a parameter that may occur several times. */
  all(name: string): readonly string[] {
    return this.pairs.filter(([key]) => key === name).map(([, value]) => value);
  }

  /**
   * Returns the name of a parameter that occurs twice, of these names or of all. `resource` may
   * (RFC 8707 section 2).
   */
  repeated(...names: readonly string[]): string | undefined {
    const seen = new Set<string>();
    for (const [name] of this.pairs) {
      if (name === "resource" || (names.length > 0 && !names.includes(name))) continue;
      if (seen.has(name)) return name;
      seen.add(name);
    }
    return undefined;
  }

  /**
   * Returns whether one of these parameters has two values. The documented APIs allow the same
   * value twice.
   */
  contradicts(...names: readonly string[]): boolean {
    return names.some(
      (name) =>
        new Set(this.pairs.filter(([key]) => key === name).map(([, value]) => value)).size > 1,
    );
  }
}

/** The most bytes of a parameter's value, and of `state`. */
const MAX_BYTES = 4096;
const MAX_STATE_BYTES = 2048;

/**
 * Returns whether a value is short enough and has no control characters, which could end a header
 * or a line of the log.
 */
export const isPlain = (value: string, maxBytes = MAX_BYTES): boolean =>
  Buffer.byteLength(value) <= maxBytes && !/\p{Cc}/u.test(value);

/** Returns whether the value can go back to the client unchanged. */
export const isState = (value: string): boolean => isPlain(value, MAX_STATE_BYTES);
