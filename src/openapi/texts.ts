// Schemas of the JSON texts of a dialect.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { fillText, type TextTemplate } from "../http/transcoding/text-template.ts";

/** Marks a placeholder in a text. No text of the contract has these private-use characters. */
const mark = (name: string): string => `\uE000${name}\uE001`;
const MARK = /\uE000([^\uE001]*)\uE001/;

/** Returns the schema of a success. A placeholder is a whole value. */
export const schemaOfSuccess = (
  template: TextTemplate,
  schemaOf: (name: string) => JsonObject,
): JsonObject =>
  schemaOfJson(
    JSON.parse(fillText(template, (name) => JSON.stringify(mark(name)))) as JsonValue,
    (text) => schemaOf(MARK.exec(text)![1]!),
  );

/** Returns the schema of a failure. A placeholder is a part of a string. */
export const schemaOfFailure = (template: TextTemplate): JsonObject =>
  schemaOfJson(JSON.parse(fillText(template, mark)) as JsonValue, patternOf);

/** Returns the schema of a failure that isn't sent as JSON; without a template, of any text. */
export const schemaOfText = (template: TextTemplate | undefined): JsonObject =>
  template === undefined ? { type: "string" } : patternOf(fillText(template, mark));

/** Returns the schema of a string with any text in place of the placeholders. */
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
