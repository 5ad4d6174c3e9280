// Prints docs/conformance.md from the titles of the tests. Run: npm run conformance
import { spawnSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { conformanceDocument, DOCUMENT, findTests } from "../test/conformance/document.ts";

await writeFile(DOCUMENT, conformanceDocument());
spawnSync("oxfmt", [DOCUMENT], { stdio: "inherit" });
const missing = findTests().filter(({ state }) => state === "not yet");
for (const { module } of missing) console.log(`not yet: ${module.name}`);
console.log(`${missing.length} modules have no test`);
