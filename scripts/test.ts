// Runs every check and every test; arguments go to vitest.
import { CHECKS } from "./checks.ts";
import { runSuite } from "./suite.ts";

await runSuite(CHECKS, process.argv.slice(2));
