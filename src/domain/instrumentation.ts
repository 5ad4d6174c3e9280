// What the process tells of its own work while it does it. It owns the words, and must not know who
// listens: nothing that is told here decides anything, and a test needs none of it.

/** Hears of work; must be quick and never throw. */
export interface Instrumentation {
  /** Does the hashing or checking of one password. */
  hash<T>(work: () => Promise<T>): Promise<T>;
  /** A password was refused unhashed because too many waited. */
  hashRefused(): void;
  /** Does one transaction, with all its tries. */
  transaction<T>(work: () => Promise<T>): Promise<T>;
  /** A statement has been made; `kind` is its first word. */
  statement(kind: string, milliseconds: number, failed: boolean): void;
  /** Work on the database is done again because something else was in the way. */
  retried(): void;
  /** Somebody has proved with a password who they are, or not; `reason` is empty when they have. */
  signedIn(reason: string): void;
  /** A client has got tokens by this grant. */
  issued(grant: string): void;
}

const nothing = (): void => undefined;

/** Tells nobody. */
export const noInstrumentation: Instrumentation = {
  hash: (work) => work(),
  hashRefused: nothing,
  transaction: (work) => work(),
  statement: nothing,
  retried: nothing,
  signedIn: nothing,
  issued: nothing,
};

/** How many of some bounded kind are at work, and how many wait. */
export interface Load {
  readonly busy: number;
  readonly waiting: number;
}
