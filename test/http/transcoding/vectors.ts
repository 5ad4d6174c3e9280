// The facts of vectors.json with their types: what other transcoders and google.api.http say of
// paths and queries.
import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import vectors from "./vectors.json" with { type: "json" };

interface Row {
  readonly id: string;
}

interface RouteRow {
  readonly method: string;
  readonly template: string;
}

interface TemplateRow extends Row {
  readonly template: string;
  readonly valid: boolean;
  readonly segments?: readonly string[];
  readonly verb?: string;
  readonly variables?: readonly { field: string; start: number; end: number }[];
}

interface MatchRow extends Row {
  readonly table: string;
  readonly method: string;
  readonly path: string;
  readonly match: string | null;
  readonly bindings: Readonly<Record<string, string>> | null;
}

interface MalformedRow extends Row {
  readonly table?: string;
  readonly template?: string;
  readonly method: string;
  readonly path: string;
  readonly expect_status: number;
}

interface QueryRow extends Row {
  readonly query: string;
  readonly expect?: JsonObject;
  readonly error?: string;
}

/** One of the rows about whole requests; which parts there are is each row's own. */
export interface SemanticsRow extends Row {
  readonly what: string;
  readonly routes: readonly (RouteRow & {
    readonly body?: string;
    readonly response_body?: string;
  })[];
  readonly request: {
    readonly method: string;
    readonly path: string;
    readonly headers?: Readonly<Record<string, string | string[]>>;
    readonly body?: string;
    readonly body_hex?: string;
    readonly reply?: JsonObject;
  };
  readonly expect: {
    readonly status?: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly json_code?: number;
    readonly message?: JsonObject;
    readonly body_json?: JsonValue;
  };
}

export const templateRows: readonly TemplateRow[] = vectors.template_parse;
export const matchRows = vectors.route_match as unknown as readonly MatchRow[];
export const malformedRows: readonly MalformedRow[] = vectors.malformed_path;
export const queryRows = vectors.query_bind as unknown as readonly QueryRow[];
export const semanticsRows = vectors.http_semantics as unknown as readonly SemanticsRow[];
export const statusRows = vectors.status_map as [number, string, number][];

/** The routes of a table. */
export function routeTable(name: string): readonly RouteRow[] {
  const tables: Readonly<Record<string, readonly RouteRow[]>> = vectors.route_tables;
  const table = tables[name];
  if (table === undefined) throw new Error(`there is no table ${name}`);
  return table;
}
