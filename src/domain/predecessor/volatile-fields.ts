import { ticks } from "../clock.ts";
import type { ObservationStore, VolatileField } from "./observation-store.ts";

/** How old the list may be: an operator's find is followed within this time. */
const FRESH_MS = 10_000;

const keyOf = ({ api, route, field }: VolatileField): string => [api, route, field].join("\n");

/** The fields that an operator has found to differ between two answers of the predecessor. */
export class VolatileFields {
  readonly #store: { readonly observations: Pick<ObservationStore, "volatileFields"> };
  #known: ReadonlySet<string> = new Set();
  #readAt = -Infinity;

  constructor(store: { readonly observations: Pick<ObservationStore, "volatileFields"> }) {
    this.#store = store;
  }

  /** Reads the list again if it is old. */
  async refresh(): Promise<void> {
    if (ticks() - this.#readAt < FRESH_MS) return;
    this.#readAt = ticks();
    this.#known = new Set((await this.#store.observations.volatileFields()).map(keyOf));
  }

  has(field: VolatileField): boolean {
    return this.#known.has(keyOf(field));
  }
}
