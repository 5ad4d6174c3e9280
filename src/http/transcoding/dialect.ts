import { hasOption, type DescMethod } from "@bufbuild/protobuf";
import {
  BodyEncoding,
  dialect as dialectOption,
  overrides,
  shared,
  SharedDialect,
  SharedDialectSchema,
  type Dialect as DialectOptions,
  type ErrorRule as RuleOptions,
  type Header,
} from "../../../gen/wire/v1/wire_pb.ts";
import { putHeader } from "../server/headers.ts";
import { optionOf } from "./options.ts";
import { compileText, escapeText, type TextTemplate } from "./text-template.ts";

/** The wire.v1 options of a method and its service, merged and compiled. */
export interface Dialect {
  readonly name: string;
  readonly bodyEncodings: readonly BodyEncoding[];
  readonly ignoreUnknownParameters: boolean;
  readonly allowEqualDuplicates: boolean;
  readonly refuseQuery: boolean;
  /** Names that a refused query must not have, besides those of fields. */
  readonly refusedInQuery: readonly string[];
  readonly blankIsAbsent: boolean;
  readonly exactNames: boolean;
  readonly trailingSlash: boolean;
  readonly slashOptional: boolean;
  readonly protoFieldNames: boolean;
  readonly omitDefaultValues: boolean;
  readonly successStatus: number;
  /** Its names: `data` is the whole message, `data.x` a member of it. */
  readonly successBody: TextTemplate | undefined;
  readonly errors: readonly ErrorRule[];
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * How errors with certain reasons look. A rule without reasons fits every error; a rule without a
 * body means google.rpc.Status.
 */
export interface ErrorRule {
  readonly reasons: ReadonlySet<string>;
  readonly status: number | undefined;
  /** Its names: `message`, `fields`, `reason`. */
  readonly body: TextTemplate | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

const ERROR_NAMES: readonly string[] = ["message", "fields", "reason"];

/** Merges the options of a method; throws an Error when they contradict each other. */
export function dialectOf(method: DescMethod): Dialect {
  return compile(layersOf(method), method);
}

/**
 * Returns the options that apply to a method, the nearest first: its own, those of the method it is
 * `like`, its service's, and those of the shared dialect that its service extends.
 */
function layersOf(method: DescMethod): DialectOptions[] {
  const own = optionOf(method, overrides);
  const layers = [own];
  if (own.like !== "") {
    const model = method.parent.methods.find((other) => other.name === own.like);
    if (model === undefined || !hasOption(model, overrides))
      throw new Error(`there is no dialect of ${own.like} to be like`);
    const options = optionOf(model, overrides);
    if (options.like !== "") throw new Error(`${own.like} is itself like ${options.like}`);
    layers.push(options);
  }
  const service = optionOf(method.parent, dialectOption);
  return [...layers, service, ...sharedOf(service)];
}

function sharedOf({ extends: value }: DialectOptions): DialectOptions[] {
  if (value === SharedDialect.UNSPECIFIED) return [];
  const desc = SharedDialectSchema.value[value];
  if (desc === undefined) throw new Error(`there is no shared dialect ${value}`);
  return [optionOf(desc, shared)];
}

/**
 * Returns the rules of all layers. Those of a service without reasons come after the shared ones
 * with reasons, which they would hide.
 */
function rulesOf(layers: readonly DialectOptions[]): readonly RuleOptions[] {
  const service = layers.findIndex((layer) => layer.extends !== SharedDialect.UNSPECIFIED);
  if (service < 0) return layers.flatMap(({ errors }) => errors);
  const joined = layers.slice(service).flatMap(({ errors }) => errors);
  return [
    ...layers.slice(0, service).flatMap(({ errors }) => errors),
    ...joined.filter(({ reasons }) => reasons.length > 0),
    ...joined.filter(({ reasons }) => reasons.length === 0),
  ];
}

/** Returns the JSON text of a rule's body; undefined when it has neither body nor text. */
function bodyOf({ body, text, status }: RuleOptions, errorBody: string): string | undefined {
  if (body !== "" || text === "") return body || undefined;
  if (errorBody === "") throw new Error(`there is no error_body for the text ${text}`);
  return errorBody
    .replaceAll("${status}", String(status))
    .replaceAll("${text}", () => escapeText(text));
}

function compile(layers: readonly DialectOptions[], method: DescMethod): Dialect {
  const nearest = <Value>(pick: (layer: DialectOptions) => Value | undefined): Value | undefined =>
    layers.map(pick).find((value) => value !== undefined);
  const isMember = (name: string): boolean =>
    method.output.fields.some(
      (field) => name === `data.${field.jsonName}` || name === `data.${field.name}`,
    );
  const errorBody = nearest((layer) => layer.errorBody || undefined) ?? "";
  const successBody = nearest((layer) => layer.successBody || undefined);
  return {
    name: nearest((layer) => layer.name || undefined) ?? "",
    bodyEncodings: nearest((layer) =>
      layer.bodyEncodings.length > 0 ? layer.bodyEncodings : undefined,
    ) ?? [BodyEncoding.JSON],
    ignoreUnknownParameters: nearest((layer) => layer.ignoreUnknownParameters) ?? false,
    allowEqualDuplicates: nearest((layer) => layer.allowEqualDuplicates) ?? false,
    refuseQuery: nearest((layer) => layer.refuseQuery) ?? false,
    refusedInQuery: layers.flatMap((layer) => layer.refusedInQuery),
    blankIsAbsent: nearest((layer) => layer.blankIsAbsent) ?? false,
    exactNames: nearest((layer) => layer.exactNames) ?? false,
    trailingSlash: nearest((layer) => layer.trailingSlash) ?? false,
    slashOptional: nearest((layer) => layer.slashOptional) ?? false,
    protoFieldNames: nearest((layer) => layer.protoFieldNames) ?? false,
    omitDefaultValues: nearest((layer) => layer.omitDefaultValues) ?? false,
    successStatus: nearest((layer) => checkStatus(layer.successStatus)) ?? 200,
    successBody:
      successBody === undefined
        ? undefined
        : compileText(successBody, "null", (name) => name === "data" || isMember(name)),
    errors: rulesOf(layers).map((rule) => compileRule(rule, errorBody)),
    headers: headersOf(layers.toReversed().flatMap((layer) => layer.headers)),
  };
}

function compileRule(rule: RuleOptions, errorBody: string): ErrorRule {
  const body = bodyOf(rule, errorBody);
  return {
    reasons: new Set(rule.reasons),
    status: checkStatus(rule.status),
    body:
      body === undefined ? undefined : compileText(body, "x", (name) => ERROR_NAMES.includes(name)),
    headers: headersOf(rule.headers),
  };
}

function checkStatus(status: number): number | undefined {
  if (status === 0) return undefined;
  if (status < 200 || status > 599) throw new Error(`${status} is not the status of an answer`);
  return status;
}

/** Returns the headers by name; of equal names the last one counts. */
function headersOf(list: readonly Header[]): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, value } of list) putHeader(headers, name, value);
  return headers;
}
