/** Who answers: the predecessor, Latchkey that asks the predecessor, or Latchkey alone. */
export const STAGES = ["mirror", "fallback", "own"] as const;
export type Stage = (typeof STAGES)[number];

/** The stage of an API as an operator has set it. */
export interface StageSetting {
  readonly api: string;
  readonly stage: Stage;
  /** The stage of the users whom `percent` and `only` leave out. */
  readonly before: Stage;
  /** The share of users who are in `stage`, from 0 to 100. */
  readonly percent: number;
  /** Parameters and values, one of which puts a user into `stage` without regard to the share. */
  readonly only: readonly { readonly name: string; readonly value: string }[];
  readonly changedAt: number;
}
