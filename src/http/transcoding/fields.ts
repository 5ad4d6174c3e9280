// The fields of a message by their written names. It owns how a dotted name is resolved, and must
// not know where names come from.
import type { DescField, DescMessage } from "@bufbuild/protobuf";

/** The way from a message to one of its fields, through fields that are messages themselves. */
export interface FieldPath {
  /**
   * The names in the contract, joined by dots: equal for equal paths, whichever spelling was
   * resolved.
   */
  readonly name: string;
  readonly parents: readonly (DescField & { readonly fieldKind: "message" })[];
  readonly field: DescField;
}

/** A field that travels in a header. */
export interface HeaderField {
  readonly path: FieldPath;
  /** In lower case. */
  readonly header: string;
  readonly stripBearer: boolean;
}

/**
 * Whether a message is one of protobuf's own, most of which have a JSON form and a local form of
 * their own.
 */
export const isWellKnown = (message: DescMessage): boolean =>
  message.typeName.startsWith("google.protobuf.");

/** Deeper names are refused: the messages that they would create have no use. */
const MAX_DEPTH = 32;

const tables = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** The fields of a message by JSON name and by the name in the contract. */
export function fieldsByName(message: DescMessage): ReadonlyMap<string, DescField> {
  let table = tables.get(message);
  if (table === undefined) {
    table = new Map([
      ...message.fields.map((field) => [field.name, field] as const),
      ...message.fields.map((field) => [field.jsonName, field] as const),
    ]);
    tables.set(message, table);
  }
  return table;
}

/** Resolves a dotted name in a message; undefined when no field has it. */
export function resolveField(message: DescMessage, name: string): FieldPath | undefined {
  const field = fieldsByName(message).get(name);
  if (field !== undefined) return { name: field.name, parents: [], field };
  const names = name.split(".", MAX_DEPTH + 1);
  if (names.length === 1 || names.length > MAX_DEPTH) return undefined;
  const parents: (DescField & { fieldKind: "message" })[] = [];
  let current = message;
  for (const part of names.slice(0, -1)) {
    const parent = fieldsByName(current).get(part);
    if (parent?.fieldKind !== "message" || isWellKnown(parent.message)) return undefined;
    parents.push(parent);
    current = parent.message;
  }
  const last = fieldsByName(current).get(names.at(-1)!);
  return (
    last && { name: [...parents, last].map((each) => each.name).join("."), parents, field: last }
  );
}
