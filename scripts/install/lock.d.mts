/** Runs `work` while this process, and no other, holds the lock `path`. */
export function withLock<T>(path: string, work: () => Promise<T>): Promise<T>;
