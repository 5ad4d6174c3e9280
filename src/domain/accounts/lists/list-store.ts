import type { User, UserState } from "../../model.ts";
import type { StorePage } from "../../paging.ts";

/** The value that a list of users is ordered by; users of one value are ordered by id. */
export type ListKey = "createdAt" | "username" | "emailKey";

/** A user of a list: the value that the list is ordered by, and the id. */
export type ListPlace = readonly [value: string | number, id: string];

/** Which users are listed. */
export interface ListFilter {
  readonly realm: string;
  /** At least one. A lock that has ended counts as none. */
  readonly states: readonly UserState[];
  /** How the value begins that the list is ordered by; not for times. */
  readonly prefix?: string | undefined;
}

/** A list in its order. */
export interface ListRequest extends ListFilter {
  readonly key: ListKey;
  readonly isDescending: boolean;
}

/** A search for a part of a name, an address or an AccID, the newest users first. */
export interface ScanRequest {
  readonly realm: string;
  readonly states: readonly UserState[];
  /** Spellings of the part; a user with one of them is found. */
  readonly texts: readonly string[];
  /** How many users are read at most, found or not. */
  readonly most: number;
}

/** What a part of a scan has found. */
export interface Scanned {
  readonly users: readonly User[];
  /**
   * The last user that was read, when older ones are not read yet and fewer than the wanted users
   * were found. Absent: the scan found as many as wanted, or read all.
   */
  readonly stoppedAt?: ListPlace | undefined;
}

/** The lists of users for people who look through them. Each takes part of one index, in order. */
export interface UserListStore {
  listBy(list: ListRequest, page: StorePage<ListPlace>, now: number): Promise<User[]>;
  /** Counts the users of a list, up to `most`. */
  countBy(list: ListRequest, most: number, now: number): Promise<number>;
  scan(request: ScanRequest, page: StorePage<ListPlace>, now: number): Promise<Scanned>;
}
