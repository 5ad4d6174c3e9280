// Forms as multipart/form-data, RFC 7578. A form is small and in memory, so no stream parser.
import { malformed } from "../errors.ts";
import { MAX_PARAMETERS, type Parameter } from "./form.ts";

const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^";\s]{1,70}))\s*(?:;|$)/i;
/** The longest headers of one part. */
const MAX_HEADERS = 1024;

const HEADER = /^([\w-]+):(.*)$/s;
const FORM_DATA = /^form-data[ \t]*;/i;
const NAME = /[ \t]*name="([^"\\]*)"/iy;
const FILE_NAME = /;[ \t]*filename\*?[ \t]*=/i;
const CHARSET = /charset[ \t]*=[ \t]*"?([\w-]*)/i;

/**
 * Reads the fields of a form. Throws MALFORMED_REQUEST for a file, a part without a name, and a
 * form without its closing delimiter.
 */
export function parseMultipart(text: string, contentType: string): Parameter[] {
  const boundary = BOUNDARY.exec(contentType);
  if (boundary === null) throw malformed("the content type of the form has no boundary");
  // The first delimiter is at the start of the text, every other one at the start of a line.
  const [, ...parts] = `\r\n${text}`.split(
    `\r\n--${boundary[1] ?? boundary[2]}`,
    MAX_PARAMETERS + 3,
  );
  if (parts.length > MAX_PARAMETERS + 1) throw malformed(`more than ${MAX_PARAMETERS} parameters`);
  if (!parts.pop()?.startsWith("--")) throw malformed("the form has no closing boundary");
  return parts.map(parsePart);
}

function parsePart(part: string): Parameter {
  const start = /^[ \t]*\r\n/.exec(part)?.[0].length;
  const end = part.indexOf("\r\n\r\n");
  if (start === undefined || end < 0 || end > MAX_HEADERS)
    throw malformed("a part of the form is not well-formed");
  const headers = parseHeaders(part.slice(start, Math.max(start, end)));
  const disposition = headers.get("content-disposition") ?? "";
  if (FILE_NAME.test(disposition)) throw malformed("files are not accepted");
  const charset = CHARSET.exec(headers.get("content-type") ?? "")?.[1] ?? "utf-8";
  if (
    !/^utf-?8$/i.test(charset) ||
    !/^(?:7bit|8bit|binary)$/i.test(headers.get("content-transfer-encoding") ?? "8bit")
  ) {
    throw malformed("a part of the form is encoded; send it as UTF-8");
  }
  const name = nameIn(disposition);
  if (name === undefined) throw malformed("a part of the form has no name");
  return { name, value: part.slice(end + 4) };
}

/**
 * Returns the name after the last semicolon that has one. A single pattern for the whole header
 * would try every pair of semicolons.
 */
function nameIn(disposition: string): string | undefined {
  if (!FORM_DATA.test(disposition)) return undefined;
  for (
    let at = disposition.lastIndexOf(";");
    at >= 0;
    at = at === 0 ? -1 : disposition.lastIndexOf(";", at - 1)
  ) {
    NAME.lastIndex = at + 1;
    const name = NAME.exec(disposition)?.[1];
    if (name !== undefined) return name;
  }
  return undefined;
}

function parseHeaders(text: string): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const line of text === "" ? [] : text.split("\r\n")) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined || headers.has(name.toLowerCase()))
      throw malformed("a part of the form is not well-formed");
    headers.set(name.toLowerCase(), value.trim());
  }
  return headers;
}
