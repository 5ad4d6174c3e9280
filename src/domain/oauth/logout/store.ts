/** A client that gets ID tokens in a session. */
export interface SessionClient {
  readonly sessionId: string;
  readonly clientId: string;
  readonly userId: string;
  readonly createdAt: number;
}

/** A client of a session that may have ended. */
export interface DueLogout extends SessionClient {
  readonly dueAt: number;
  /** How often the session may have ended. */
  readonly marks: number;
  /** How often a logout token was sent. */
  readonly tries: number;
  /** Whether the session is as it was: neither it nor the access of its user has ended. */
  readonly isLive: boolean;
}

/**
 * The clients of sessions. What ends a session, or may end one, makes its rows due in the same
 * transaction.
 */
export interface SessionClientStore {
  /** Notes a client of a session, unless it is noted. */
  note(client: SessionClient): Promise<void>;
  /** Lists what is due, the longest due first. */
  due(now: number, limit: number): Promise<DueLogout[]>;
  /** Leaves a client of a live session alone, unless the session may have ended meanwhile. */
  settle(due: DueLogout): Promise<void>;
  /**
   * Counts a try and makes the row due again at that time. Returns true to one of several processes
   * that have read the same.
   */
  claim(due: DueLogout, nextAt: number): Promise<boolean>;
  delete(client: Pick<SessionClient, "sessionId" | "clientId">): Promise<void>;
}
