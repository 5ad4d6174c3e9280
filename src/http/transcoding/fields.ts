import type { DescField, DescMessage } from "@bufbuild/protobuf";

/** The path from a message to a field, through fields that are messages themselves. */
export interface FieldPath {
  /** The names in the contract, joined by dots; the same for both spellings of a field. */
  readonly name: string;
  readonly parents: readonly (DescField & { readonly fieldKind: "message" })[];
  readonly field: DescField;
}

/** A field that is sent as a header. */
export interface HeaderField {
  readonly path: FieldPath;
  /** In lower case. */
  readonly header: string;
  readonly stripBearer: boolean;
}

/** Whether a message is one of google.protobuf, most of which have a JSON form of their own. */
export const isWellKnown = (message: DescMessage): boolean =>
  message.typeName.startsWith("google.protobuf.");

/** The deepest name that is resolved; a client could otherwise have many messages created. */
const MAX_DEPTH = 32;

const tables = new WeakMap<DescMessage, ReadonlyMap<string, DescField>>();

/** Returns the fields of a message by JSON name and by the name in the contract. */
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

/**
 * Returns a path such as `items[0].full_name` with the names that the dialect's JSON has. A name
 * that no field has stays as it is.
 */
export function dialectPath(
  message: DescMessage,
  path: string,
  { protoFieldNames }: { readonly protoFieldNames: boolean },
): string {
  let current: DescMessage | undefined = message;
  const parts = path.split(".").map((part) => {
    const name = /^\w*/.exec(part)![0];
    const field: DescField | undefined = current && fieldsByName(current).get(name);
    current = field?.message;
    if (field === undefined) return part;
    return (protoFieldNames ? field.name : field.jsonName) + part.slice(name.length);
  });
  return parts.join(".");
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
