import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: "test/mariadb.ts",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Much of the time is waiting: for a browser, a database, a process that starts. On two cores vitest would take one.
    maxWorkers: Math.max(2, availableParallelism()),
    // A third of the work would be reading the same modules again for each file; no test changes what another one reads.
    isolate: false,
  },
});
