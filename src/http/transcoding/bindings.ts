import {
  hasOption,
  type DescField,
  type DescMessage,
  type DescMethod,
  type DescService,
  type Message,
} from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel } from "@bufbuild/protobuf/wkt";
import { http } from "../../../gen/google/api/annotations_pb.ts";
import { HttpBodySchema } from "../../../gen/google/api/httpbody_pb.ts";
import type { HttpRule } from "../../../gen/google/api/http_pb.ts";
import { source } from "../../../gen/wire/v1/wire_pb.ts";
import { dialectOf, type Dialect } from "./dialect.ts";
import { createEncoder } from "./encode.ts";
import {
  dialectPath,
  isWellKnown,
  resolveField,
  type FieldPath,
  type HeaderField,
} from "./fields.ts";
import { optionOf } from "./options.ts";
import { Routes } from "./routes.ts";
import { parseTemplate, type Template, type Variable } from "./template.ts";
import type { Answer, Operation } from "../types.ts";

/** A variable of a path template with the field that it fills. */
interface PathVariable extends Variable {
  readonly path: FieldPath;
}

/** One HTTP binding of a method, compiled from google.api.http and the dialect. */
export interface HttpBinding {
  readonly method: DescMethod;
  readonly httpMethod: string;
  readonly template: Template;
  /** The template as the contract has it, for messages. */
  readonly text: string;
  /** How telemetry names its calls. */
  readonly operation: Operation;
  readonly dialect: Dialect;
  readonly variables: readonly PathVariable[];
  /** What the body fills: the message, a field of it, or nothing. */
  readonly body: "message" | "nothing" | DescField;
  /** Whether the body fills a google.api.HttpBody, which takes the raw bytes. */
  readonly rawBody: boolean;
  /** The names of the fields that a body may fill; the name of a nested field follows a dot. */
  readonly bodyNames: ReadonlySet<string>;
  /** The names of the fields that a query may fill. */
  readonly queryNames: ReadonlySet<string>;
  readonly requestHeaders: readonly HeaderField[];
  /** The field that is sent as the body; undefined for the whole message. */
  readonly responseBody: DescField | undefined;
  readonly responseHeaders: readonly HeaderField[];
  /** Encodes a response message. */
  readonly encode: (message: Message) => Answer;
  /** Returns the name that clients know a field by, for the path of a violation. */
  readonly nameOf: (path: string) => string;
}

/**
 * Returns the bindings of all methods as routes. Throws an Error that names the method of an
 * invalid rule, or both methods of one path.
 */
export function bindServices(services: readonly DescService[]): Routes<HttpBinding> {
  const routes = new Routes<HttpBinding>();
  for (const method of services.flatMap((service) => service.methods)) {
    try {
      for (const binding of bindMethod(method)) addBinding(routes, binding);
    } catch (error) {
      throw new Error(
        `${nameOf(method)}: ${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    }
  }
  return routes;
}

const nameOf = (method: DescMethod): string => `${method.parent.typeName}.${method.name}`;

function addBinding(routes: Routes<HttpBinding>, binding: HttpBinding): void {
  for (const template of templatesOf(binding)) {
    const holder = routes.add(
      binding.httpMethod,
      template,
      binding,
      binding.method.idempotency === MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS,
    );
    if (holder)
      throw new Error(
        `${binding.httpMethod} ${binding.text} belongs to ${nameOf(holder.method)} already`,
      );
  }
}

/**
 * Returns the templates of a binding: as the contract has it or, where the dialect declares a
 * trailing slash, with the slash first and then without it if it is optional.
 */
export function templatesOf({ dialect, template, text }: HttpBinding): readonly Template[] {
  if (!dialect.trailingSlash) return [template];
  if (template.verb !== "") throw new Error(`${text} has a verb and cannot end in a slash`);
  const slashed = { ...template, segments: [...template.segments, ""] };
  return dialect.slashOptional ? [slashed, template] : [slashed];
}

/** Returns the bindings of a method, additional ones last; none without an HTTP rule. */
export function bindMethod(method: DescMethod): HttpBinding[] {
  if (!hasOption(method, http)) return [];
  if (method.methodKind !== "unary") throw new Error("only unary methods can have an HTTP rule");
  const rule = optionOf(method, http);
  const dialect = dialectOf(method);
  return [rule, ...rule.additionalBindings].map((each) => bindRule(method, each, dialect));
}

function bindRule(method: DescMethod, rule: HttpRule, dialect: Dialect): HttpBinding {
  const { httpMethod, text } = patternOf(rule);
  const template = parseTemplate(text);
  const variables = template.variables.map((variable) => bindVariable(method.input, variable));
  const requestHeaders = headerFields(method.input);
  const responseHeaders = headerFields(method.output);
  const responseBody =
    rule.responseBody === "" ? undefined : fieldNamed(method.output, rule.responseBody);
  const body =
    rule.body === "*"
      ? "message"
      : rule.body === ""
        ? "nothing"
        : fieldNamed(method.input, rule.body);
  return {
    method,
    httpMethod,
    template,
    text,
    operation: {
      protocol: "http",
      method: `${method.parent.typeName}/${method.name}`,
      route: `${httpMethod} ${text}`,
    },
    dialect,
    variables,
    body,
    rawBody:
      (typeof body === "object" ? body.message : body === "message" ? method.input : undefined)
        ?.typeName === HttpBodySchema.typeName,
    bodyNames: namesOf(method.input, dialect, () => true),
    queryNames: namesOf(
      method.input,
      dialect,
      (field) => optionOf(field, source).query || (body !== "message" && body !== field),
    ),
    requestHeaders,
    responseBody,
    responseHeaders,
    nameOf: (path) => dialectPath(method.input, path, dialect),
    encode: createEncoder({
      output: method.output,
      dialect,
      headers: responseHeaders,
      body: responseBody,
    }),
  };
}

function patternOf({ pattern }: HttpRule): { httpMethod: string; text: string } {
  if (pattern.case === undefined) throw new Error("the HTTP rule has no path");
  if (pattern.case !== "custom")
    return { httpMethod: pattern.case.toUpperCase(), text: pattern.value };
  return { httpMethod: pattern.value.kind, text: pattern.value.path };
}

function fieldNamed(message: DescMessage, name: string): DescField {
  const field = message.fields.find((each) => each.name === name);
  if (field === undefined) throw new Error(`${message.typeName} has no field ${name}`);
  return field;
}

function bindVariable(message: DescMessage, variable: Variable): PathVariable {
  const path = resolveField(message, variable.field);
  if (path === undefined) throw new Error(`${message.typeName} has no field ${variable.field}`);
  const { fieldKind: kind } = path.field;
  if (
    kind === "list" ||
    kind === "map" ||
    (kind === "message" && !isWellKnown(path.field.message))
  ) {
    throw new Error(
      `a variable of a path cannot fill the field ${variable.field}, which is a ${kind}`,
    );
  }
  return { ...variable, path };
}

/**
 * Returns the names of the fields that no header carries: in the dialect's spelling only, or in
 * both spellings.
 */
function namesOf(
  message: DescMessage,
  { exactNames, protoFieldNames }: Dialect,
  isMeant: (field: DescField) => boolean,
): Set<string> {
  const fields = message.fields.filter(
    (field) => optionOf(field, source).header === "" && isMeant(field),
  );
  return new Set(
    fields.flatMap(({ name, jsonName }) =>
      exactNames ? [protoFieldNames ? name : jsonName] : [name, jsonName],
    ),
  );
}

function headerFields(message: DescMessage): HeaderField[] {
  return message.fields.flatMap((field) => {
    const { header, stripBearer } = optionOf(field, source);
    if (header === "") return [];
    return [
      { path: { name: field.name, parents: [], field }, header: header.toLowerCase(), stripBearer },
    ];
  });
}
