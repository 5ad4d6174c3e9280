/**
 * A map that keeps at most so many entries. It removes first what was neither set nor read for the
 * longest time, so that a flood of others doesn't remove an entry in use.
 */
export class BoundedMap<Value> {
  readonly #most: number;
  readonly #entries = new Map<string, Value>();

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): Value | undefined {
    const value = this.#entries.get(key);
    if (value !== undefined) this.#move(key, value);
    return value;
  }

  set(key: string, value: Value): void {
    this.#move(key, value);
    if (this.#entries.size > this.#most) this.#entries.delete(this.#entries.keys().next().value!);
  }

  /** Makes an entry the last to be removed. */
  #move(key: string, value: Value): void {
    this.#entries.delete(key);
    this.#entries.set(key, value);
  }
}
