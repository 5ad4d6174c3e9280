import { getOption, hasOption, type DescMethod } from "@bufbuild/protobuf";
import {
  BodyEncoding,
  dialect as dialectOption,
  method_dialect,
  type Dialect as DialectOptions,
  type Header,
} from "../../../gen/wire/v1/wire_pb.ts";
import { putHeader } from "../server/headers.ts";
import { compileText, type TextTemplate } from "./text-template.ts";

/** The wire.v1 options of a method and its service, merged and compiled. */
export interface Dialect {
  readonly name: string;
  readonly bodyEncodings: readonly BodyEncoding[];
  readonly ignoreUnknownParameters: boolean;
  readonly allowEqualDuplicates: boolean;
  readonly refuseQuery: boolean;
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
 * `like`, and its service's.
 */
function layersOf(method: DescMethod): DialectOptions[] {
  const own = getOption(method, method_dialect);
  const layers = [own];
  if (own.like !== "") {
    const model = method.parent.methods.find((other) => other.name === own.like);
    if (model === undefined || !hasOption(model, method_dialect))
      throw new Error(`there is no dialect of ${own.like} to be like`);
    const options = getOption(model, method_dialect);
    if (options.like !== "") throw new Error(`${own.like} is itself like ${options.like}`);
    layers.push(options);
  }
  return [...layers, getOption(method.parent, dialectOption)];
}

function compile(layers: readonly DialectOptions[], method: DescMethod): Dialect {
  const nearest = <Value>(pick: (layer: DialectOptions) => Value | undefined): Value | undefined =>
    layers.map(pick).find((value) => value !== undefined);
  const isMember = (name: string): boolean =>
    method.output.fields.some(
      (field) => name === `data.${field.jsonName}` || name === `data.${field.name}`,
    );
  const successBody = nearest((layer) => layer.successBody || undefined);
  return {
    name: nearest((layer) => layer.name || undefined) ?? "",
    bodyEncodings: nearest((layer) =>
      layer.bodyEncodings.length > 0 ? layer.bodyEncodings : undefined,
    ) ?? [BodyEncoding.JSON],
    ignoreUnknownParameters: nearest((layer) => layer.ignoreUnknownParameters) ?? false,
    allowEqualDuplicates: nearest((layer) => layer.allowEqualDuplicates) ?? false,
    refuseQuery: nearest((layer) => layer.refuseQuery) ?? false,
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
    errors: layers
      .flatMap((layer) => layer.errors)
      .map((rule) => ({
        reasons: new Set(rule.reasons),
        status: checkStatus(rule.status),
        body:
          rule.body === ""
            ? undefined
            : compileText(rule.body, "x", (name) => ERROR_NAMES.includes(name)),
        headers: headersOf(rule.headers),
      })),
    headers: headersOf(layers.toReversed().flatMap((layer) => layer.headers)),
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
