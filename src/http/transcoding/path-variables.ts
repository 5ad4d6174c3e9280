// What a variable of a template captures of a path. It owns how captured segments are decoded, and
// must not know of fields.
import { decodePercent } from "../body/form.ts";
import type { Match } from "./routes.ts";
import type { Template, Variable } from "./template.ts";

/**
 * The text that a variable captures, decoded once. Where it captures several segments, or may,
 * `%2F` stays as it is, so that a slash that is data is told apart from one that parts them. Throws
 * MALFORMED_REQUEST for a bad escape.
 */
export function readPathVariables(
  { segments: pattern }: Template,
  { start, end }: Omit<Variable, "field">,
  { segments, wildcardLength }: Omit<Match<unknown>, "target">,
): string {
  const wildcard = pattern.indexOf("**");
  const shift = (index: number): number =>
    wildcard >= 0 && index > wildcard ? index + wildcardLength - 1 : index;
  const text = segments.slice(shift(start), shift(end)).join("/");
  if (end - start === 1 && pattern[start] !== "**") return decodePercent(text);
  const parts = text.split(/(%2f)/i);
  return parts.map((part, index) => (index % 2 === 1 ? part : decodePercent(part))).join("");
}
