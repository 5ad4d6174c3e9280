// The parameters of a query or of an application/x-www-form-urlencoded body.
import { malformed } from "../errors.ts";
import { decodeUtf8, type Decode, decoderOf } from "./charset.ts";

/** A decoded parameter. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** The most parameters that a query or a form may have. */
export const MAX_PARAMETERS = 1000;

/** The field in which a form names its charset: RFC 7578 section 4.6, and forms of browsers. */
export const CHARSET_FIELD = "_charset_";

/** Reads `a=1&b=2`; throws MALFORMED_REQUEST for a bad escape or too many pairs. */
export const parseParameters = (text: string): Parameter[] => parsePairs(text, decode);

/**
 * Reads a form whose bytes, escaped or not, are of a charset: that of the field `_charset_`, else
 * the given one.
 */
export function parseForm(bytes: Buffer, charset: string): Parameter[] {
  const decodeText = decoderOf(charset);
  if (!bytes.includes(CHARSET_FIELD))
    return decodeText === decodeUtf8
      ? parseParameters(decodeUtf8(bytes))
      : parseOctets(bytes, decodeText);
  const octets = parsePairs(bytes.toString("latin1"), unescapeOctets);
  const named = octets.find(({ name }) => name === CHARSET_FIELD)?.value.trim() ?? "";
  return parseOctets(bytes, named === "" ? decodeText : decoderOf(named)).filter(
    ({ name }) => name !== CHARSET_FIELD,
  );
}

/** Reads a form byte by byte. The bytes of `&`, `=`, `+` and `%` are the same in every charset. */
const parseOctets = (bytes: Buffer, decodeText: Decode): Parameter[] =>
  parsePairs(bytes.toString("latin1"), (text) =>
    decodeText(Buffer.from(unescapeOctets(text), "latin1")),
  );

function parsePairs(text: string, decodePart: (text: string) => string): Parameter[] {
  const parameters: Parameter[] = [];
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf("&", start);
    if (end < 0) end = text.length;
    if (end > start) {
      if (parameters.length === MAX_PARAMETERS)
        throw malformed(`more than ${MAX_PARAMETERS} parameters`);
      parameters.push(parsePair(text.slice(start, end), decodePart));
    }
    start = end + 1;
  }
  return parameters;
}

function parsePair(pair: string, decodePart: (text: string) => string): Parameter {
  const equals = pair.indexOf("=");
  if (equals < 0) return { name: decodePart(pair), value: "" };
  return { name: decodePart(pair.slice(0, equals)), value: decodePart(pair.slice(equals + 1)) };
}

const withSpaces = (text: string): string =>
  text.includes("+") ? text.replaceAll("+", " ") : text;

const decode = (text: string): string => decodePercent(withSpaces(text));

/** Replaces each escape by the character of its octet. */
function unescapeOctets(text: string): string {
  const spaced = withSpaces(text);
  if (!spaced.includes("%")) return spaced;
  if (/%(?![\dA-F]{2})/i.test(spaced)) throw malformed("a percent-escape is broken");
  return spaced.replaceAll(/%([\dA-F]{2})/gi, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
}

/** Decodes percent-escapes once; throws MALFORMED_REQUEST when they are broken or not UTF-8. */
export function decodePercent(text: string): string {
  if (!text.includes("%")) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    throw malformed("a percent-escape is broken or is not UTF-8");
  }
}
