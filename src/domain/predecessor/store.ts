import type { StageSetting } from "./stage.ts";

export interface StageStore {
  /** Lists the settings of all APIs that have one. */
  list(): Promise<StageSetting[]>;
  /** Stores the setting of its API. */
  save(setting: StageSetting): Promise<void>;
}

/** A value that a user had, as a keyed hash. */
export interface FormerIdentifier {
  readonly hash: string;
  readonly notedAt: number;
  readonly expiresAt: number;
}

export interface FormerIdentifierStore {
  /** Notes values; one that is noted already gets the new times. */
  note(identifiers: readonly FormerIdentifier[]): Promise<void>;
  /** Finds those of the values that are noted. */
  find(hashes: readonly string[]): Promise<FormerIdentifier[]>;
}
