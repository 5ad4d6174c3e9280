// Messages as JSON Schema of their JSON form.
import {
  ScalarType,
  type DescEnum,
  type DescField,
  type DescMessage,
  type JsonObject,
} from "@bufbuild/protobuf";
import { FeatureSet_FieldPresence } from "@bufbuild/protobuf/wkt";
import { isWellKnown } from "../http/transcoding/fields.ts";
import { commentOf, isOutputOnly } from "./comments.ts";
import { keywordsOf, neededOf } from "./rules.ts";

/** The JSON form of messages in a request or a response. */
export interface Shape {
  /** Whether a client sends it: then less is required and more is accepted. */
  readonly isInput: boolean;
  readonly protoFieldNames: boolean;
  readonly omitDefaultValues: boolean;
}

/** Returns the name of a field in JSON. */
export const keyOf = (
  field: DescField,
  { protoFieldNames }: Pick<Shape, "protoFieldNames">,
): string => (protoFieldNames ? field.name : field.jsonName);

/** Creates schemas and collects those that have a name because other schemas refer to them. */
export class Schemas {
  readonly #named = new Map<string, { readonly key: string; schema: JsonObject }>();

  /** Returns the named schemas, by name. */
  get components(): JsonObject {
    return Object.fromEntries(
      [...this.#named]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([name, { schema }]) => [name, schema]),
    );
  }

  /** Returns the schema of a message with some fields; `optional` may come in another place. */
  message(
    desc: DescMessage,
    shape: Shape,
    fields: readonly DescField[] = desc.fields,
    optional: ReadonlySet<DescField> = new Set(),
  ): JsonObject {
    const needed = shape.isInput ? neededOf(desc) : undefined;
    const required = fields.filter(
      (field) =>
        !optional.has(field) &&
        (needed === undefined ? isAlwaysThere(field, shape) : needed.has(field.name)),
    );
    const choices = desc.oneofs
      .filter((oneof) => needed?.has(oneof.name))
      .map((oneof) => oneof.fields.filter((field) => fields.includes(field)));
    return {
      type: "object",
      ...described(commentOf(desc)),
      properties: Object.fromEntries(
        fields.map((field) => [keyOf(field, shape), this.field(field, shape)]),
      ),
      ...(required.length > 0 ? { required: required.map((field) => keyOf(field, shape)) } : {}),
      ...(choices.length > 0
        ? { oneOf: choices[0]!.map((field) => ({ required: [keyOf(field, shape)] })) }
        : {}),
    };
  }

  /** Returns the schema of a field's value. */
  field(field: DescField, shape: Shape): JsonObject {
    const comment = commentOf(field);
    return {
      ...this.#value(field, shape),
      ...described(comment),
      ...(isOutputOnly(comment) ? { readOnly: true } : {}),
    };
  }

  /** Adds a named schema and returns the reference to it. */
  named(name: string, key: string, make: () => JsonObject): JsonObject {
    const holder = this.#named.get(name);
    if (holder !== undefined && holder.key !== key) return this.named(`${name}.2`, key, make);
    if (holder === undefined) {
      const entry = { key, schema: {} };
      // The name is taken before `make` runs, because a message may contain itself.
      this.#named.set(name, entry);
      entry.schema = make();
    }
    return { $ref: `#/components/schemas/${name}` };
  }

  #value(field: DescField, shape: Shape): JsonObject {
    const keywords = shape.isInput ? keywordsOf(field) : {};
    switch (field.fieldKind) {
      case "list":
        return {
          type: "array",
          ...keywords,
          items: {
            ...this.#singular(field, shape),
            ...(keywords["items"] as JsonObject | undefined),
          },
        };
      case "map":
        return { type: "object", additionalProperties: this.#singular(field, shape) };
      default:
        return { ...this.#singular(field, shape), ...keywords };
    }
  }

  #singular(field: DescField, shape: Shape): JsonObject {
    if (field.message !== undefined) return this.#message(field.message, shape);
    if (field.enum !== undefined) return this.#enum(field.enum);
    return scalar(field.scalar, shape);
  }

  #message(desc: DescMessage, shape: Shape): JsonObject {
    if (isWellKnown(desc)) return wellKnown(desc);
    const name = shape.isInput ? `${desc.typeName}.Input` : desc.typeName;
    return this.named(name, JSON.stringify([desc.typeName, shape]), () =>
      this.message(desc, shape),
    );
  }

  #enum(desc: DescEnum): JsonObject {
    const values = desc.values.map(
      (value) =>
        `- \`${value.name}\`: ${commentOf({ kind: "value", name: value.name, parent: desc })}`,
    );
    return this.named(desc.typeName, desc.typeName, () => ({
      type: "string",
      description: [commentOf(desc), "", ...values].join("\n"),
      enum: desc.values.map(({ name }) => name),
    }));
  }
}

const described = (description: string): JsonObject => (description === "" ? {} : { description });

/** Returns whether a response always has the field: without presence, defaults are written too. */
const isAlwaysThere = (field: DescField, { omitDefaultValues }: Shape): boolean =>
  !omitDefaultValues && field.presence === FeatureSet_FieldPresence.IMPLICIT;

function scalar(type: ScalarType, { isInput }: Shape): JsonObject {
  switch (type) {
    case ScalarType.STRING:
      return { type: "string" };
    case ScalarType.BOOL:
      return { type: "boolean" };
    case ScalarType.BYTES:
      return { type: "string", contentEncoding: "base64" };
    case ScalarType.DOUBLE:
    case ScalarType.FLOAT:
      return { type: "number", format: type === ScalarType.FLOAT ? "float" : "double" };
    case ScalarType.INT64:
    case ScalarType.SINT64:
    case ScalarType.SFIXED64:
    case ScalarType.UINT64:
    case ScalarType.FIXED64:
      // A JSON number above 2^53 loses digits. Responses have a string, and a client may send one.
      return { type: isInput ? ["string", "integer"] : "string", format: "int64" };
    default:
      return { type: "integer", format: "int32" };
  }
}

const WELL_KNOWN: Readonly<Record<string, JsonObject>> = {
  "google.protobuf.Timestamp": { type: "string", format: "date-time" },
  "google.protobuf.Duration": {
    type: "string",
    pattern: "^-?[0-9]+(\\.[0-9]{1,9})?s$",
    examples: ["86400s"],
  },
  // Names of fields, separated by commas.
  "google.protobuf.FieldMask": { type: "string" },
};

const wellKnown = ({ typeName }: DescMessage): JsonObject => WELL_KNOWN[typeName] ?? {};
