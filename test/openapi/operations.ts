// The operations of the document, for tests that look at them.
import type { JsonObject } from "@bufbuild/protobuf";
import { lookUp } from "./schema.ts";

export interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
}

interface Answer {
  readonly description: string;
  readonly content?: Readonly<
    Record<string, { readonly example?: unknown; readonly examples?: object }>
  >;
}

export interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly Readonly<Record<string, readonly string[]>>[];
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { readonly content: JsonObject };
  readonly responses: Readonly<Record<string, Answer>>;
}

export interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly responses: JsonObject;
    readonly parameters: JsonObject;
    readonly schemas: JsonObject;
    readonly securitySchemes: Readonly<
      Record<string, { readonly flows?: Readonly<Record<string, { readonly scopes: object }>> }>
    >;
  };
}

/** Returns an operation with the parts that it shares in their places. */
export function whole(document: JsonObject, operation: Operation): Operation {
  const resolved = <Part extends object>(part: Part & { readonly $ref?: string }): Part =>
    part.$ref === undefined ? part : (lookUp(document, part.$ref) as unknown as Part);
  const { parameters, responses, ...rest } = operation;
  return {
    ...rest,
    ...(parameters && { parameters: parameters.map(resolved) }),
    responses: Object.fromEntries(
      Object.entries(responses).map(([status, answer]) => [status, resolved(answer)]),
    ),
  };
}
