// Responses and parameters that several operations have: components, so that each is written once.
import type { JsonObject } from "@bufbuild/protobuf";

type Paths = Readonly<Record<string, JsonObject>>;

/** The parts of operations that are alike, by name. */
class SharedParts {
  readonly components: Record<string, JsonObject> = {};
  readonly #kind: string;
  readonly #counts = new Map<string, number>();
  readonly #references = new Map<string, JsonObject>();

  constructor(kind: string) {
    this.#kind = kind;
  }

  count(part: JsonObject): void {
    const text = JSON.stringify(part);
    this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
  }

  /** Returns the part, or a reference to it if it was counted more than once. */
  replace(part: JsonObject, name: string): JsonObject {
    const text = JSON.stringify(part);
    if (this.#counts.get(text) === 1) return part;
    const known = this.#references.get(text);
    if (known !== undefined) return known;
    const free = this.#freeName(name);
    this.components[free] = part;
    const reference = { $ref: `#/components/${this.#kind}/${free}` };
    this.#references.set(text, reference);
    return reference;
  }

  #freeName(name: string): string {
    for (let number = 1; ; number++) {
      const free = number === 1 ? name : `${name}.${number}`;
      if (!(free in this.components)) return free;
    }
  }
}

/** Operations that refer to what they share. */
export interface Shared {
  readonly paths: JsonObject;
  /** The responses, named by status, and the parameters, by name. */
  readonly components: { readonly responses: JsonObject; readonly parameters: JsonObject };
}

const operationsOf = (paths: Paths): readonly JsonObject[] =>
  Object.values(paths).flatMap((item) => Object.values(item) as JsonObject[]);

const parametersOf = ({ parameters = [] }: JsonObject): readonly JsonObject[] =>
  parameters as readonly JsonObject[];

const responsesOf = ({ responses }: JsonObject): readonly [string, JsonObject][] =>
  Object.entries(responses as Readonly<Record<string, JsonObject>>);

/** Moves what occurs in more than one operation to components. */
export function share(paths: Paths): Shared {
  const responses = new SharedParts("responses");
  const parameters = new SharedParts("parameters");
  for (const operation of operationsOf(paths)) {
    for (const parameter of parametersOf(operation)) parameters.count(parameter);
    for (const [, response] of responsesOf(operation)) responses.count(response);
  }
  const shareIn = (operation: JsonObject): JsonObject => ({
    ...operation,
    ...(operation["parameters"] !== undefined && {
      parameters: parametersOf(operation).map((parameter) =>
        parameters.replace(parameter, (parameter["name"] as string).replaceAll(/[^\w.-]/g, "_")),
      ),
    }),
    responses: Object.fromEntries(
      responsesOf(operation).map(([status, response]) => [
        status,
        responses.replace(response, status),
      ]),
    ),
  });
  const shared = Object.entries(paths).map(([path, item]) => [
    path,
    Object.fromEntries(
      Object.entries(item).map(([verb, operation]) => [verb, shareIn(operation as JsonObject)]),
    ),
  ]);
  return {
    paths: Object.fromEntries(shared) as JsonObject,
    components: { responses: responses.components, parameters: parameters.components },
  };
}
