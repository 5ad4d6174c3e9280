import type { LineFields } from "./fields.ts";
import { KINDS } from "./kinds/kinds.ts";

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

/** A line of the file: its fields, or why it could not be parsed. */
export interface StateLine {
  readonly number: number;
  readonly fields: LineFields | string;
}

/** Users first, then what belongs to them, then what belongs to both. */
export const RANKS = [0, 1, 2] as const;

/** Returns in which reading of the file a line is taken: an unreadable one in the first. */
export function rankOf({ fields }: StateLine): number {
  if (typeof fields === "string") return 0;
  const kind = fields["kind"];
  return (typeof kind === "string" ? KINDS.get(kind)?.rank : undefined) ?? 0;
}

/** Returns whether a line is a user. */
export const isUser = ({ fields }: NumberedLine): boolean => fields["kind"] === "user";

/** Returns whether a line holds for the hashes of those after it. */
export const isParameters = ({ fields }: StateLine): boolean =>
  typeof fields === "object" && fields["kind"] === "parameters";

/** Returns why a line is of no kind; undefined when it is of one. */
export function unreadable(line: number, fields: LineFields | string): LineProblem | undefined {
  if (typeof fields === "string") return { line, field: "", reason: fields };
  const kind = fields["kind"];
  if (kind === undefined) return { line, field: "kind", reason: "is needed" };
  if (kind === "user" || kind === "parameters" || (typeof kind === "string" && KINDS.has(kind)))
    return undefined;
  const names = ["user", "parameters", ...KINDS.keys()].join(", ");
  return { line, field: "kind", reason: `is none of ${names}` };
}
