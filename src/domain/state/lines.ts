import type { LineFields } from "./fields.ts";

/** A line of the file with its fields. */
export interface NumberedLine {
  readonly number: number;
  readonly fields: LineFields;
}

/** Why a line is refused. It never quotes the line. */
export interface LineProblem {
  readonly line: number;
  readonly field: string;
  readonly reason: string;
}
