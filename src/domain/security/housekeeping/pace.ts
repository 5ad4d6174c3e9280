/** How long the removal of one chunk should take: a request that waits for it waits so long. */
const TARGET_MS = 10;
/** The part of the time in which rows are removed. */
const BUSY_SHARE = 0.1;
/** No pause is longer, so that the lease doesn't end in it. */
const MAX_PAUSE_MS = 15_000;
/** The size changes at most by this factor at once, because one slow chunk means little. */
const MAX_STEP = 2;

/** How many rows may be removed at once. */
export interface ChunkSizes {
  readonly first: number;
  readonly least: number;
  readonly most: number;
}

/** Finds how many rows of one table cost little, by what they did cost. */
export class Pace {
  readonly #sizes: ChunkSizes;
  #size: number;

  constructor(sizes: ChunkSizes) {
    this.#sizes = sizes;
    this.#size = sizes.first;
  }

  /** How many rows to remove next. */
  get size(): number {
    return this.#size;
  }

  /** Learns from a chunk; returns how long to pause after it. */
  spent(milliseconds: number, removed: number): number {
    // A chunk that wasn't full says only that it was slow.
    if (removed >= this.#size || milliseconds > TARGET_MS) {
      const factor = TARGET_MS / Math.max(milliseconds, TARGET_MS / MAX_STEP);
      const size = Math.floor(this.#size * Math.max(factor, 1 / MAX_STEP));
      this.#size = Math.min(this.#sizes.most, Math.max(this.#sizes.least, size));
    }
    return Math.min(MAX_PAUSE_MS, milliseconds * (1 / BUSY_SHARE - 1));
  }
}
