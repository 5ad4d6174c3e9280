import type { JsonObject } from "@bufbuild/protobuf";
import { BodyEncoding } from "../../gen/wire/v1/wire_pb.ts";
import type { HttpBinding } from "../http/transcoding/bindings.ts";
import { commentOf } from "./comments.ts";
import { bodyFields, inputShape } from "./parameters.ts";
import type { Schemas } from "./schemas.ts";

const MEDIA_TYPES: Readonly<Record<BodyEncoding, string>> = {
  [BodyEncoding.UNSPECIFIED]: "application/json",
  [BodyEncoding.JSON]: "application/json",
  [BodyEncoding.FORM]: "application/x-www-form-urlencoded",
  [BodyEncoding.MULTIPART]: "multipart/form-data",
};

const nameOf = ({ method, body }: HttpBinding): string =>
  typeof body === "object" ? `${method.input.typeName}.${body.name}` : method.input.typeName;

/** Returns the body of a binding's requests, or undefined if they have none. */
export function requestBodyOf(binding: HttpBinding, schemas: Schemas): JsonObject | undefined {
  if (binding.rawBody) return { content: { "*/*": {} } };
  const body = bodyFields(binding);
  if (body === undefined || body.fields.length === 0) return undefined;
  const { desc, fields, optional } = body;
  const shape = inputShape(binding);
  const key = JSON.stringify([desc.typeName, shape, fields.map(({ name }) => name)]);
  const schema = schemas.named(nameOf(binding), key, () =>
    schemas.message(desc, shape, fields, optional),
  );
  return {
    description: commentOf(desc),
    required: true,
    content: Object.fromEntries(
      binding.dialect.bodyEncodings.map((encoding) => [MEDIA_TYPES[encoding], { schema }]),
    ),
  };
}
