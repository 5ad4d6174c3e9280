// Contracts for tests, built in memory from a short notation for messages and services.
import {
  create,
  createFileRegistry,
  createRegistry,
  fromJson,
  type DescFile,
  type DescMessage,
  type DescService,
  type JsonObject,
} from "@bufbuild/protobuf";
import { protoCamelCase } from "@bufbuild/protobuf/reflect";
import {
  file_google_protobuf_duration,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  FileDescriptorProtoSchema,
} from "@bufbuild/protobuf/wkt";
import { file_google_api_annotations } from "../../gen/google/api/annotations_pb.ts";
import { file_google_api_http } from "../../gen/google/api/http_pb.ts";
import { file_google_api_httpbody } from "../../gen/google/api/httpbody_pb.ts";
import { file_wire_v1_wire } from "../../gen/wire/v1/wire_pb.ts";

const IMPORTS: readonly DescFile[] = [
  file_google_protobuf_duration,
  file_google_protobuf_field_mask,
  file_google_protobuf_struct,
  file_google_protobuf_timestamp,
  file_google_protobuf_wrappers,
  file_google_api_http,
  file_google_api_annotations,
  file_google_api_httpbody,
  file_wire_v1_wire,
];

const SCALARS = [
  "double",
  "float",
  "int32",
  "int64",
  "uint32",
  "uint64",
  "bool",
  "string",
  "bytes",
];

/**
 * A field: its type as in a proto file (`repeated string`, `optional bool`, `Other`, `enum Color`),
 * or that and more.
 */
export type Field =
  | string
  | {
      readonly type: string;
      readonly json?: string;
      readonly oneof?: string;
      readonly source?: JsonObject;
    };

/** The names of the fields with their types; numbers are given in this order. */
export type Fields = Readonly<Record<string, Field>>;

/** A method: what it takes and answers, and its options. */
export interface Method {
  readonly input: string;
  readonly output: string;
  readonly http?: JsonObject;
  readonly dialect?: JsonObject;
  readonly streaming?: boolean;
  /** Whether it has no side effects. */
  readonly safe?: boolean;
}

/** What a contract declares, all of it in the package `test`. */
export interface Contract {
  readonly messages: Readonly<Record<string, Fields>>;
  readonly enums?: Readonly<Record<string, readonly string[]>>;
  readonly dialect?: JsonObject;
  readonly methods?: Readonly<Record<string, Method>>;
}

/** Builds a contract with one service. */
export function buildContract({ messages, enums = {}, dialect, methods = {} }: Contract): {
  service: DescService;
  message(name: string): DescMessage;
} {
  const file = fromJson(
    FileDescriptorProtoSchema,
    {
      name: "test.proto",
      package: "test",
      syntax: "proto3",
      dependency: IMPORTS.map(({ proto }) => proto.name),
      enumType: Object.entries(enums).map(([name, values]) => ({
        name,
        value: values.map((value, number) => ({ name: value, number })),
      })),
      messageType: Object.entries(messages).map(([name, fields]) => messageJson(name, fields)),
      service: [
        {
          name: "Service",
          options: { ...(dialect && { "[wire.v1.dialect]": dialect }) },
          method: Object.entries(methods).map(([name, method]) => methodJson(name, method)),
        },
      ],
    },
    { registry: createRegistry(...IMPORTS) },
  );
  // Through the wire format, so that options are where a generated file has them.
  const registry = createFileRegistry(create(FileDescriptorProtoSchema, file), (name) =>
    IMPORTS.find(({ proto }) => proto.name === name),
  );
  const get = <Found>(found: Found | undefined): Found => {
    if (found === undefined) throw new Error("the test's contract has no such thing");
    return found;
  };
  return {
    service: get(registry.getService("test.Service")),
    message: (name) => get(registry.getMessage(`test.${name}`)),
  };
}

function messageJson(name: string, fields: Fields): JsonObject {
  const entries = Object.entries(fields).map(
    ([fieldName, field]) =>
      [fieldName, typeof field === "string" ? { type: field } : field] as const,
  );
  const groups = [...new Set(entries.flatMap(([, { oneof }]) => oneof ?? []))];
  const optional = entries
    .filter(([, { type }]) => type.startsWith("optional "))
    .map(([fieldName]) => fieldName);
  const maps = entries.filter(([, { type }]) => type.startsWith("map<"));
  return {
    name,
    field: entries.map(([fieldName, { type, json, oneof, source }], index) => ({
      name: fieldName,
      number: index + 1,
      ...typeJson(name, fieldName, type),
      jsonName: json ?? protoCamelCase(fieldName),
      ...(oneof && { oneofIndex: groups.indexOf(oneof) }),
      ...(type.startsWith("optional ") && {
        proto3Optional: true,
        oneofIndex: groups.length + optional.indexOf(fieldName),
      }),
      ...(source && { options: { "[wire.v1.source]": source } }),
    })),
    nestedType: maps.map(([fieldName]) => ({
      ...messageJson(entryName(fieldName), { key: "string", value: "string" }),
      options: { mapEntry: true },
    })),
    oneofDecl: [...groups, ...optional.map((fieldName) => `_${fieldName}`)].map((each) => ({
      name: each,
    })),
  };
}

function typeJson(message: string, field: string, type: string): JsonObject {
  const label =
    type.startsWith("repeated ") || type.startsWith("map<") ? "LABEL_REPEATED" : "LABEL_OPTIONAL";
  const bare = type.replace(/^(?:repeated|optional) /, "");
  if (SCALARS.includes(bare)) return { label, type: `TYPE_${bare.toUpperCase()}` };
  if (bare.startsWith("enum "))
    return { label, type: "TYPE_ENUM", typeName: `.test.${bare.slice(5)}` };
  const typeName = bare.startsWith("map<")
    ? `.test.${message}.${entryName(field)}`
    : bare.includes(".")
      ? `.${bare}`
      : `.test.${bare}`;
  return { label, type: "TYPE_MESSAGE", typeName };
}

/** The name that protoc gives to the message behind a map. */
const entryName = (field: string): string =>
  `${field.replace(/(?:^|_)(\w)/g, (_, letter: string) => letter.toUpperCase())}Entry`;

function methodJson(
  name: string,
  { input, output, http, dialect, streaming, safe }: Method,
): JsonObject {
  const typeName = (type: string): string => (type.includes(".") ? `.${type}` : `.test.${type}`);
  return {
    name,
    inputType: typeName(input),
    outputType: typeName(output),
    ...(streaming && { serverStreaming: true }),
    options: {
      ...(safe && { idempotencyLevel: "NO_SIDE_EFFECTS" }),
      ...(http && { "[google.api.http]": http }),
      ...(dialect && { "[wire.v1.overrides]": dialect }),
    },
  };
}
