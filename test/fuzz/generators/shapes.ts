// What the answers of a method may look like, compiled from what the contract declares.
import { type DescMessage, type DescMethod, getOption, type JsonValue } from "@bufbuild/protobuf";
import { source } from "../../../gen/wire/v1/wire_pb.ts";
import { REASONS } from "../../../src/domain/errors.ts";
import { dialectOf } from "../../../src/http/transcoding/dialect.ts";
import type { TextTemplate } from "../../../src/http/transcoding/text-template.ts";

/** One kind of answer. */
export interface Shape {
  /** Undefined: every status of a client's error. */
  readonly status: number | undefined;
  matches(body: string): boolean;
}

const IN_STRING = String.raw`(?:[^"\\\x00-\x1f]|\\.)*`;
const SCALAR = String.raw`(?:"${IN_STRING}"|-?\d[\d.e+-]*|true|false|null)`;

/** The text with a pattern in every place; `${data}` is captured. */
function pattern({ literals, names }: TextTemplate, place: string): RegExp {
  const places = names.map((name) => (name === "data" ? "(.*)" : place));
  const escape = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
  return new RegExp(
    `^${literals.map((text, index) => escape(text) + (places[index] ?? "")).join("")}$`,
    "s",
  );
}

/** A google.rpc.Status whose reason is one of ours, and no fault. */
export const STATUS: Shape = {
  status: undefined,
  matches(body) {
    const { code, message, details, ...rest } = JSON.parse(body) as {
      code?: unknown;
      message?: unknown;
      details?: { reason?: string }[];
    };
    const reason = details?.[0]?.reason ?? "";
    return (
      typeof code === "number" &&
      typeof message === "string" &&
      REASONS.some((each) => each === reason) &&
      reason !== "INTERNAL" &&
      Object.keys(rest).length === 0
    );
  },
};

/** Whether JSON has no member that the message has not. */
function fits(desc: DescMessage, json: JsonValue): boolean {
  if (desc.typeName.startsWith("google.protobuf.")) return true;
  if (json === null || typeof json !== "object" || Array.isArray(json)) return false;
  return Object.entries(json).every(([name, value]) => {
    const field = desc.fields.find((each) => each.jsonName === name || each.name === name);
    const message =
      field?.fieldKind === "message" || field?.fieldKind === "list" ? field.message : undefined;
    return (
      field !== undefined &&
      (message === undefined || [value].flat().every((item) => fits(message, item)))
    );
  });
}

/** Whether JSON has exactly the members of the message, in their order. */
function isWhole(desc: DescMessage, json: string): boolean {
  const names = desc.fields
    .filter((field) => getOption(field, source).header === "")
    .map(({ jsonName }) => jsonName);
  return JSON.stringify(Object.keys(JSON.parse(json) as object)) === JSON.stringify(names);
}

function successOf(method: DescMethod): Shape {
  const { successBody, successStatus: status } = dialectOf(method);
  if (successBody === undefined)
    return { status, matches: (body) => fits(method.output, JSON.parse(body) as JsonValue) };
  const text = pattern(successBody, SCALAR);
  return {
    status,
    matches(body) {
      const found = text.exec(body);
      return found !== null && (found[1] === undefined || isWhole(method.output, found[1]));
    },
  };
}

function failuresOf(method: DescMethod): Shape[] {
  const { errors } = dialectOf(method);
  const rules = errors.map(({ status, body }): Shape => {
    const text = body && pattern(body, IN_STRING);
    return text === undefined
      ? { ...STATUS, status }
      : { status, matches: (answer) => text.test(answer) };
  });
  // A method of ours may have rules for single reasons; the others keep their shape.
  return errors.some(({ reasons }) => reasons.size === 0) ? rules : [...rules, STATUS];
}

/** A method's shapes. */
export interface Shapes {
  readonly success: Shape;
  readonly failures: readonly Shape[];
}

const compiled = new Map<DescMethod, Shapes>();

/** What a method may answer. */
export function shapesOf(method: DescMethod): Shapes {
  let shapes = compiled.get(method);
  if (shapes === undefined)
    compiled.set(method, (shapes = { success: successOf(method), failures: failuresOf(method) }));
  return shapes;
}
