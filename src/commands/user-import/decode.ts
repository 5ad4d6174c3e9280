import type { ImportLine } from "../../domain/accounts/import/user-imports.ts";
import { csvRecords } from "./csv.ts";
import { utf8Of } from "./encoding.ts";
import { jsonRecords } from "./json.ts";

export type ImportFormat = "jsonl" | "csv";

/** Decodes a file of JSON or CSV. A broken record never swallows the next one. */
export const recordsOf = (
  source: AsyncIterable<Buffer>,
  format: ImportFormat,
  fields: readonly string[],
): AsyncGenerator<ImportLine> =>
  format === "csv" ? csvRecords(utf8Of(source), fields) : jsonRecords(utf8Of(source));
