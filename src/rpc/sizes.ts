import {
  type DescField,
  type DescMessage,
  getOption,
  isMessage,
  type Message,
} from "@bufbuild/protobuf";
import { reflect } from "@bufbuild/protobuf/reflect";
import {
  field as fieldRules,
  type FieldRules,
} from "@bufbuild/protovalidate/gen/buf/validate/validate_pb.js";

/** A field that is too large, in the words of protovalidate. */
export interface Oversize {
  readonly field: string;
  readonly description: string;
  readonly rule: string;
}

/** The limit where the contract has none: a mask, a text that the domain checks. */
const MAX_ITEMS = 64;
const MAX_CHARACTERS = 16 * 1024;

interface Size {
  readonly field: DescField;
  /** The items of a list or a map. */
  readonly items: number;
  /**
   * The UTF-16 code units of a text. A longer one has more characters, or more bytes, than the
   * rules allow.
   */
  readonly length: number;
  readonly text: string;
  readonly rule: string;
}

/**
 * Finds the first field of a message that is too large, before any rule looks at its content: a
 * pattern or a rule for each item costs more than the message is worth. The cost is bounded by the
 * number of fields.
 */
export function createSizes(): (schema: DescMessage, message: Message) => Oversize | undefined {
  const tables = new Map<DescMessage, readonly Size[]>();
  const sizesOf = (schema: DescMessage): readonly Size[] => {
    const sizes = tables.get(schema) ?? schema.fields.map(sizeOf);
    tables.set(schema, sizes);
    return sizes;
  };
  const find = (schema: DescMessage, message: Message, path: string): Oversize | undefined => {
    for (const size of sizesOf(schema)) {
      const value = valueOf(message, size.field);
      if (value === undefined) continue;
      const found = oversize(message, value, size, path);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const oversize = (
    message: Message,
    value: unknown,
    { field, items, length, text, rule }: Size,
    path: string,
  ): Oversize | undefined => {
    const isLong = (each: unknown): boolean => typeof each === "string" && each.length > length;
    const tooLong = (at: string): Oversize => ({ field: at, description: text, rule });
    switch (field.fieldKind) {
      case "list": {
        const list = value as readonly unknown[];
        if (list.length > items)
          return {
            field: `${path}${field.name}`,
            description: `must contain no more than ${items} item(s)`,
            rule: "repeated.max_items",
          };
        const index = list.findIndex(isLong);
        return index < 0 ? undefined : tooLong(`${path}${field.name}[${index}]`);
      }
      case "map":
        return Object.keys(value as object).length > items
          ? {
              field: `${path}${field.name}`,
              description: `must be at most ${items} entries`,
              rule: "map.max_pairs",
            }
          : undefined;
      case "message": {
        // Wrappers and google.protobuf.Struct are plain values in TypeScript.
        const inner = isMessage(value) ? value : reflect(field.parent, message).get(field).message;
        return find(field.message, inner, `${path}${field.name}.`);
      }
      case "scalar":
        return isLong(value) ? tooLong(`${path}${field.name}`) : undefined;
      default:
        return undefined;
    }
  };
  return (schema, message) => find(schema, message, "");
}

/** Returns the value of a field as it is in TypeScript; undefined when it is not set. */
function valueOf(message: Message, { oneof, localName }: DescField): unknown {
  const values = message as unknown as Record<string, unknown>;
  if (oneof === undefined) return values[localName];
  const choice = values[oneof.localName] as { case?: string; value?: unknown } | undefined;
  return choice?.case === localName ? choice.value : undefined;
}

function sizeOf(field: DescField): Size {
  const { type } = getOption(field, fieldRules);
  const items =
    type.case === "repeated"
      ? Number(type.value.maxItems)
      : type.case === "map"
        ? Number(type.value.maxPairs)
        : 0;
  const of = type.case === "repeated" ? type.value.items?.type : type;
  return { field, items: items || MAX_ITEMS, ...textSize(of) };
}

function textSize(type: FieldRules["type"] | undefined): Pick<Size, "length" | "text" | "rule"> {
  const { maxLen = 0n, maxBytes = 0n } = type?.case === "string" ? type.value : {};
  if (maxLen > 0n)
    return {
      length: 2 * Number(maxLen),
      text: `must be at most ${maxLen} characters`,
      rule: "string.max_len",
    };
  if (maxBytes > 0n)
    return {
      length: Number(maxBytes),
      text: `must be at most ${maxBytes} bytes`,
      rule: "string.max_bytes",
    };
  return {
    length: MAX_CHARACTERS,
    text: `must be at most ${MAX_CHARACTERS} characters`,
    rule: "string.max_len",
  };
}
