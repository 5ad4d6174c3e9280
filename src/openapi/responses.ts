// The responses of a binding. http/ encodes each failure, so the document has what clients receive.
import type { DescField, JsonObject, JsonValue } from "@bufbuild/protobuf";
import type { HttpBinding } from "../http/transcoding/bindings.ts";
import { encodeFailure, ruleFor } from "../http/transcoding/encode-failure.ts";
import { commentOf, hasRetryInfo, meaningOf } from "./comments.ts";
import { reasonsOf } from "./reasons.ts";
import { sampleOf } from "./samples.ts";
import { keyOf, type Schemas, type Shape } from "./schemas.ts";
import { STATUS } from "./status.ts";
import { schemaOfFailure, schemaOfSuccess } from "./texts.ts";
import { errorView } from "../http/error-view.ts";

/** Creates the error of a call that fails for the reason. */
export type Fail = (reason: string, message: string) => unknown;

const constant = (value: string): JsonObject => ({ schema: { type: "string", const: value } });

const headersOf = (headers: Readonly<Record<string, JsonObject>>): JsonObject =>
  Object.keys(headers).length === 0 ? {} : { headers: { ...headers } };

/** Returns the response to a successful call. */
export function successOf(
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
  const schema =
    successBody === undefined
      ? data()
      : schemaOfSuccess(successBody, (name) =>
          name === "data" ? data() : schemas.field(member(name), shape),
        );
  const headers = {
    ...Object.fromEntries(
      Object.entries(dialect.headers).map(([name, value]) => [name, constant(value)]),
    ),
    ...Object.fromEntries(
      [...inHeaders].map(([field, header]) => [
        header,
        { schema: { type: "string" }, description: `The field \`${keyOf(field, shape)}\`.` },
      ]),
    ),
  };
  const content = { schema, ...(successBody === undefined ? {} : { example: sampleOf(schema) }) };
  return {
    description: commentOf(output),
    ...headersOf(headers),
    content: { "application/json": content },
  };
}

/** The failures with one status. */
interface Failures {
  readonly reasons: string[];
  /** The different bodies, each with its schema and its reasons. */
  readonly bodies: Map<
    string,
    { readonly schema: JsonObject; readonly example: JsonValue; readonly reasons: string[] }
  >;
  readonly headers: Map<string, Set<string>>;
}

/** Returns the responses to failed calls, by status. */
export function failuresOf(binding: HttpBinding, fail: Fail, errorDomain: string): JsonObject {
  const { dialect, method } = binding;
  const statuses = new Map<number, Failures>();
  for (const reason of reasonsOf(method, binding.body !== "nothing")) {
    const { status, body, headers } = encodeFailure(
      errorView(fail(reason, meaningOf(reason)), errorDomain),
      binding,
      reason !== "CREDENTIAL_MISSING",
    );
    const failures: Failures = statuses.get(status) ?? {
      reasons: [],
      bodies: new Map(),
      headers: new Map(),
    };
    statuses.set(status, failures);
    failures.reasons.push(reason);
    const template = ruleFor(dialect, reason)?.body;
    const schema = template === undefined ? STATUS : schemaOfFailure(template);
    const key = template === undefined ? reason : JSON.stringify(schema);
    const kept = failures.bodies.get(key) ?? {
      schema,
      example: JSON.parse(String(body)) as JsonValue,
      reasons: [],
    };
    failures.bodies.set(key, kept);
    kept.reasons.push(reason);
    const special = Object.entries(headers).filter(
      ([name]) => name !== "content-type" && dialect.headers[name] === undefined,
    );
    for (const [name, value] of special)
      failures.headers.set(name, (failures.headers.get(name) ?? new Set()).add(value));
  }
  return Object.fromEntries(
    [...statuses]
      .sort(([a], [b]) => a - b)
      .map(([status, failures]) => [String(status), responseOf(failures)]),
  );
}

function responseOf({ reasons, bodies, headers }: Failures): JsonObject {
  const schemas = [
    ...new Map([...bodies.values()].map(({ schema }) => [JSON.stringify(schema), schema])).values(),
  ];
  const isStatus = schemas[0] === STATUS;
  const examples = [...bodies.values()].map(({ example, reasons: [first = "", ...more] }) => [
    first,
    isStatus
      ? { $ref: `#/components/examples/${first}` }
      : { summary: [first, ...more].join(", "), value: example },
  ]);
  return {
    description: reasons.map((reason) => `- \`${reason}\`: ${meaningOf(reason)}`).join("\n"),
    ...headersOf({
      ...Object.fromEntries(
        [...headers]
          .filter(([name]) => name !== "retry-after")
          .map(([name, values]) => [name, { schema: { type: "string", enum: [...values] } }]),
      ),
      ...(reasons.some(hasRetryInfo)
        ? {
            "retry-after": {
              description: "Seconds until another try makes sense.",
              schema: { type: "integer", minimum: 1 },
            },
          }
        : {}),
    }),
    content: {
      "application/json": {
        schema: schemas.length === 1 ? schemas[0]! : { anyOf: schemas },
        examples: Object.fromEntries(examples) as JsonObject,
      },
    },
  };
}
