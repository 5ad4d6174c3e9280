import type { DescMessage, Message } from "@bufbuild/protobuf";
import { reflect, type ReflectMessage } from "@bufbuild/protobuf/reflect";
import { failure } from "../errors.ts";
import { parseValue, ValueError } from "./field-values.ts";
import type { FieldPath } from "./fields.ts";
import type { Violations } from "./violations.ts";

/** Puts parameters into one message, and decides what a repeated parameter means. */
export class MessageBuilder {
  readonly #root: ReflectMessage;
  readonly #allowEqual: boolean;
  readonly #violations: Violations;
  readonly #given: Set<string>;
  readonly #blank: Set<string>;

  /**
   * `given` has the names of the fields that are set already, and `blank` of those that came
   * without a value. With `allowEqual`, a parameter may repeat the value that is set.
   */
  constructor(
    desc: DescMessage,
    message: Message,
    options: {
      allowEqual: boolean;
      given: Set<string>;
      blank: Set<string>;
      violations: Violations;
    },
  ) {
    this.#root = reflect(desc, message);
    this.#allowEqual = options.allowEqual;
    this.#given = options.given;
    this.#blank = options.blank;
    this.#violations = options.violations;
  }

  /** Adds a parameter; throws PARAMETER_REPEATED when the field has a value already. */
  add(path: FieldPath, text: string): void {
    const value = this.#parse(path, text);
    if (value === undefined) return;
    const parent = this.#open(path);
    if (path.field.fieldKind === "list") {
      parent.get(path.field).add(value);
      return;
    }
    if (this.#given.has(path.name)) {
      if (this.#allowEqual && isEqual(parent.get(path.field), value)) return;
      throw repeated(path);
    }
    if (this.#blank.has(path.name)) throw repeated(path);
    this.#set(parent, path, value);
  }

  /**
   * Leaves out a parameter without a value. Beside another value of the field it is still a second
   * one.
   */
  addBlank(path: FieldPath): void {
    if (path.field.fieldKind === "list") return;
    if (this.#given.has(path.name) || (this.#blank.has(path.name) && !this.#allowEqual))
      throw repeated(path);
    this.#blank.add(path.name);
  }

  /** Sets a field, also where it has a value already. */
  override(path: FieldPath, text: string): void {
    const value = this.#parse(path, text);
    if (value !== undefined) this.#set(this.#open(path), path, value);
  }

  #parse(path: FieldPath, text: string): ReturnType<typeof parseValue> | undefined {
    try {
      return parseValue(path.field, text);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
      this.#violations.add(path.name, error.message);
      return undefined;
    }
  }

  #set(parent: ReflectMessage, path: FieldPath, value: unknown): void {
    const { field } = path;
    const other = field.oneof && parent.oneofCase(field.oneof);
    if (other && other !== field)
      this.#violations.add(path.name, `cannot be given together with ${other.name}`);
    else parent.set(field, value);
    this.#given.add(path.name);
  }

  /** Returns the message that holds the field, and creates it where it is missing. */
  #open(path: FieldPath): ReflectMessage {
    let message = this.#root;
    for (const field of path.parents) {
      const child = message.get(field);
      if (!message.isSet(field)) message.set(field, child);
      message = child;
    }
    return message;
  }
}

const repeated = ({ name }: FieldPath): Error =>
  failure("PARAMETER_REPEATED", `the parameter ${name} came more than once`, [
    { field: name, description: "came more than once" },
  ]);

function isEqual(a: unknown, b: unknown): boolean {
  return (
    a === b || (a instanceof Uint8Array && b instanceof Uint8Array && Buffer.compare(a, b) === 0)
  );
}
