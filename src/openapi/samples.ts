import type { JsonObject, JsonValue } from "@bufbuild/protobuf";

const SAMPLES: Readonly<Record<string, JsonValue>> = {
  string: "…",
  boolean: true,
  integer: 1,
  number: 1,
  array: [],
};

/** Returns an example value for the schema of a response. Doesn't follow references. */
export function sampleOf(schema: JsonObject): JsonValue {
  if (schema["const"] !== undefined) return schema["const"];
  const { type } = schema;
  if (type !== "object") return (typeof type === "string" ? SAMPLES[type] : undefined) ?? null;
  return Object.fromEntries(
    Object.entries((schema["properties"] ?? {}) as Record<string, JsonObject>).map(
      ([name, each]) => [name, sampleOf(each)],
    ),
  );
}
