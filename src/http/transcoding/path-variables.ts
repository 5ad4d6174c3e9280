import { decodePercent } from "../body/form.ts";
import type { Match } from "./routes.ts";
import type { Template, Variable } from "./template.ts";

/**
 * Returns the text that a variable captures, decoded once. In a variable of several segments, `%2F`
 * is kept, so that a slash in the data differs from one between segments. Throws MALFORMED_REQUEST
 * for a broken escape.
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
