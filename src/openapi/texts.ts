// The JSON texts of a dialect as schemas. It owns what is fixed in them and what is not, and must
// not know the calls that they answer.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { fillText, type TextTemplate } from "../http/transcoding/text-template.ts";

/**
 * Stands in a text where something else will. It is of Unicode's private use, so no text of the
 * contract holds it.
 */
const mark = (name: string): string => `\uE000${name}\uE001`;
const MARK = /\uE000([^\uE001]*)\uE001/;

/** The schema of a success, in which names stand for values. */
export const schemaOfSuccess = (
  template: TextTemplate,
  schemaOf: (name: string) => JsonObject,
): JsonObject =>
  schemaOfJson(
    JSON.parse(fillText(template, (name) => JSON.stringify(mark(name)))) as JsonValue,
    (text) => schemaOf(MARK.exec(text)![1]!),
  );

/** The schema of a failure, in which names stand within strings. */
export const schemaOfFailure = (template: TextTemplate): JsonObject =>
  schemaOfJson(JSON.parse(fillText(template, mark)) as JsonValue, patternOf);

/** A string with anything in the places. */
function patternOf(text: string): JsonObject {
  const pattern = text
    .split(MARK)
    .map((part, index) => (index % 2 === 0 ? part.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&") : ".*"))
    .join("");
  return { type: "string", ...(pattern === ".*" ? {} : { pattern: `^${pattern}$` }) };
}

function schemaOfJson(json: JsonValue, schemaOf: (text: string) => JsonObject): JsonObject {
  if (typeof json === "string" && MARK.test(json)) return schemaOf(json);
  if (json === null || typeof json !== "object" || Array.isArray(json)) return { const: json };
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(json).map(([key, value]) => [key, schemaOfJson(value, schemaOf)]),
    ),
    required: Object.keys(json),
  };
}
