// Forms as multipart/form-data, RFC 7578. It owns the parts and their headers, and must not know what the
// names mean. The whole form is at hand and small, so that a stream parser would only add states.
import { malformed } from "./failure.ts";
import { MAX_PARAMETERS, type Parameter } from "./parameters.ts";

const BOUNDARY = /;\s*boundary=(?:"([^"]{1,70})"|([^";\s]{1,70}))\s*(?:;|$)/i;
const DISPOSITION = /^content-disposition:[ \t]*form-data[ \t]*;(.*)$/im;
const NAME = /(?:^|;)[ \t]*name="([^"\\]*)"/i;
const FILE_NAME = /(?:^|;)[ \t]*filename\*?[ \t]*=/i;
const ENCODING = /^content-transfer-encoding:[ \t]*(?!(?:7bit|8bit|binary)[ \t]*$)/im;
const CHARSET = /^content-type:.*charset[ \t]*=[ \t]*"?(?!utf-?8["; \t]*$)/im;

/** Reads the fields of a form; a file, a part without a name or a form that breaks off is MALFORMED_REQUEST. */
export function parseMultipart(text: string, contentType: string): Parameter[] {
  const boundary = BOUNDARY.exec(contentType);
  if (boundary === null) throw malformed("the content type of the form has no boundary");
  // The first delimiter stands at the start of the text, every other one at the start of a line.
  const [, ...parts] = `\r\n${text}`.split(`\r\n--${boundary[1] ?? boundary[2]}`, MAX_PARAMETERS + 3);
  if (parts.length > MAX_PARAMETERS + 1) throw malformed(`more than ${MAX_PARAMETERS} parameters`);
  if (!parts.pop()?.startsWith("--")) throw malformed("the form breaks off");
  return parts.map(parsePart);
}

function parsePart(part: string): Parameter {
  const start = /^[ \t]*\r\n/.exec(part)?.[0].length;
  const end = part.indexOf("\r\n\r\n");
  if (start === undefined || end < 0) throw malformed("a part of the form is not well-formed");
  const headers = part.slice(start, Math.max(start, end));
  const disposition = DISPOSITION.exec(headers)?.[1] ?? "";
  if (FILE_NAME.test(disposition)) throw malformed("files are not accepted");
  if (ENCODING.test(headers) || CHARSET.test(headers)) throw malformed("a part of the form is encoded; send it as UTF-8");
  const name = NAME.exec(disposition)?.[1];
  if (name === undefined) throw malformed("a part of the form has no name");
  return { name, value: part.slice(end + 4) };
}
