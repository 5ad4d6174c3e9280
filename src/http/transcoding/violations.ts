/** An invalid field, as in google.rpc.BadRequest. */
export interface Violation {
  readonly field: string;
  readonly description: string;
}

/** The most violations of one answer; after them, checks stop. */
export const MAX_VIOLATIONS = 16;

/**
 * The longest texts of an error: its message, a violation's description and its field. They bound
 * the answer, because an error may quote what the client wrote.
 */
const MAX_MESSAGE = 1024;
const MAX_DESCRIPTION = 256;
const MAX_FIELD = 128;

/** Cuts a text that a client may have written, and marks the cut with `…`. */
export const clip = (text: string, length = MAX_MESSAGE): string =>
  text.length <= length ? text : `${text.slice(0, length - 1).toWellFormed()}…`;

/** Collects violations, each once, until there are enough. */
export class Violations {
  readonly #collected = new Map<string, Violation>();

  /** Whether further violations are dropped, so that a check may stop. */
  get areEnough(): boolean {
    return this.#collected.size >= MAX_VIOLATIONS;
  }

  /** The violations in the order in which they were added. */
  get list(): readonly Violation[] {
    return [...this.#collected.values()];
  }

  add(field: string, description: string): void {
    if (this.areEnough) return;
    const violation = {
      field: clip(field, MAX_FIELD),
      description: clip(description, MAX_DESCRIPTION),
    };
    this.#collected.set(JSON.stringify(violation), violation);
  }
}
