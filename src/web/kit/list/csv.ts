import { StreamedResponse } from "../../request/streamed-response.ts";

/** A column of a CSV file. */
export interface CsvColumn<Item> {
  readonly name: string;
  readonly value: (item: Item) => string | number | boolean | undefined;
}

/** How many rows are sent at once. */
const PART = 200;

/** A spreadsheet runs a text that begins so as a formula. */
const FORMULA = /^[=+\-@\t\r]/;

/** Returns a value as RFC 4180 section 2 writes it. A text that looks like a formula gets a `'`. */
function cell(value: string | number | boolean | undefined): string {
  if (typeof value !== "string") return value === undefined ? "" : String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const line = (values: readonly (string | number | boolean | undefined)[]): string =>
  `${values.map(cell).join(",")}\r\n`;

/**
 * Returns all items as a CSV file (RFC 4180) that is sent while it is read, so that memory holds
 * one part of it. The columns have the same names in every language: programs read them. A fault on
 * the way cuts the response off, so that a part never looks like the whole.
 */
export function csvFile<Item>(
  name: string,
  columns: readonly CsvColumn<Item>[],
  items: AsyncIterable<Item>,
): StreamedResponse {
  const encoder = new TextEncoder();
  async function* parts(): AsyncGenerator<Uint8Array> {
    // A spreadsheet reads UTF-8 only after a byte order mark.
    let text = `\uFEFF${line(columns.map((column) => column.name))}`;
    let rows = 0;
    for await (const item of items) {
      text += line(columns.map(({ value }) => value(item)));
      if (++rows % PART === 0) {
        yield encoder.encode(text);
        text = "";
      }
    }
    yield encoder.encode(text);
  }
  return new StreamedResponse(parts(), {
    "content-type": "text/csv; charset=utf-8",
    "content-disposition": `attachment; filename="${name}.csv"`,
  });
}
