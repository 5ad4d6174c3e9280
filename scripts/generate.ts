// Generates from proto/ what the three buf.gen.yaml say: gen/, sdk/gen/, and in src/ the lists of
// documented APIs, which need gen/.
import { execFileSync } from "node:child_process";

for (const template of ["buf.gen.yaml", "sdk/buf.gen.yaml", "src/buf.gen.yaml"])
  execFileSync("buf", ["generate", "--template", template], { stdio: "inherit" });
