// Content-Transfer-Encoding of a part, RFC 2045 section 6. RFC 7578 section 4.7 says that clients
// should send none; mail libraries do all the same.
import { malformed } from "../errors.ts";

const BASE64 = /^(?:[A-Za-z\d+/]{4})*(?:[A-Za-z\d+/]{2}==|[A-Za-z\d+/]{3}=)?$/;
const NOT_ASCII = /[\x80-\xFF]/;
const BROKEN_ESCAPE = /=(?![\dA-F]{2})/i;
const ESCAPE = /=([\dA-F]{2})/gi;

/** Returns the octets of a part, one in each character; throws MALFORMED_REQUEST. */
export function decodeTransfer(octets: string, encoding: string): string {
  switch (encoding.toLowerCase()) {
    case "":
    case "7bit":
    case "8bit":
    case "binary":
      return octets;
    case "base64": {
      const text = octets.replaceAll(/[\r\n\t ]/g, "");
      if (!BASE64.test(text)) throw malformed("a part of the form is not base64");
      return Buffer.from(text, "base64").toString("latin1");
    }
    case "quoted-printable": {
      const text = joinLines(octets);
      if (BROKEN_ESCAPE.test(text) || NOT_ASCII.test(text))
        throw malformed("a part of the form is not quoted-printable");
      return text.replaceAll(ESCAPE, (_, code: string) =>
        String.fromCharCode(Number.parseInt(code, 16)),
      );
    }
    default:
      throw malformed("a part of the form has an unknown content-transfer-encoding");
  }
}

/** Removes the space at the ends of lines, and the line breaks that a `=` precedes. */
function joinLines(text: string): string {
  const lines = text.split("\r\n").map((line) => line.trimEnd());
  return lines
    .map((line, index) => {
      if (line.endsWith("=")) return line.slice(0, -1);
      return index === lines.length - 1 ? line : `${line}\r\n`;
    })
    .join("");
}
