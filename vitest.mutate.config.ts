import { defineConfig } from "vitest/config";

/** For `npm run mutate`: the tests that call src/domain and src/http within their own process. */
export default defineConfig({
  test: {
    include: ["domain", "http", "identity", "oauth", "legacy", "rpc", "telemetry", "web/*"].map(
      (folder) => `test/${folder}/**/*.test.ts`,
    ),
    exclude: [
      // They need a browser or other processes.
      "test/web/**/*-walk.test.ts",
      "test/web/oauth/libraries.test.ts",
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
