// Generates gen/ from proto/. It owns the order of the steps; what is generated is said in buf.gen.yaml.
import { execFileSync } from "node:child_process";
import { writeValidateProto } from "./validate-proto.ts";

writeValidateProto();
execFileSync("buf", ["generate"], { stdio: "inherit" });
