// What the users of one API do during a move.

/** One user with an app. Each episode is a story that ends where it began. */
export interface Actor {
  /** Does what a user does in a sitting, and notes what is wrong. */
  episode(): Promise<void>;
  /** Checks that everything acknowledged still holds. */
  check(): Promise<void>;
  close(): void;
}
