/** Is no byte of UTF-8, so a line that holds it is reported. */
const INVALID = Buffer.from([0xff]);
/** So many bytes show the encoding. */
const HEAD_BYTES = 4;

/** Converts the next bytes to UTF-8; `last` is set for the end of the source. */
type Conversion = (bytes: Buffer, last: boolean) => Buffer;

/**
 * Converts a file to UTF-8 without a byte-order mark, in bounded memory. UTF-16 is recognised by
 * its mark, or by the zero byte of the first character, which is ASCII in CSV and JSON.
 */
export async function* utf8Of(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let convert: Conversion | undefined;
  let head: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    if (convert !== undefined) yield convert(chunk, false);
    else {
      head = Buffer.concat([head, chunk]);
      if (head.length < HEAD_BYTES) continue;
      convert = conversionOf(head);
      yield convert(withoutMark(head), false);
    }
  }
  convert ??= conversionOf(head);
  yield convert(head.length < HEAD_BYTES ? withoutMark(head) : Buffer.alloc(0), true);
}

function conversionOf(head: Buffer): Conversion {
  const start = head.toString("hex", 0, HEAD_BYTES);
  // The marks of UTF-32, and a first character of ASCII in it.
  if (/^(fffe0000|0000feff|000000..|..000000)/.test(start) && start !== "00000000")
    throw new Error("the file is in UTF-32: save it as UTF-8");
  if (/^(fffe|(?!00)..00)/.test(start)) return fromUtf16(false);
  if (/^(feff|00(?!00)..)/.test(start)) return fromUtf16(true);
  return (bytes) => bytes;
}

/** Drops the byte-order mark of UTF-8 or UTF-16. */
function withoutMark(head: Buffer): Buffer {
  const mark = /^(?:efbbbf|fffe|feff)/.exec(head.toString("hex", 0, 3))?.[0] ?? "";
  return head.subarray(mark.length / 2);
}

function fromUtf16(bigEndian: boolean): Conversion {
  let held: Buffer = Buffer.alloc(0);
  return (chunk, last) => {
    const bytes = Buffer.concat([held, chunk]);
    let end = bytes.length - (bytes.length % 2);
    const units = Buffer.from(bytes.subarray(0, end));
    if (bigEndian) units.swap16();
    // The second half of a surrogate pair comes with the next bytes.
    if (!last && end > 0 && (units[end - 1]! & 0xfc) === 0xd8) end -= 2;
    held = bytes.subarray(end);
    const text = toBytes(units.toString("utf16le", 0, end));
    return last && held.length > 0 ? Buffer.concat([text, INVALID]) : text;
  };
}

/** Encodes a text; an unpaired surrogate becomes a byte that makes its line invalid. */
function toBytes(text: string): Buffer {
  if (text.isWellFormed()) return Buffer.from(text);
  return Buffer.concat(
    text
      .split(/\p{Cs}/u)
      .flatMap((part, index) => [...(index > 0 ? [INVALID] : []), Buffer.from(part)]),
  );
}
