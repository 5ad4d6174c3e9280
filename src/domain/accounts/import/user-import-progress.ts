// The part of the store's port that user imports use.
import type { User } from "../../model.ts";
import type { StorePage } from "../../paging.ts";

/** How far an import of users has come. */
export interface UserImportProgress {
  /** A digest of the imported file. */
  readonly id: string;
  /** Until users of this import change, this is when they were last changed. */
  readonly startedAt: number;
  /** The last line of the file, or entry of its array, that has been processed. */
  readonly lines: number;
  readonly imported: number;
  /** How many lines had a user who exists already. */
  readonly duplicates: number;
  readonly invalid: number;
  /** The length of the report of bad lines at that point. */
  readonly reportBytes: number;
}

/**
 * The values that users have, each with its user. Ids are looked up in all realms, e-mail keys and
 * names among the users of one realm who are not deleted.
 */
export interface TakenValues {
  readonly ids: ReadonlyMap<string, User>;
  readonly emailKeys: ReadonlyMap<string, User>;
  readonly usernames: ReadonlyMap<string, User>;
}

export interface UserImportStore {
  find(id: string): Promise<UserImportProgress | undefined>;
  save(progress: UserImportProgress): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** Returns which of the values users already have. */
  taken(
    realm: string,
    values: Readonly<Record<keyof TakenValues, readonly string[]>>,
  ): Promise<TakenValues>;
  /** Lists the users whose hash waits to be wrapped, by id, ascending. */
  waiting(page: StorePage): Promise<string[]>;
  /** Returns false if the user was none of them. */
  endWaiting(id: string): Promise<boolean>;
  /**
   * Inserts users whose values were not taken, and lists those whose hash waits. If one is taken
   * meanwhile, the whole transaction runs again.
   */
  insert(users: readonly User[]): Promise<void>;
}
