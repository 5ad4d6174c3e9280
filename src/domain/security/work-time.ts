/** How much one more measurement counts: RFC 6298 section 2. */
const MEAN_WEIGHT = 1 / 8;
const DEVIATION_WEIGHT = 1 / 4;
/** How many deviations more than the mean are rarely exceeded. */
const DEVIATIONS = 2;

/** How long a piece of work takes of late, in milliseconds. */
export class WorkTime {
  readonly #longest: number;
  #mean: number | undefined;
  #deviation = 0;

  /** No measurement counts as more than `longest`: a process that was stopped measures hours. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** Undefined before the first measurement. */
  get mean(): number | undefined {
    return this.#mean;
  }

  /** What work rarely exceeds; 0 before the first measurement. */
  get usual(): number {
    return (this.#mean ?? 0) + DEVIATIONS * this.#deviation;
  }

  /** Learns from one piece of work. */
  took(milliseconds: number): void {
    const measured = Math.min(milliseconds, this.#longest);
    if (this.#mean === undefined) {
      this.#mean = measured;
      this.#deviation = measured / 2;
      return;
    }
    const difference = measured - this.#mean;
    this.#deviation += DEVIATION_WEIGHT * (Math.abs(difference) - this.#deviation);
    this.#mean += MEAN_WEIGHT * difference;
  }
}
