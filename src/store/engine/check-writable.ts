import type { Database } from "./database.ts";

/** How long a row of the check stays: other processes have rows of their own. */
const KEPT_MS = 3_600_000;
/** More than any transaction of a request writes. A column `text` holds 65,535 bytes. */
const LARGE_BYTES = 60_000;

/** How a process checks that the database can be written. */
export interface WriteCheck {
  /** The process, so that two never wait for one row. */
  readonly id: string;
  readonly now: number;
  /** Writes as much as the largest request would: a nearly full disk takes a small row longer. */
  readonly large: boolean;
}

/** Writes a row and commits it; rejects when that is impossible. */
export async function checkWritable(db: Database, { id, now, large }: WriteCheck): Promise<void> {
  await db
    .replaceInto("write_checks")
    .values({
      id,
      filler: large ? "x".repeat(LARGE_BYTES) : "",
      written_at: now,
      expires_at: now + KEPT_MS,
    })
    .execute();
}
