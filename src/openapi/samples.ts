// An example of what fits a schema. It owns what stands for a value that is not fixed.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

const SAMPLES: Readonly<Record<string, JsonValue>> = {
  string: "…",
  boolean: true,
  integer: 1,
  number: 1,
  array: [],
};

/** A value for a schema of an answer, without its references. */
export function sampleOf(schema: JsonObject): JsonValue {
  if (schema["const"] !== undefined) return schema["const"];
  if (schema["type"] !== "object") return SAMPLES[String(schema["type"])] ?? null;
  return Object.fromEntries(
    Object.entries((schema["properties"] ?? {}) as Record<string, JsonObject>).map(
      ([name, each]) => [name, sampleOf(each)],
    ),
  );
}
