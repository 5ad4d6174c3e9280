// The wrong fields of a request. It owns how many of them are told and how long what is told may
// be, so that no request is answered with more than it takes, and must not know what makes a field
// wrong.

/** A field that cannot be what the request says. */
export interface Violation {
  readonly field: string;
  readonly description: string;
}

/** More wrong fields than this are not told, and not looked for. */
export const MAX_VIOLATIONS = 16;

/** How long what is told may be: a message, a reason within it, and the path of a field. */
const MAX_MESSAGE = 1024;
const MAX_DESCRIPTION = 256;
const MAX_FIELD = 128;

/** The beginning of a text that a caller may have written, with a sign where it goes on. */
export const clip = (text: string, length = MAX_MESSAGE): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;

/** Collects wrong fields until there are enough. */
export class Violations {
  readonly #told = new Map<string, Violation>();

  /** Whether nothing more is told: whatever looks for more may stop. */
  get areEnough(): boolean {
    return this.#told.size >= MAX_VIOLATIONS;
  }

  /** Each once, as they came. */
  get list(): readonly Violation[] {
    return [...this.#told.values()];
  }

  add(field: string, description: string): void {
    if (this.areEnough) return;
    const told = { field: clip(field, MAX_FIELD), description: clip(description, MAX_DESCRIPTION) };
    this.#told.set(JSON.stringify(told), told);
  }
}
