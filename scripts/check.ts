// The fast lane: the checks of the TypeScript code, and the unit tests of the domain and of HTTP.
import { CHECKS } from "./checks.ts";
import { runSuite } from "./suite.ts";

/** The checks of the contract, of generated code and of packages, which change less often. */
const OTHERS = /contract|generated|breaking|SDK|package/i;

/** Tests that wait for timers, floods or many hashes. */
const SLOW = [
  "test/domain/passwords/**",
  "test/domain/security/overload.test.ts",
  "test/http/server/**",
];

await runSuite(
  CHECKS.filter(({ name }) => !OTHERS.test(name)),
  ["test/domain", "test/http", ...SLOW.flatMap((glob) => ["--exclude", glob])],
);
