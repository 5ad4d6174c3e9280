/** Why the database could not be used. */
export interface StoreFailure {
  readonly cause: (typeof STORE_FAILURES)[number];
  /** The driver's code. It contains nothing of a statement. */
  readonly code: string;
}

/** The causes of failures of the database. */
export const STORE_FAILURES = [
  "disk_full",
  "read_only",
  "unreachable",
  "locked",
  "timeout",
  "other",
] as const;

/** Why a process uses another host of the database. */
export const HOST_CHANGES = ["failed", "returned"] as const;

/** A change from one host of the database to another. */
export interface HostChange {
  readonly from: string;
  readonly to: string;
  /** `failed`: the one before takes no writes. `returned`: one that is preferred is well again. */
  readonly reason: (typeof HOST_CHANGES)[number];
  /** What was wrong with the one before: a code, or the name of a variable; otherwise empty. */
  readonly why: string;
}

/** The port to telemetry. Its methods must be quick and must not throw. */
export interface Instrumentation {
  /** Runs the hashing or checking of one password. */
  hash<T>(work: () => Promise<T>): Promise<T>;
  /** Records that a call was refused because too many wait for hashing. */
  hashRefused(): void;
  /** Runs one transaction, with all its retries. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** Records a statement; `kind` is its first word. */
  statement(kind: string, milliseconds: number, failed: boolean): void;
  /** Records a retry after a conflict with another transaction. */
  retried(): void;
  /** Records that a call failed because the database could not be used. */
  storeFailed(failure: StoreFailure): void;
  /** Records that another process keeps the lock of an embedded database for long. */
  lockAwaited(): void;
  /** Records that another host of the database is used. */
  hostChanged(change: HostChange): void;
  /** Records a sign-in; `reason` is empty if it succeeded. */
  signedIn(reason: string): void;
  /** Records that a client has received tokens by this grant type. */
  issued(grant: string): void;
}

const nothing = (): void => undefined;

/** Discards everything. */
export const noInstrumentation: Instrumentation = {
  hash: (work) => work(),
  hashRefused: nothing,
  transaction: (work) => work(),
  statement: nothing,
  retried: nothing,
  storeFailed: nothing,
  lockAwaited: nothing,
  hostChanged: nothing,
  signedIn: nothing,
  issued: nothing,
};

/** How many workers of a bounded set are busy, and how many calls wait for one. */
export interface Load {
  readonly busy: number;
  readonly waiting: number;
}
