import { type Line, MAX_RECORD_BYTES } from "./lines.ts";

/** How far a record is after some of its lines. */
export type RecordState = "complete" | "open" | "broken";

/** Reads the lines of one record, each in a call, and returns the state after it. */
export type RecordScanner = (line: string) => RecordState;

/**
 * Joins lines to records. A record that is broken or does not end takes only its first line with
 * it, so a broken line never swallows the next one.
 */
export async function* recordsAcrossLines(
  lines: AsyncGenerator<Line>,
  newScanner: () => RecordScanner,
  problem: string,
): AsyncGenerator<Line> {
  const ahead: Line[] = [];
  const at = async (index: number): Promise<Line | undefined> => {
    if (index === ahead.length) {
      const next = await lines.next();
      if (!next.done) ahead.push(next.value);
    }
    return ahead[index];
  };
  for (let first = await at(0); first !== undefined; first = await at(0)) {
    let record = first;
    let count = 1;
    if (first.text !== undefined && first.text.trim() !== "") {
      const scan = newScanner();
      let state = scan(first.text);
      while (state === "open") {
        const next = await at(count);
        const text = next?.text === undefined ? undefined : record.text + record.end + next.text;
        if (text === undefined || Buffer.byteLength(text) > MAX_RECORD_BYTES) state = "broken";
        else {
          state = scan(next!.text!);
          record = { ...first, text, end: next!.end };
          count += 1;
        }
      }
      if (state === "broken") {
        record = { ...first, text: undefined, problem };
        count = 1;
      }
    }
    ahead.splice(0, count);
    if (record.text === undefined || record.text.trim() !== "") yield record;
  }
}
