// Looks for secrets in bytes, in each form in which a program may have written them.

/** How many bytes are compared first; each form has more. */
const KEY = 8;

/** Secrets by the bytes that would betray them. */
export class Needles {
  readonly #forms = new Map<string, { readonly name: string; readonly bytes: string }[]>();
  count = 0;

  /** Adds a secret of so many random bytes that no other text has it by chance. */
  add(name: string, bytes: Buffer): void {
    if (bytes.length < KEY) throw new Error(`${name} is too short to be found`);
    this.count++;
    const hex = bytes.toString("hex");
    const base64 = bytes.toString("base64").replace(/=+$/, "");
    const forms = [bytes.toString("latin1"), hex, hex.toUpperCase(), base64];
    for (const form of new Set([...forms, bytes.toString("base64url")])) {
      const key = form.slice(0, KEY);
      const known = this.#forms.get(key) ?? [];
      known.push({ name, bytes: form });
      this.#forms.set(key, known);
    }
  }

  /** Returns the names of the secrets that the bytes hold. */
  in(bytes: Buffer): string[] {
    const text = bytes.toString("latin1");
    const found = new Set<string>();
    for (let at = 0; at + KEY <= text.length; at++)
      for (const form of this.#forms.get(text.slice(at, at + KEY)) ?? [])
        if (text.startsWith(form.bytes, at)) found.add(form.name);
    return [...found].toSorted();
  }
}
