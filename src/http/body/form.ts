// The parameters of a query or of an application/x-www-form-urlencoded body.
import { malformed } from "../errors.ts";

/** A decoded parameter. */
export interface Parameter {
  readonly name: string;
  readonly value: string;
}

/** The most parameters that a query or a form may have. */
export const MAX_PARAMETERS = 1000;

/** Reads `a=1&b=2`; throws MALFORMED_REQUEST for a bad escape or too many pairs. */
export function parseParameters(text: string): Parameter[] {
  const parameters: Parameter[] = [];
  let start = 0;
  while (start < text.length) {
    let end = text.indexOf("&", start);
    if (end < 0) end = text.length;
    if (end > start) {
      if (parameters.length === MAX_PARAMETERS)
        throw malformed(`more than ${MAX_PARAMETERS} parameters`);
      parameters.push(parsePair(text.slice(start, end)));
    }
    start = end + 1;
  }
  return parameters;
}

function parsePair(pair: string): Parameter {
  const equals = pair.indexOf("=");
  if (equals < 0) return { name: decode(pair), value: "" };
  return { name: decode(pair.slice(0, equals)), value: decode(pair.slice(equals + 1)) };
}

function decode(text: string): string {
  return decodePercent(text.includes("+") ? text.replaceAll("+", " ") : text);
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
