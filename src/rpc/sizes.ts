import { type DescField, type DescMessage, getOption, type Message } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
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
  const find = (message: ReflectMessage, path: string): Oversize | undefined => {
    for (const size of sizesOf(message.desc)) {
      if (!message.isSet(size.field)) continue;
      const found = oversize(message, size, `${path}${size.field.name}`);
      if (found !== undefined) return found;
    }
    return undefined;
  };
  const oversize = (
    message: ReflectMessage,
    { field, items, length, text, rule }: Size,
    path: string,
  ): Oversize | undefined => {
    const isLong = (value: unknown): boolean => typeof value === "string" && value.length > length;
    const tooLong = (at: string): Oversize => ({ field: at, description: text, rule });
    switch (field.fieldKind) {
      case "list": {
        const list = message.get(field);
        if (list.size > items)
          return {
            field: path,
            description: `must contain no more than ${items} item(s)`,
            rule: "repeated.max_items",
          };
        const index = [...list].findIndex(isLong);
        return index < 0 ? undefined : tooLong(`${path}[${index}]`);
      }
      case "map":
        return message.get(field).size > items
          ? { field: path, description: `must be at most ${items} entries`, rule: "map.max_pairs" }
          : undefined;
      case "message":
        return find(message.get(field), `${path}.`);
      case "scalar":
        return isLong(message.get(field)) ? tooLong(path) : undefined;
      default:
        return undefined;
    }
  };
  return (schema, message) => find(reflect(schema, message), "");
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
