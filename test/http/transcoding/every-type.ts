// A message with a field of every type, as the vectors about queries want it.
import type { Contract, Fields } from "../contract.ts";

const FIELDS: Fields = {
  double_value: "double",
  float_value: "float",
  int32_value: "int32",
  int64_value: "int64",
  uint32_value: "uint32",
  uint64_value: "uint64",
  bool_value: "bool",
  string_value: "string",
  bytes_value: "bytes",
  enum_value: "enum Letter",
  repeated_value: "repeated string",
  repeated_enum: "repeated enum Letter",
  timestamp_value: "google.protobuf.Timestamp",
  duration_value: "google.protobuf.Duration",
  fieldmask_value: "google.protobuf.FieldMask",
  wrapper_bool_value: "google.protobuf.BoolValue",
  wrapper_int64_value: "google.protobuf.Int64Value",
  wrapper_string_value: "google.protobuf.StringValue",
  wrapper_bytes_value: "google.protobuf.BytesValue",
  optional_string_value: "optional string",
  map_value: "map<string,string>",
  nested: "EveryType",
  repeated_message: "repeated EveryType",
  struct_value: "google.protobuf.Struct",
  oneof_bool_value: { type: "bool", oneof: "oneof_value" },
  oneof_string_value: { type: "string", oneof: "oneof_value" },
};

/**
 * Takes the message by GET in the query, by POST in the body, and answers it; forms are read too.
 */
export const everyType: Contract = {
  messages: { EveryType: FIELDS, Nothing: {} },
  enums: { Letter: ["X", "Y", "Z"] },
  methods: {
    Query: { input: "EveryType", output: "Nothing", http: { get: "/query" } },
    Json: { input: "EveryType", output: "Nothing", http: { post: "/json", body: "*" } },
    Form: {
      input: "EveryType",
      output: "Nothing",
      http: { post: "/form", body: "*" },
      dialect: {
        bodyEncodings: ["BODY_ENCODING_FORM", "BODY_ENCODING_MULTIPART", "BODY_ENCODING_JSON"],
      },
    },
    NestedForm: {
      input: "EveryType",
      output: "Nothing",
      http: { post: "/nested", body: "nested" },
      dialect: { bodyEncodings: ["BODY_ENCODING_FORM"] },
    },
    Path: {
      input: "EveryType",
      output: "Nothing",
      http: {
        get: "/bytes/{bytes_value}",
        additionalBindings: [
          { get: "/time/{timestamp_value}" },
          { get: "/int64/{nested.int64_value}" },
        ],
      },
    },
  },
};
