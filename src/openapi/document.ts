import type { DescService, JsonObject } from "@bufbuild/protobuf";
import { bindMethod, templatesOf, type HttpBinding } from "../http/transcoding/bindings.ts";
import { browserOperations } from "./browser.ts";
import { commentOf, meaningOf, summaryOf } from "./comments.ts";
import { encodeFailure } from "../http/transcoding/encode-failure.ts";
import { introduction } from "./introduction.ts";
import { parametersOf, pathOf } from "./parameters.ts";
import { requestBodyOf } from "./request-body.ts";
import type { Fail } from "./failures.ts";
import { responsesOf } from "./responses.ts";
import { Schemas } from "./schemas.ts";
import { schemesOf, securityOf, type Scopes } from "./security.ts";
import { share } from "./shared.ts";
import { addStatus } from "./status.ts";
import { errorView } from "../http/error-view.ts";

/** The version of the contract: of the packages identity.v1 and legacy.*.v1. */
const VERSION = "1";

/** What the document describes. */
export interface ServerFacts {
  /** The services that are served, in their order. */
  readonly services: readonly DescService[];
  /** Every reason, in the order of the contract. */
  readonly reasons: readonly string[];
  readonly fail: Fail;
  readonly errorDomain: string;
  readonly scopes: Scopes;
  readonly issuer: string;
  /** Whether gRPC reflection is on. */
  readonly reflection: boolean;
  /** Lets the rest of the process work. */
  readonly pause: () => Promise<unknown>;
}

/**
 * Creates the OpenAPI 3.1 document of the descriptors that the transcoder serves. It takes a second
 * of a core, so other calls have their turn after each method.
 */
export async function createDocument(facts: ServerFacts): Promise<JsonObject> {
  const schemas = new Schemas();
  const paths = new Paths();
  addStatus(schemas);
  for (const service of facts.services) {
    for (const method of service.methods) {
      const bound = bindMethod(method).flatMap((binding) =>
        templatesOf(binding).map((template) => ({ binding, template })),
      );
      for (const [index, { binding, template }] of bound.entries()) {
        const { path, names } = paths.at(pathOf(template, binding));
        const operation = operationOf({ binding, ordinal: index + 1, names }, schemas, facts);
        paths.add(path, binding.httpMethod, operation);
      }
      await facts.pause();
    }
    for (const { path, operation } of browserOperations(service)) paths.add(path, "GET", operation);
  }
  const shared = share(paths.items);
  return {
    openapi: "3.1.0",
    info: {
      title: "Latchkey API",
      version: VERSION,
      summary: "One identity backend behind every door.",
      description: introduction(facts.reflection),
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: new URL(facts.issuer).pathname, description: "This server." }],
    tags: facts.services.map((service) => ({
      name: service.name,
      description: commentOf(service),
    })),
    paths: shared.paths,
    components: {
      schemas: schemas.components,
      ...shared.components,
      examples: statusExamples(facts),
      securitySchemes: schemesOf(facts.services, facts.scopes, facts.issuer),
    },
  };
}

/** A path of a method. */
interface BoundPath {
  readonly binding: HttpBinding;
  /** Its position among the method's paths, from 1. */
  readonly ordinal: number;
  /** The names of the path's variables. */
  readonly names: readonly string[];
}

function operationOf(
  { binding, ordinal, names }: BoundPath,
  schemas: Schemas,
  facts: ServerFacts,
): JsonObject {
  const { method } = binding;
  const comment = commentOf(method);
  const parameters = parametersOf(binding, names, schemas);
  const requestBody = requestBodyOf(binding, schemas);
  return {
    operationId: `${method.parent.name}${method.name}${ordinal === 1 ? "" : ordinal}`,
    tags: [method.parent.name],
    summary: summaryOf(comment),
    description: comment,
    security: securityOf(binding, facts.scopes),
    ...(parameters.length > 0 ? { parameters } : {}),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: responsesOf(binding, schemas, facts),
  };
}

/** Returns an example of `google.rpc.Status` for each reason. */
function statusExamples({ reasons, fail, errorDomain }: ServerFacts): JsonObject {
  return Object.fromEntries(
    reasons.map((reason) => [
      reason,
      {
        value: JSON.parse(
          String(
            encodeFailure(errorView(fail(reason, meaningOf(reason)), errorDomain), undefined, true)
              .body,
          ),
        ),
      },
    ]),
  );
}

/** The paths. Those that differ only in the names of variables are one, with the first's names. */
class Paths {
  readonly items: Record<string, JsonObject> = {};
  readonly #known = new Map<string, { readonly path: string; readonly names: readonly string[] }>();

  at(found: { readonly path: string; readonly names: readonly string[] }): {
    readonly path: string;
    readonly names: readonly string[];
  } {
    const shape = found.path.replaceAll(/\{[^}]*\}/g, "{}");
    const known = this.#known.get(shape) ?? found;
    this.#known.set(shape, known);
    return known;
  }

  add(path: string, verb: string, operation: JsonObject): void {
    (this.items[path] ??= {})[verb.toLowerCase()] = operation;
  }
}
