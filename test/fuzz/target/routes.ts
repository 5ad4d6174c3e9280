// Every route that the contract declares, read from its options.
import { type DescMethod, getOption, hasOption } from "@bufbuild/protobuf";
import { http } from "../../../gen/google/api/annotations_pb.ts";
import { dialectOf } from "../../../src/http/transcoding/dialect.ts";
import { methods } from "../../contract/descriptors.ts";

/** One way to a method. */
export interface Route {
  readonly method: DescMethod;
  readonly verb: string;
  /** `/v1/users/{user_id}`; with the slash at its end, if one is declared. */
  readonly template: string;
  /** The fields that stand in the path. */
  readonly variables: readonly string[];
  /** What the body fills: everything, a field, nothing. */
  readonly body: string;
}

function routesOf(method: DescMethod): Route[] {
  const rule = getOption(method, http);
  const { trailingSlash, slashOptional } = dialectOf(method);
  const ends = trailingSlash ? (slashOptional ? ["/", ""] : ["/"]) : [""];
  return [rule, ...rule.additionalBindings].flatMap(({ pattern, body }) => {
    if (typeof pattern.value !== "string") throw new Error(`${method.name} has no path`);
    const { case: verb, value } = pattern;
    const variables = [...value.matchAll(/\{([\w.]+)\}/g)].map(([, name]) => name!);
    return ends.map((end) => ({
      method,
      verb: verb.toUpperCase(),
      template: value + end,
      variables,
      body,
    }));
  });
}

/** All of them: the documented APIs', OAuth's and REST's. */
export const ROUTES: readonly Route[] = methods
  .filter((method) => hasOption(method, http))
  .flatMap(routesOf);

const literal = Map.groupBy(
  ROUTES.filter(({ variables }) => variables.length === 0),
  ({ template }) => template,
);

/** The routes of a path that has no variable; empty for every other path. */
export const routesAt = (path: string): readonly Route[] => literal.get(path) ?? [];

/**
 * The path of a request target, raw: without the query, and without the authority of the absolute
 * form.
 */
export const pathOf = (target: string): string =>
  target.replace(/^https?:\/\/[^/?#]+(?=\/)/i, "").split("?", 1)[0]!;
