import { getOption, type DescField, type DescMessage, type JsonObject } from "@bufbuild/protobuf";
import { source } from "../../gen/wire/v1/wire_pb.ts";
import type { HttpBinding } from "../http/transcoding/bindings.ts";
import { isWellKnown, type FieldPath } from "../http/transcoding/fields.ts";
import type { Template } from "../http/transcoding/template.ts";
import { neededOf } from "./rules.ts";
import { keyOf, type Schemas, type Shape } from "./schemas.ts";

/** Returns the shape of a binding's requests. */
export const inputShape = ({ dialect }: HttpBinding): Shape => ({
  isInput: true,
  protoFieldNames: dialect.protoFieldNames,
  omitDefaultValues: true,
});

/** The header that means the same as the field request_id. */
const IDEMPOTENCY_PARAMETER: JsonObject = {
  name: "Idempotency-Key",
  in: "header",
  description: "The same as request_id, as a quoted string or without quotes.",
  schema: { type: "string", maxLength: 512 },
};

const nameOf = ({ parents, field }: FieldPath, shape: Shape): string =>
  [...parents, field].map((each) => keyOf(each, shape)).join(".");

/** Returns the path in OpenAPI's form, with the names of its variables in their order. */
export function pathOf(
  { segments, verb }: Template,
  binding: HttpBinding,
): { readonly path: string; readonly names: readonly string[] } {
  const names = binding.variables.map(({ path }) => nameOf(path, inputShape(binding)));
  const parts = segments.flatMap((segment, index) => {
    const variable = binding.variables.findIndex(({ start, end }) => start <= index && index < end);
    if (variable < 0) return [segment];
    return binding.variables[variable]!.start === index ? [`{${names[variable]}}`] : [];
  });
  return { path: `/${parts.join("/")}${verb === "" ? "" : `:${verb}`}`, names };
}

/** Returns the parameters of a binding. `names` has the names of the path's variables. */
export function parametersOf(
  binding: HttpBinding,
  names: readonly string[],
  schemas: Schemas,
): JsonObject[] {
  const shape = inputShape(binding);
  const parameter = (
    field: DescField,
    name: string,
    place: string,
    required: boolean,
  ): JsonObject => {
    const { description, ...schema } = schemas.field(field, shape);
    // An output-only field of a message can be a parameter that identifies the message.
    delete schema["readOnly"];
    return {
      name,
      in: place,
      ...(typeof description === "string"
        ? { description: description.replace(/ Output only\.$/, "") }
        : {}),
      ...(required ? { required } : {}),
      schema,
    };
  };
  const needed = neededOf(binding.method.input);
  const requestId = binding.method.input.field["requestId"];
  const inQuery = queryFields(binding).map((path) =>
    parameter(
      path.field,
      nameOf(path, shape),
      "query",
      path.parents.length === 0 && needed.has(path.field.name) && !isInBody(binding, path.field),
    ),
  );
  // OpenAPI describes Authorization as a security scheme.
  const inHeaders = binding.requestHeaders.filter(({ header }) => header !== "authorization");
  return [
    ...binding.variables.map(({ path }, index) =>
      parameter(path.field, names[index]!, "path", true),
    ),
    ...inQuery,
    ...inHeaders.map(({ path, header }) =>
      parameter(path.field, header, "header", needed.has(path.field.name)),
    ),
    ...(requestId === undefined ? [] : [IDEMPOTENCY_PARAMETER]),
  ];
}

const isInPath = ({ variables }: HttpBinding, field: DescField): boolean =>
  variables.some(({ path }) => path.parents.length === 0 && path.field === field);

/** Returns the fields that the query may fill, with the fields of nested messages. */
function queryFields(binding: HttpBinding): FieldPath[] {
  const {
    method: { input },
    dialect,
    queryNames,
  } = binding;
  if (dialect.refuseQuery) return [];
  const fields = input.fields.filter(
    (field) => queryNames.has(keyOf(field, dialect)) && !isInPath(binding, field),
  );
  const expand = (field: DescField, parents: FieldPath["parents"]): FieldPath[] => {
    if (field.fieldKind === "map" || (field.fieldKind === "list" && field.message !== undefined))
      return [];
    if (field.fieldKind !== "message" || isWellKnown(field.message))
      return [{ name: "", parents, field }];
    return parents.some(({ message }) => message === field.message)
      ? []
      : field.message.fields.flatMap((child) => expand(child, [...parents, field]));
  };
  return fields.flatMap((field) => expand(field, []));
}

const isInBody = ({ body }: HttpBinding, field: DescField): boolean =>
  body === "message" || body === field;

/** Returns the message and the fields that the body may fill, or undefined without a body. */
export function bodyFields(binding: HttpBinding):
  | {
      readonly desc: DescMessage;
      readonly fields: readonly DescField[];
      readonly optional: ReadonlySet<DescField>;
    }
  | undefined {
  const {
    body,
    method: { input },
    variables,
    dialect,
    bodyNames,
  } = binding;
  if (body === "nothing") return undefined;
  if (body === "message") {
    const fields = input.fields.filter(
      (field) => bodyNames.has(keyOf(field, dialect)) && !isInPath(binding, field),
    );
    return {
      desc: input,
      fields,
      optional: new Set(fields.filter((field) => getOption(field, source).query)),
    };
  }
  if (body.message === undefined) return undefined;
  const inPath = new Set(
    variables.filter(({ path }) => path.parents[0] === body).map(({ path }) => path.field),
  );
  return {
    desc: body.message,
    fields: body.message.fields.filter((field) => !inPath.has(field)),
    optional: new Set(),
  };
}
