// The responses of a binding, by status.
import type { DescField, JsonObject } from "@bufbuild/protobuf";
import { HttpBodySchema } from "../../gen/google/api/httpbody_pb.ts";
import type { HttpBinding } from "../http/transcoding/bindings.ts";
import { JSON_TYPE } from "../http/transcoding/encode.ts";
import { commentOf } from "./comments.ts";
import { failuresOf, type Fail } from "./failures.ts";
import {
  hasNoContent,
  headersOf,
  isJson,
  joinResponses,
  mediaTypeOf,
  type Media,
} from "./media.ts";
import { sampleOf } from "./samples.ts";
import { keyOf, type Schemas, type Shape } from "./schemas.ts";
import { schemaOfSuccess } from "./texts.ts";

const constant = (value: string): JsonObject => ({ schema: { type: "string", const: value } });

/**
 * Returns the responses to the calls of a binding. A dialect may give a failure the status of a
 * success: then one response has both.
 */
export function responsesOf(
  binding: HttpBinding,
  schemas: Schemas,
  { fail, errorDomain }: { readonly fail: Fail; readonly errorDomain: string },
): JsonObject {
  const success = successOf(binding, schemas);
  const responses = failuresOf(binding, fail, errorDomain);
  const status = String(binding.dialect.successStatus);
  const failure = responses[status];
  responses[status] = failure === undefined ? success : joinResponses(success, failure);
  return responses;
}

/** Returns the response to a successful call. */
function successOf(
  { method: { output }, dialect, responseBody, responseHeaders }: HttpBinding,
  schemas: Schemas,
): JsonObject {
  const shape: Shape = {
    isInput: false,
    protoFieldNames: dialect.protoFieldNames,
    omitDefaultValues: dialect.omitDefaultValues && responseBody === undefined,
  };
  const inHeaders = new Map(responseHeaders.map(({ path, header }) => [path.field, header]));
  const fields = output.fields.filter((field) => !inHeaders.has(field));
  const data = (): JsonObject =>
    responseBody === undefined
      ? schemas.message(output, shape, fields)
      : schemas.field(responseBody, shape);
  const member = (name: string): DescField =>
    output.fields.find(
      (field) => name === `data.${field.name}` || name === `data.${field.jsonName}`,
    )!;
  const { successBody } = dialect;
  const schemaOf = (): JsonObject =>
    successBody === undefined
      ? data()
      : schemaOfSuccess(successBody, (name) =>
          name === "data" ? data() : schemas.field(member(name), shape),
        );
  const headers = {
    ...Object.fromEntries(
      Object.entries(dialect.headers)
        .filter(([name]) => name !== "content-type")
        .map(([name, value]) => [name, constant(value)]),
    ),
    ...Object.fromEntries(
      [...inHeaders].map(([field, header]) => [
        header,
        { schema: { type: "string" }, description: `The field \`${keyOf(field, shape)}\`.` },
      ]),
    ),
  };
  const declared = dialect.headers["content-type"];
  const isRaw = (responseBody?.message ?? output).typeName === HttpBodySchema.typeName;
  const type = mediaTypeOf(declared ?? (isRaw ? "*/*" : JSON_TYPE));
  const content = (): Media => {
    if (isRaw) return {};
    if (!isJson(type)) return { schema: { type: "string" } };
    const schema = schemaOf();
    return { schema, ...(successBody === undefined ? {} : { example: sampleOf(schema) }) };
  };
  return {
    description: commentOf(output),
    ...headersOf(headers),
    ...(hasNoContent(dialect.successStatus) ? {} : { content: { [type]: content() } }),
  };
}
