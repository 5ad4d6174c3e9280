/** The longest line. No user needs more. */
const MAX_LINE_BYTES = 64 * 1024;
const NEWLINE = 10;

/** A line that is not blank: its text, or what is wrong with it. */
export interface Line {
  /** From 1, counting blank ones. */
  readonly number: number;
  readonly text: string | undefined;
  readonly problem: string;
}

/** Splits UTF-8 into lines in bounded memory. Drops a byte-order mark and carriage returns. */
export async function* linesOf(source: AsyncIterable<Buffer>): AsyncGenerator<Line> {
  let number = 0;
  let rest: Buffer = Buffer.alloc(0);
  for await (const chunk of source) {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      const line = read(
        ++number,
        rest.length === 0
          ? chunk.subarray(start, end)
          : Buffer.concat([rest, chunk.subarray(start, end)]),
      );
      if (line !== undefined) yield line;
      rest = Buffer.alloc(0);
      start = end + 1;
    }
    // Of a line that is too long, keep only enough to report it.
    rest = Buffer.concat([rest, chunk.subarray(start)]).subarray(0, MAX_LINE_BYTES + 1);
  }
  const last = read(++number, rest);
  if (last !== undefined) yield last;
}

const decoder = new TextDecoder("utf-8", { fatal: true });

function read(number: number, bytes: Buffer): Line | undefined {
  if (bytes.length > MAX_LINE_BYTES)
    return { number, text: undefined, problem: `is longer than ${MAX_LINE_BYTES} bytes` };
  try {
    const text = decoder.decode(bytes).trim();
    return text === "" ? undefined : { number, text, problem: "" };
  } catch {
    return { number, text: undefined, problem: "is not UTF-8" };
  }
}
