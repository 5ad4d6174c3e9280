// Forms as multipart/form-data, RFC 7578. A form is small and in memory, so no stream parser. Until
// a part's charset is known, its octets are the characters of a string.
import { malformed } from "../errors.ts";
import { decodeUtf8, type Decode, decoderOf } from "./charset.ts";
import { CHARSET_FIELD, MAX_PARAMETERS, type Parameter } from "./form.ts";
import { parseParameterized, type Parameterized } from "./media-type.ts";
import { decodeTransfer } from "./transfer-encoding.ts";

/** RFC 2046 section 5.1.1. */
const MAX_BOUNDARY = 70;
/** The longest headers of one part. */
const MAX_HEADERS = 1024;

const HEADER = /^([\w-]+)[ \t]*:(.*)$/s;
/** A header that goes on in the next line: RFC 5322 section 2.2.3. */
const FOLD = /\r\n(?=[ \t])/g;
const NOT_ASCII = /[\x80-\xFF]/;
/** The escapes of a name as browsers write them: WHATWG HTML, multipart/form-data. */
const BROWSER_ESCAPE = /%(?:0A|0D|22)/gi;

/** A part of a form, before its octets are decoded. */
interface Part {
  readonly name: string;
  readonly octets: string;
  readonly charset: string | undefined;
  readonly isFile: boolean;
}

interface MultipartOptions {
  /** Whether files are taken. Their value is their bytes as base64url. */
  readonly takesFiles?: boolean;
}

/**
 * Reads the fields of a form. A part's own charset goes first, then that of the field `_charset_`
 * (RFC 7578 section 4.6), then that of the form. Throws MALFORMED_REQUEST for a file that is not
 * taken, a part without a name, and a form without its closing delimiter.
 */
export function parseMultipart(
  bytes: Buffer,
  { parameters }: Parameterized,
  { takesFiles = false }: MultipartOptions = {},
): Parameter[] {
  const boundary = parameters.get("boundary") ?? "";
  if (boundary === "" || boundary.length > MAX_BOUNDARY)
    throw malformed("the content type of the form has no boundary");
  const shared = decoderOf(parameters.get("charset") ?? "utf-8");
  const parts = splitParts(bytes.toString("latin1"), boundary).map((part) =>
    parsePart(part, shared),
  );
  if (!takesFiles && parts.some(({ isFile }) => isFile)) throw malformed("files are not accepted");
  const named = parts.find(({ name }) => name === CHARSET_FIELD)?.octets.trim() ?? "";
  const usual = named === "" ? shared : decoderOf(named);
  return parts
    .filter(({ name }) => name !== CHARSET_FIELD)
    .map(({ name, octets, charset, isFile }) => ({
      name,
      value: isFile
        ? Buffer.from(octets, "latin1").toString("base64url")
        : decodeOctets(octets, charset === undefined ? usual : decoderOf(charset)),
    }));
}

/** Returns the parts between the delimiters, without the preamble and the epilogue. */
function splitParts(text: string, boundary: string): string[] {
  // The first delimiter is at the start of the text, every other one at the start of a line.
  const [, ...parts] = `\r\n${text}`.split(`\r\n--${boundary}`, MAX_PARAMETERS + 3);
  const end = parts.findIndex((part) => part.startsWith("--"));
  if ((end < 0 ? parts.length - 1 : end) > MAX_PARAMETERS)
    throw malformed(`more than ${MAX_PARAMETERS} parameters`);
  if (end < 0) throw malformed("the form has no closing boundary");
  return parts.slice(0, end);
}

function parsePart(part: string, shared: Decode): Part {
  const start = /^[ \t]*\r\n/.exec(part)?.[0].length;
  const end = part.indexOf("\r\n\r\n");
  if (start === undefined || end < 0 || end > MAX_HEADERS) throw unreadable();
  const headers = parseHeaders(decodeOctets(part.slice(start, Math.max(start, end)), shared));
  const disposition = headers.get("content-disposition");
  const type = headers.get("content-type");
  const name = disposition?.value === "form-data" ? disposition.parameters.get("name") : undefined;
  if (name === undefined) throw malformed("a part of the form has no name");
  return {
    name: name.replaceAll(BROWSER_ESCAPE, decodeURIComponent),
    octets: decodeTransfer(
      part.slice(end + 4),
      headers.get("content-transfer-encoding")?.value ?? "",
    ),
    charset: type?.parameters.get("charset"),
    isFile: isFileOf(disposition!),
  };
}

/** Whether a part has the name of a file. Browsers send an empty one when no file was chosen. */
const isFileOf = ({ parameters }: Parameterized): boolean =>
  (parameters.get("filename") ?? "") !== "" ||
  // RFC 8187 section 3.2: charset, language and the name, with an apostrophe after the first two.
  !/^(?:[^']*'[^']*')?$/.test(parameters.get("filename*") ?? "");

function parseHeaders(text: string): ReadonlyMap<string, Parameterized> {
  const headers = new Map<string, Parameterized>();
  for (const line of text === "" ? [] : text.replaceAll(FOLD, "").split("\r\n")) {
    const [, name, value] = HEADER.exec(line) ?? [];
    if (name === undefined || value === undefined) throw unreadable();
    const key = name.toLowerCase();
    if (!READ.has(key)) continue;
    const parsed = parseParameterized(value);
    if (parsed === undefined || headers.has(key)) throw unreadable();
    headers.set(key, parsed);
  }
  return headers;
}

/** The headers of a part; RFC 7578 section 4.8 says to ignore all others. */
const READ: ReadonlySet<string> = new Set([
  "content-disposition",
  "content-type",
  "content-transfer-encoding",
]);

const unreadable = () => malformed("a part of the form is not well-formed");

const decodeOctets = (octets: string, decode: Decode): string =>
  decode === decodeUtf8 && !NOT_ASCII.test(octets) ? octets : decode(Buffer.from(octets, "latin1"));
