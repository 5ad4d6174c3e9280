// Writes what the model says into docs/scaling.md. Run: node torture/model/run.ts
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withModel } from "./page.ts";

const FORMATTER = join(import.meta.dirname, "../../node_modules/.bin/oxfmt");
const DOCUMENT = join(import.meta.dirname, "../../docs/scaling.md");

writeFileSync(DOCUMENT, withModel(readFileSync(DOCUMENT, "utf8")));
spawnSync(FORMATTER, [DOCUMENT], { stdio: "inherit" });
