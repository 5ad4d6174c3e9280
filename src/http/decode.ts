// A request as a message. It owns which part of a request wins over which, and must not know how bytes
// were read.
import { create, fromJson, type DescMessage, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { HttpBodySchema } from "../../gen/google/api/httpbody_pb.ts";
import { Binder } from "./binder.ts";
import type { Binding } from "./bindings.ts";
import { capture } from "./captures.ts";
import { checkObject } from "./check-json.ts";
import type { Content } from "./content.ts";
import { failure, malformed, type Violation } from "./failure.ts";
import { fieldsByName, resolveField, type FieldPath } from "./fields.ts";
import { parseParameters } from "./parameters.ts";
import type { Match } from "./routes.ts";

/** What a message is made of, besides the binding. */
export interface Parts {
  readonly match: Match<Binding>;
  /** Raw, without the question mark. */
  readonly query: string;
  readonly content: Content;
  readonly header: (name: string) => string | undefined;
}

/**
 * Decodes a request: the body, over it the path, then what the query and headers add.
 * Throws a ConnectError with one of the reasons of this folder.
 */
export function decodeRequest({ match, query, content, header }: Parts): Message {
  const binding = match.target;
  const desc = binding.method.input;
  if (query !== "" && binding.dialect.refuseQuery) throw failure("PARAMETER_UNKNOWN", "parameters belong in the body, not in the query");
  const violations: Violation[] = [];
  const given = new Set<string>();
  const message = decodeBody(binding, content, violations, given);
  if (query === "" && content.kind !== "form" && binding.variables.length === 0 && binding.requestHeaders.length === 0) {
    if (violations.length > 0) throw invalid(violations);
    return message;
  }

  const binder = new Binder(desc, message, { allowEqual: binding.dialect.allowEqualDuplicates, given, violations });
  const unknown: string[] = [];
  if (content.kind === "form" && binding.body !== "nothing") {
    for (const { name, value } of content.parameters) addTo(binder, formField(binding, name), name, value, unknown);
  }
  for (const variable of binding.variables) binder.override(variable.path, capture(binding.template, variable, match));
  for (const { name, value } of query === "" ? [] : parseParameters(query)) {
    const path = namedField(binding, name);
    addTo(binder, path && binding.queryFields.has(path.parents[0] ?? path.field) ? path : undefined, name, value, unknown);
  }
  for (const { path, header: name, stripBearer } of binding.requestHeaders) {
    const value = header(name);
    if (value !== undefined) binder.add(path, stripBearer ? value.replace(/^bearer +/i, "") : value);
  }
  if (unknown.length > 0 && !binding.dialect.ignoreUnknownParameters) throw unknownParameters(unknown);
  if (violations.length > 0) throw invalid(violations);
  return message;
}

function addTo(binder: Binder, path: FieldPath | undefined, name: string, value: string, unknown: string[]): void {
  if (path === undefined) unknown.push(name);
  else binder.add(path, value);
}

/** The field of the message that a parameter's name means. */
const namedField = ({ method, exactNames }: Binding, name: string): FieldPath | undefined => (exactNames === undefined || exactNames.has(name) ? resolveField(method.input, name) : undefined);

/** The field that a name in a form means: of the message, or of the field that the body fills. */
function formField(binding: Binding, name: string): FieldPath | undefined {
  const { method, body, requestHeaders } = binding;
  if (typeof body === "object") return resolveField(method.input, body.fieldKind === "message" ? `${body.name}.${name}` : name === body.name || name === body.jsonName ? name : "");
  const path = namedField(binding, name);
  return requestHeaders.some((each) => each.path.field === (path?.parents[0] ?? path?.field)) ? undefined : path;
}

/** The message that the body alone makes; `given` gets the fields that it names. */
function decodeBody(binding: Binding, content: Content, violations: Violation[], given: Set<string>): Message {
  const { method: { input }, body, exactNames } = binding;
  if (body === "nothing") return create(input);
  if (content.kind === "raw") return decodeRaw(input, body, content.bytes, content.contentType);
  if (content.kind !== "json") return create(input);
  const object = typeof body === "object" ? { [body.jsonName]: content.json } : content.json;
  if (object === null || typeof object !== "object" || Array.isArray(object)) throw malformed("the body must be a JSON object");
  for (const { path } of binding.requestHeaders) {
    delete object[path.field.name];
    delete object[path.field.jsonName];
  }
  for (const name of Object.keys(object)) if (exactNames?.has(name) === false) delete object[name];
  checkObject(input, object, "", violations);
  if (violations.length > 0) return create(input);
  for (const name of Object.keys(object)) {
    if (object[name] !== null) given.add(fieldsByName(input).get(name)!.name);
  }
  try {
    return fromJson(input, object);
  } catch {
    throw malformed("the body names one field twice, or two fields of which only one may be given");
  }
}

function decodeRaw(input: DescMessage, body: Exclude<Binding["body"], "nothing">, data: Uint8Array, contentType: string): Message {
  const raw = create(HttpBodySchema, { contentType, data });
  if (body === "message") return raw;
  const message = reflect(input);
  message.set(body, reflect(HttpBodySchema, raw));
  return message.message;
}

const invalid = (violations: readonly Violation[]) =>
  failure("FIELD_INVALID", violations.map(({ field, description }) => `${field} ${description}`).join("; "), violations);

const unknownParameters = (names: readonly string[]) => failure("PARAMETER_UNKNOWN", `there is no parameter ${names.slice(0, 8).map((name) => JSON.stringify(name.slice(0, 64))).join(", ")}`);
