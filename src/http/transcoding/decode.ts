import { create, fromJson, type DescMessage, type Message } from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import { HttpBodySchema } from "../../../gen/google/api/httpbody_pb.ts";
import { MessageBuilder } from "./message-builder.ts";
import type { HttpBinding } from "./bindings.ts";
import { readPathVariables } from "./path-variables.ts";
import { checkObject } from "./check-json.ts";
import type { Content } from "../body/content.ts";
import { failure, invalidFields, malformed } from "../errors.ts";
import { fieldsByName, resolveField, type FieldPath } from "./fields.ts";
import { parseParameters, type Parameter } from "../body/form.ts";
import type { Match } from "./routes.ts";
import { Violations } from "./violations.ts";

/** The parts of a request that fill its message. */
export interface RequestParts {
  readonly match: Match<HttpBinding>;
  /** Raw, without the question mark. */
  readonly query: string;
  readonly content: Content;
  readonly header: (name: string) => string | undefined;
}

/**
 * Decodes a request. The body comes first, the path overrides it, and the query and the headers add
 * to both. Throws a ConnectError with a reason of http/.
 */
export function decodeRequest({ match, query, content, header }: RequestParts): Message {
  const binding = match.target;
  const {
    dialect,
    method: { input },
  } = binding;
  if (query !== "" && dialect.refuseQuery) requireHarmless(binding, query);
  const violations = new Violations();
  const given = new Set<string>();
  const blank = new Set<string>();
  const unknown: string[] = [];
  const message = decodeBody(binding, content, { violations, given, blank });
  const binder = new MessageBuilder(input, message, {
    allowEqual: dialect.allowEqualDuplicates,
    given,
    blank,
    violations,
  });
  const add = (path: FieldPath | undefined, { name, value }: Parameter): unknown => {
    if (path === undefined) return unknown.push(name);
    return value === "" && dialect.blankIsAbsent ? binder.addBlank(path) : binder.add(path, value);
  };

  if (content.kind === "form")
    for (const each of content.parameters) add(formField(binding, each.name), each);
  for (const variable of binding.variables)
    binder.override(variable.path, readPathVariables(binding.template, variable, match));
  if (query !== "")
    for (const each of parseParameters(query)) add(queryField(binding, each.name), each);
  for (const { path, header: name, stripBearer } of binding.requestHeaders) {
    const value = header(name);
    if (value !== undefined)
      binder.add(path, stripBearer ? value.replace(/^bearer +/i, "") : value);
  }
  if (unknown.length > 0 && !dialect.ignoreUnknownParameters) throw unknownParameters(unknown);
  if (violations.list.length > 0) throw invalidFields(violations.list);
  return message;
}

/**
 * Rejects a query that names a field or a secret, in any spelling. Other names are ignored (RFC
 * 6749 section 3.2) if the dialect ignores unknown parameters.
 */
function requireHarmless({ method, dialect }: HttpBinding, query: string): void {
  const plain = (name: string): string => name.toLowerCase().replaceAll(/[^a-z]/g, "");
  const refused = new Set(
    [...method.input.fields.map(({ name }) => name), ...dialect.refusedInQuery].map(plain),
  );
  const { name } =
    parseParameters(query).find((each) =>
      dialect.ignoreUnknownParameters ? refused.has(plain(each.name)) : true,
    ) ?? {};
  if (name !== undefined)
    throw failure(
      "PARAMETER_UNKNOWN",
      `${name.slice(0, 64).replaceAll(/[^\w.-]/g, "?")} belongs in the body, not in the query`,
    );
}

/** Returns the field that a name in a form means: of the message, or of the body's field. */
function formField({ method, body, bodyNames }: HttpBinding, name: string): FieldPath | undefined {
  if (typeof body === "object") return resolveField(method.input, `${body.name}.${name}`);
  return bodyNames.has(firstOf(name)) ? resolveField(method.input, name) : undefined;
}

function queryField({ method, queryNames }: HttpBinding, name: string): FieldPath | undefined {
  return queryNames.has(firstOf(name)) ? resolveField(method.input, name) : undefined;
}

/** `a` of `a.b.c`. */
const firstOf = (name: string): string =>
  name.includes(".") ? name.slice(0, name.indexOf(".")) : name;

/** What a body says besides its message: names of fields, and what is wrong. */
interface BodyNotes {
  readonly violations: Violations;
  readonly given: Set<string>;
  readonly blank: Set<string>;
}

/** Returns the message that the body alone makes, and adds the fields it names to the notes. */
function decodeBody(
  binding: HttpBinding,
  content: Content,
  { violations, given, blank }: BodyNotes,
): Message {
  const {
    method: { input },
    body,
    bodyNames,
    dialect: { blankIsAbsent },
  } = binding;
  if (body === "nothing") return create(input);
  if (content.kind === "raw") return decodeRaw(input, body, content.bytes, content.contentType);
  if (content.kind !== "json") return create(input);
  const object = typeof body === "object" ? { [body.jsonName]: content.json } : content.json;
  if (object === null || typeof object !== "object" || Array.isArray(object))
    throw malformed("the body must be a JSON object");
  if (body === "message") {
    for (const name of Object.keys(object)) {
      const isBlank = blankIsAbsent && object[name] === "" && bodyNames.has(name);
      if (isBlank) blank.add(fieldsByName(input).get(name)!.name);
      if (isBlank || !bodyNames.has(name)) delete object[name];
    }
  }
  checkObject(input, object, "", violations);
  if (violations.list.length > 0) return create(input);
  for (const name of Object.keys(object)) {
    if (object[name] !== null) given.add(fieldsByName(input).get(name)!.name);
  }
  try {
    return fromJson(input, object);
  } catch {
    throw malformed("the body names one field twice, or two fields of which only one may be given");
  }
}

function decodeRaw(
  input: DescMessage,
  body: Exclude<HttpBinding["body"], "nothing">,
  data: Uint8Array,
  contentType: string,
): Message {
  const raw = create(HttpBodySchema, { contentType, data });
  if (body === "message") return raw;
  const message = reflect(input);
  message.set(body, reflect(HttpBodySchema, raw));
  return message.message;
}

function unknownParameters(names: readonly string[]) {
  const shown = names.slice(0, 8).map((name) => JSON.stringify(name.slice(0, 64)));
  return failure("PARAMETER_UNKNOWN", `there is no parameter ${shown.join(", ")}`);
}
