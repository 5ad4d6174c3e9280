// What an import of users needs kept: how far it has come, and users by the thousand. It belongs to
// store.ts, whose rules it follows, and must not know how an import goes.
import type { User } from "../model.ts";

/** How far an import of users has come. */
export interface UserImportProgress {
  /** What is imported: a digest of the file. */
  readonly id: string;
  /** Users of this import were last changed then, until they change. */
  readonly startedAt: number;
  /** Up to which line of the file. */
  readonly lines: number;
  readonly imported: number;
  /** How many lines had a user who is there already. */
  readonly duplicates: number;
  readonly invalid: number;
  /** How long the report of bad lines was then. */
  readonly reportBytes: number;
}

/**
 * When the users who have a value were last changed, by value: ids anywhere, e-mail keys and names
 * of live users of a realm.
 */
export interface TakenValues {
  readonly ids: ReadonlyMap<string, number>;
  readonly emailKeys: ReadonlyMap<string, number>;
  readonly usernames: ReadonlyMap<string, number>;
}

/** Users by the thousand, and how far that has come. */
export interface UserImportStore {
  find(id: string): Promise<UserImportProgress | undefined>;
  save(progress: UserImportProgress): Promise<void>;
  delete(id: string): Promise<boolean>;
  /** Which of the values users have. */
  taken(
    realm: string,
    values: Readonly<Record<keyof TakenValues, readonly string[]>>,
  ): Promise<TakenValues>;
  /**
   * Puts in users whose values were not taken; a transaction in which one is taken meanwhile is
   * done again.
   */
  insert(users: readonly User[]): Promise<void>;
}
