/** An answer that its caller may ask for again. */
export interface KeptAnswer {
  /** A hash of the caller and its key. */
  readonly id: string;
  /** A hash of the request under a key of the server. */
  readonly request: string;
  /** The encrypted answer. */
  readonly sealed: string;
  readonly expiresAt: number;
}

export interface AnswerStore {
  /** Returns false if there is an answer with this id. */
  insert(answer: KeptAnswer): Promise<boolean>;
  find(id: string): Promise<KeptAnswer | undefined>;
  /** Removes the answer if it has expired by `now`. */
  removeExpired(id: string, now: number): Promise<void>;
}
