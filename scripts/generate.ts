// Generates gen/ from proto/. It owns the order of the steps; what is generated is said in buf.gen.yaml.
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { file_buf_validate_validate as validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { printProto } from "./print-proto.ts";

// No registry is needed: the package that checks the rules also holds their descriptor.
mkdirSync(".buf/validate/buf/validate", { recursive: true });
writeFileSync(".buf/validate/buf/validate/validate.proto", printProto(validate));
execFileSync("buf", ["generate"], { stdio: "inherit" });
