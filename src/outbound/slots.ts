/** Bounds how many requests are under way: at all, and to one network. */
export class Slots {
  readonly #total: number;
  readonly #perKey: number;
  readonly #taken = new Map<string, number>();
  #all = 0;

  constructor(total: number, perKey: number) {
    this.#total = total;
    this.#perKey = perKey;
  }

  /** Takes a slot, and returns the function that frees it; undefined if there is none. */
  take(key: string): (() => void) | undefined {
    const taken = this.#taken.get(key) ?? 0;
    if (this.#all >= this.#total || taken >= this.#perKey) return undefined;
    this.#all++;
    this.#taken.set(key, taken + 1);
    return () => {
      this.#all--;
      const left = (this.#taken.get(key) ?? 1) - 1;
      if (left === 0) this.#taken.delete(key);
      else this.#taken.set(key, left);
    };
  }
}
