import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/**
 * The files that take longest, those that take longest first: begun last, they would run on while
 * the other cores have nothing to do.
 */
const LONG = [
  "move/move",
  "web/accessibility",
  "races/races",
  "process/start",
  "store/engine/processes",
  "process/workers",
  "protocols/streams",
  "fuzz/requests",
  "web/injection",
  "web/account/account-walk",
  "transcripts/zimoxy",
  "transcripts/kokids",
  "durability/backup",
];

/** How late a file may begin. */
function place({ moduleId }: TestSpecification): number {
  const found = LONG.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
  return found < 0 ? LONG.length : found;
}

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/mariadb.ts",
    // They end what hangs. A machine that is starved for minutes must not fail a test by them.
    testTimeout: 300_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    // On a starved machine a burst or a deadline can come too late. The report names what was tried
    // twice; a fault fails both times.
    retry: 1,
    // Much of the time is waiting: for a browser, a database, a process that starts. One worker
    // more than cores keeps them all at work.
    maxWorkers: availableParallelism() + 1,
    // A third of the work would be reading the same modules again for each file; no test changes
    // what another one reads.
    isolate: false,
    sequence: { sequencer: LongestFirst },
  },
});
