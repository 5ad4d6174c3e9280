// google.rpc.Status: the body of a failure unless a dialect declares another one.
import type { DescMessage, JsonObject } from "@bufbuild/protobuf";
import {
  BadRequestSchema,
  ErrorInfoSchema,
  RetryInfoSchema,
} from "../../gen/google/rpc/error_details_pb.ts";
import type { Schemas, Shape } from "./schemas.ts";

const NAME = "google.rpc.Status";

/** The reference to it. */
export const STATUS: JsonObject = { $ref: `#/components/schemas/${NAME}` };

const SHAPE: Shape = { isInput: false, protoFieldNames: false, omitDefaultValues: true };

/** Adds it to the named schemas. */
export function addStatus(schemas: Schemas): void {
  const detail = (desc: DescMessage): JsonObject => {
    const { properties, ...rest } = schemas.message(desc, SHAPE);
    const type = { type: "string", const: `type.googleapis.com/${desc.typeName}` };
    return schemas.named(desc.typeName, desc.typeName, () => ({
      ...rest,
      properties: { "@type": type, ...(properties as JsonObject) },
      required: ["@type"],
    }));
  };
  schemas.named(NAME, NAME, () => ({
    type: "object",
    description: "Why a call failed. `ErrorInfo.reason` is for programs, `message` for people.",
    properties: {
      code: {
        type: "integer",
        format: "int32",
        description: "The gRPC code, a number of google.rpc.Code.",
      },
      message: { type: "string", description: "What went wrong, in English." },
      details: {
        type: "array",
        description:
          "Always ErrorInfo; BadRequest when fields are invalid; " +
          "RetryInfo when another try makes sense later.",
        items: { anyOf: [ErrorInfoSchema, BadRequestSchema, RetryInfoSchema].map(detail) },
      },
    },
    required: ["code", "message", "details"],
  }));
}
