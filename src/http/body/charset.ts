// What the bytes of a text mean. docs/decisions/0016 says which charsets are read, and how.
import { isAscii, isUtf8 } from "node:buffer";
import type { ConnectError } from "@connectrpc/connect";
import { failure, malformed } from "../errors.ts";

/** Decodes bytes as text; throws MALFORMED_REQUEST when they are not of the charset. */
export type Decode = (bytes: Uint8Array) => string;

/** Decodes UTF-8, and keeps a byte order mark. */
export const decodeUtf8: Decode = (bytes) => {
  if (!isUtf8(bytes)) throw malformed("the body is not UTF-8");
  return bufferOf(bytes).toString("utf8");
};

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/**
 * ISO-8859-1 by its names at IANA and in Java. A TextDecoder takes it for windows-1252, which has
 * letters in place of the control characters 0x80 to 0x9F.
 */
const LATIN1 = /^(?:iso[-_]?8859[-_]1(?::1987)?|iso-ir-100|latin1|l1|ibm819|cp819|csisolatin1)$/;
/** US-ASCII, which a TextDecoder takes for windows-1252 too. */
const ASCII =
  /^(?:us-ascii|ascii|us|ansi_x3\.4-19(?:68|86)|iso-ir-6|iso646-us|ibm367|cp367|csascii)$/;
/**
 * The encodings in which the bytes of `&` and `=` may mean other characters, so that a form can't
 * be split before it is decoded.
 */
const NO_SUPERSETS: ReadonlySet<string> = new Set(["utf-16le", "utf-16be", "iso-2022-jp"]);

/** The decoders in use, by charset. Only known charsets are kept, so the map stays small. */
const decoders = new Map<string, Decode>([["utf-8", decodeUtf8]]);

/** Returns the decoder of a charset; throws MEDIA_TYPE_UNSUPPORTED for an unknown one. */
export function decoderOf(charset: string): Decode {
  const name = charset.trim().toLowerCase();
  let decode = decoders.get(name);
  if (decode === undefined) decoders.set(name, (decode = createDecoder(name)));
  return decode;
}

/** The error of a charset that is not read. */
export const unknownCharset = (): ConnectError =>
  failure("MEDIA_TYPE_UNSUPPORTED", "send the body in UTF-8");

function createDecoder(name: string): Decode {
  if (LATIN1.test(name)) return (bytes) => bufferOf(bytes).toString("latin1");
  if (ASCII.test(name))
    return (bytes) => {
      if (!isAscii(bytes)) throw malformed("the body is not US-ASCII");
      return bufferOf(bytes).toString("latin1");
    };
  const decoder = textDecoder(name);
  if (decoder === undefined || NO_SUPERSETS.has(decoder.encoding)) throw unknownCharset();
  if (decoder.encoding === "utf-8") return decodeUtf8;
  return (bytes) => {
    try {
      return decoder.decode(bytes);
    } catch {
      throw malformed("the body has bytes that its charset doesn't have");
    }
  };
}

function textDecoder(name: string): TextDecoder | undefined {
  try {
    return new TextDecoder(name, { fatal: true, ignoreBOM: true });
  } catch {
    return undefined;
  }
}
