/** The longest line and the longest record. No user needs more. */
export const MAX_RECORD_BYTES = 64 * 1024;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** A line or a record of several lines: its text, or what is wrong with it. */
export interface Line {
  /** From 1, counting blank ones; in a JSON array, the number of the entry. */
  readonly number: number;
  readonly text: string | undefined;
  readonly problem: string;
  /** The line break after it; empty at the end of the file. */
  readonly end: string;
}

/** Splits UTF-8 into lines in bounded memory. A line ends with CRLF, LF or CR. */
export async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 0;
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    // The last byte that is held may be the CR of a CRLF.
    let at = Math.max(0, held.length - 1);
    const bytes = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    let start = 0;
    while (at < bytes.length) {
      const byte = bytes[at];
      if (byte === CARRIAGE_RETURN && at + 1 === bytes.length) break;
      if (byte !== LINE_FEED && byte !== CARRIAGE_RETURN) at += 1;
      else {
        const next = at + (byte === CARRIAGE_RETURN && bytes[at + 1] === LINE_FEED ? 2 : 1);
        yield read(++number, bytes.subarray(start, at), bytes.toString("latin1", at, next));
        start = at = next;
      }
    }
    held = shortened(bytes.subarray(start));
  }
  const end = held.at(-1) === CARRIAGE_RETURN ? "\r" : "";
  if (held.length > 0) yield read(++number, held.subarray(0, held.length - end.length), end);
}

/** Keeps of a line that is too long only enough to report it. */
const shortened = (bytes: Buffer): Buffer =>
  bytes.length <= MAX_RECORD_BYTES + 2
    ? bytes
    : Buffer.concat([
        bytes.subarray(0, MAX_RECORD_BYTES + 1),
        bytes.subarray(bytes.at(-1) === CARRIAGE_RETURN ? -1 : bytes.length),
      ]);

const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Decodes the bytes of a line or an entry. */
export function read(number: number, bytes: Buffer, end: string): Line {
  const wrong = (problem: string): Line => ({ number, text: undefined, problem, end });
  if (bytes.length > MAX_RECORD_BYTES) return wrong(`is longer than ${MAX_RECORD_BYTES} bytes`);
  try {
    return { number, text: decoder.decode(bytes), problem: "", end };
  } catch {
    return wrong("is not UTF-8");
  }
}
