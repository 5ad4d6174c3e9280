// buf/validate/validate.proto, which no package ships as source. It owns where buf.yaml looks for
// it, and takes it from the descriptor in @bufbuild/protovalidate, so that no registry is needed.
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { file_buf_validate_validate as validate } from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { printProto } from "./print-proto.ts";

const FOLDER = ".buf/validate/buf/validate";
const PATH = `${FOLDER}/validate.proto`;

/** Writes the file unless it is there; in one step, because a second run may be reading it. */
export function writeValidateProto(): void {
  const source = printProto(validate);
  if (existsSync(PATH) && readFileSync(PATH, "utf8") === source) return;
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(`${PATH}.${process.pid}`, source);
  renameSync(`${PATH}.${process.pid}`, PATH);
}
