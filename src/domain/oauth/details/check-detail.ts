import { isVisible } from "../../text.ts";
import { type JsonMembers } from "./detail.ts";
import { DETAIL_LISTS, type DetailType } from "./detail-type.ts";
import { valueFault } from "./detail-values.ts";

/** The most characters of an identifier. */
const MAX_IDENTIFIER = 256;

/**
 * Returns what is wrong with a detail of a type, as the rest of a sentence; undefined for nothing.
 * What the type names as a list, the detail must narrow: what is left out must not mean all.
 */
export function detailFault(detail: JsonMembers, type: DetailType): string | undefined {
  const known = new Map(type.members.map((member) => [member.name, member]));
  for (const list of DETAIL_LISTS) {
    const fault = listFault(detail[list], type[list]);
    if (fault !== undefined) return `${list} ${fault}`;
  }
  for (const [name, value] of Object.entries(detail)) {
    if (name === "type" || name === "locations" || isList(name)) continue;
    const fault = valueFault(value);
    if (fault !== undefined) return `a member has ${fault}`;
    const kind = name === "identifier" && type.hasIdentifier ? "string" : known.get(name)?.kind;
    if (kind === undefined) return "a member is not known for its type";
    if ((Array.isArray(value) ? "array" : typeof value) !== kind)
      return `${name} must be a JSON ${kind}`;
    if (name === "identifier" && !isIdentifier(value))
      return `identifier must have 1 to ${MAX_IDENTIFIER} visible characters`;
  }
  const missing = type.members.find(
    ({ name, isRequired }) => isRequired && !Object.hasOwn(detail, name),
  );
  return missing === undefined ? undefined : `${missing.name} is missing`;
}

const isList = (name: string): boolean => (DETAIL_LISTS as readonly string[]).includes(name);

const isIdentifier = (value: unknown): boolean =>
  typeof value === "string" && value.length <= MAX_IDENTIFIER && isVisible(value);

function listFault(value: unknown, allowed: readonly string[]): string | undefined {
  if (value === undefined)
    return allowed.length === 0 ? undefined : "are missing: the type has some";
  if (allowed.length === 0) return "are not known for its type";
  if (!Array.isArray(value) || value.length === 0) return "must be a list with a value";
  if (!value.every((each) => allowed.includes(each as string)))
    return "have a value that the type doesn't have";
  return new Set(value).size < value.length ? "have a value twice" : undefined;
}
