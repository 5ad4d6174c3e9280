import { plainName } from "../sources/source-record.ts";

/** Fields of a user line. */
export type Fields = Readonly<Record<string, unknown>>;

/** An object of an export. Its values are found by any spelling of their names. */
export class Values {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: object) {
    this.#values = new Map(Object.entries(values).map(([name, value]) => [plainName(name), value]));
  }

  has(name: string): boolean {
    return this.#values.has(plainName(name));
  }

  get(name: string): unknown {
    return this.#values.get(plainName(name)) ?? undefined;
  }

  /** Returns the first of the values that has a text; empty if none has. */
  text(...names: readonly string[]): string {
    for (const name of names) {
      const value = this.get(name);
      if (typeof value === "string" && value !== "") return value;
      if (typeof value === "number" || typeof value === "bigint") return String(value);
    }
    return "";
  }

  /** Returns whether the value is true in any spelling of databases. */
  flag(name: string): boolean {
    const value = this.get(name);
    if (typeof value === "string") return /^(?:t|true|y|yes|1|-1|0x01|\u0001)$/i.test(value.trim());
    return value === true || value === 1;
  }

  /** Returns the object inside; one without values if there is none. */
  object(name: string): Values {
    return valuesIn(this.get(name)) ?? new Values({});
  }

  /** Returns the objects of a list. */
  list(name: string): readonly Values[] {
    const value = this.get(name);
    return Array.isArray(value) ? value.flatMap((each: unknown) => valuesIn(each) ?? []) : [];
  }
}

/** Returns the values of an object, also of one that is written as a text of JSON. */
export function valuesIn(value: unknown): Values | undefined {
  if (typeof value === "string") {
    try {
      return value.startsWith("{") ? valuesIn(JSON.parse(value)) : undefined;
    } catch {
      return undefined;
    }
  }
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? new Values(value)
    : undefined;
}
