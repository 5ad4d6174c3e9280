// proto/buf/validate/validate.proto is a copy of what @bufbuild/protovalidate evaluates.
import { createFileRegistry, type DescField, fromBinary } from "@bufbuild/protobuf";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import * as validate from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";

const ROOT = join(import.meta.dirname, "../..");

const printField = (field: DescField): string =>
  [
    field.toString(),
    field.number,
    field.fieldKind,
    field.scalar,
    field.message?.typeName,
    field.enum?.typeName,
    field.oneof?.name,
    field.proto.label,
  ].join(" ");

const published = validate.file_buf_validate_validate;
type File = typeof published;

const printFile = ({ messages, enums, extensions }: File): string[] => [
  ...messages.flatMap(({ fields }) => fields.map(printField)),
  ...enums.flatMap(({ values }) => values.map((value) => `${value.toString()} ${value.number}`)),
  ...extensions.map(
    ({ typeName, number, extendee, message }) =>
      `${typeName} ${number} ${extendee.typeName} ${message?.typeName}`,
  ),
];

test("the copy of validate.proto declares what the package declares", () => {
  const image = execFileSync("buf", ["build", "proto", "-o", "-"], { cwd: ROOT });
  const copy = createFileRegistry(fromBinary(FileDescriptorSetSchema, image)).getFile(
    "buf/validate/validate.proto",
  );
  const declared = printFile(published);
  expect(declared.length).toBeGreaterThan(100);
  expect(printFile(copy!)).toEqual(declared);
});
