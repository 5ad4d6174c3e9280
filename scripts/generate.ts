// Generates gen/ and sdk/gen/ from proto/. It owns the order of the steps; what is generated is
// said in the two buf.gen.yaml.
import { execFileSync } from "node:child_process";
import { writeValidateProto } from "./validate-proto.ts";

writeValidateProto();
for (const template of ["buf.gen.yaml", "sdk/buf.gen.yaml", "src/buf.gen.yaml"])
  execFileSync("buf", ["generate", "--template", template], { stdio: "inherit" });
