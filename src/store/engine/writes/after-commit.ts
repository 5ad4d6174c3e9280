import { joining, onOwnTime } from "../../../domain/call-time.ts";
import type { Database } from "../database.ts";

type Work = (db: Database) => Promise<unknown>;

/** What one run of a transaction leaves to do after its commit, outside of it. */
export class AfterCommit {
  readonly #work: Work[] = [];

  add(work: Work): void {
    this.#work.push(work);
  }

  /**
   * Does it all, also when the time of the call ends meanwhile. A failure is not one of the
   * transaction, which has happened.
   */
  async run(
    db: Database,
    again: (work: () => Promise<unknown>) => Promise<unknown>,
  ): Promise<void> {
    await Promise.allSettled(
      this.#work.map((work) => joining(onOwnTime(() => again(() => work(db))))),
    );
  }
}
