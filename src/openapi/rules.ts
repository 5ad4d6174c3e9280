// Translates the rules of buf.validate into keywords of JSON Schema.
import {
  create,
  getOption,
  isFieldSet,
  type DescField,
  type DescMessage,
  type JsonObject,
} from "@bufbuild/protobuf";
import { FieldBehavior, field_behavior } from "../../gen/google/api/field_behavior_pb.ts";
import { createValidator } from "@bufbuild/protovalidate";
import {
  BoolRulesSchema,
  field as fieldRules,
  type FieldRules,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

/** Returns the keywords for the rules of a field. */
export const keywordsOf = (field: DescField): JsonObject =>
  keywordsOfRules(getOption(field, fieldRules));

function keywordsOfRules({ type }: FieldRules): JsonObject {
  switch (type.case) {
    case "string": {
      const { minLen, minBytes, maxLen, maxBytes, pattern } = type.value;
      // A character has at least one byte, so a limit of bytes also limits the characters.
      return positive({
        minLength: Number(minLen) || Math.min(Number(minBytes), 1),
        maxLength: Number(maxLen) || Number(maxBytes),
        pattern,
      });
    }
    case "int32":
      return bounds(type.value);
    case "int64":
      return { ...bounds(type.value), ...digits(type.value) };
    case "bool":
      return isFieldSet(type.value, BoolRulesSchema.field.const) ? { const: type.value.const } : {};
    case "repeated":
      return {
        ...positive({
          minItems: Number(type.value.minItems),
          maxItems: Number(type.value.maxItems),
        }),
        ...(type.value.items ? { items: keywordsOfRules(type.value.items) } : {}),
      };
    default:
      return {};
  }
}

const positive = (keywords: Record<string, number | string>): JsonObject =>
  Object.fromEntries(Object.entries(keywords).filter(([, value]) => value !== 0 && value !== ""));

type Bound =
  | { readonly case: "gt" | "gte" | "lt" | "lte"; readonly value: number | bigint }
  | { readonly case: undefined };

interface Bounds {
  readonly greaterThan: Bound;
  readonly lessThan: Bound;
}

const KEYWORDS = {
  gt: "exclusiveMinimum",
  gte: "minimum",
  lt: "exclusiveMaximum",
  lte: "maximum",
} as const;

const bounds = ({ greaterThan, lessThan }: Bounds): JsonObject =>
  Object.fromEntries(
    [greaterThan, lessThan].flatMap((bound) =>
      bound.case === undefined ? [] : [[KEYWORDS[bound.case], Number(bound.value)]],
    ),
  );

/** Returns a pattern for numbers written as strings, which can't have a minimum. */
function digits({ greaterThan }: Bounds): JsonObject {
  if (greaterThan.case === undefined || Number(greaterThan.value) !== 0) return {};
  return { pattern: greaterThan.case === "gt" ? "^[1-9][0-9]*$" : "^[0-9]+$" };
}

const validator = createValidator();

/**
 * Returns the names of the required fields and oneofs: those for which validation rejects the empty
 * message, and those declared REQUIRED because the domain rejects it after other checks.
 */
export function neededOf(desc: DescMessage): ReadonlySet<string> {
  const declared = desc.fields.filter((field) =>
    getOption(field, field_behavior).includes(FieldBehavior.REQUIRED),
  );
  const result = validator.validate(desc, create(desc));
  const first = (result.violations ?? []).map(({ field: [part] }) => part);
  return new Set([
    ...declared.map(({ name }) => name),
    ...first.flatMap((part) =>
      part?.kind === "field" || part?.kind === "oneof" ? [part.name] : [],
    ),
  ]);
}
