import { defineConfig } from "vitest/config";

/** For `npm run mutate`: the tests that call src/domain and src/http within their own process. */
export default defineConfig({
  test: {
    include: [
      ...["domain", "http", "identity", "oauth", "legacy"].map(
        (folder) => `test/${folder}/**/*.test.ts`,
      ),
      // The flow of an authorization is reached by pages alone; these tests need no browser.
      "test/web/oauth/{authorization-endpoint,consent-changes}.test.ts",
    ],
    exclude: [
      // They wait for timers and floods for longer than for what they test.
      "test/http/server/{leaving-clients,http2-flood-guard}*.test.ts",
      "test/legacy/scripts.test.ts",
    ],
    globalSetup: "test/mariadb.ts",
    testTimeout: 30_000,
    hookTimeout: 30_000,
    // Stryker loses the coverage of all files but the first when they share their modules.
    isolate: true,
  },
});
