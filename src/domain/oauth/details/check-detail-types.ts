import { invalidField } from "../../errors.ts";
import { hasControls, isLongerThan, isVisible } from "../../text.ts";
import { DETAIL_LISTS, type DetailType, isDetailName, MEMBER_KINDS } from "./detail-type.ts";

/** The same limits as in the contract. */
const MAX_TYPES = 20;
const MAX_VALUES = 20;
const MAX_MEMBERS = 20;
const MAX_TITLE = 200;
/** The most bytes of all types of a resource, as they are stored. */
export const MAX_DETAIL_TYPES_BYTES = 32 * 1024;

const MEMBER_NAME = /^[A-Za-z][\w.-]{0,63}$/;
/** The members of RFC 9396 section 2, which a type can't define anew. */
const RESERVED: readonly string[] = ["type", "locations", "identifier", ...DETAIL_LISTS];

const invalid = (description: string): Error => invalidField("detail_types", description);

/** Rejects types of authorization details that a resource can't have. */
export function checkDetailTypes(types: readonly DetailType[]): void {
  if (types.length > MAX_TYPES) throw invalid(`are more than ${MAX_TYPES}`);
  const names = types.map(({ name }) => name);
  if (!names.every(isDetailName))
    throw invalid("must have names of 1 to 128 visible characters of ASCII, without quotes");
  if (hasTwice(names)) throw invalid("contain a name twice");
  types.forEach(checkType);
  if (Buffer.byteLength(JSON.stringify(types)) > MAX_DETAIL_TYPES_BYTES)
    throw invalid(`are longer than ${MAX_DETAIL_TYPES_BYTES} bytes`);
}

function checkType({ texts, members, ...type }: DetailType): void {
  for (const title of Object.values(texts))
    if (isLongerThan(title, MAX_TITLE) || (title !== "" && !isVisible(title)) || hasControls(title))
      throw invalid(`must have titles of at most ${MAX_TITLE} visible characters`);
  for (const list of DETAIL_LISTS) {
    const values = type[list];
    if (values.length > MAX_VALUES || !values.every(isDetailName) || hasTwice(values))
      throw invalid(
        `must have ${list} of at most ${MAX_VALUES} different values, each of 1 to 128 visible ` +
          "characters of ASCII, without quotes",
      );
  }
  const names = members.map(({ name }) => name);
  if (members.length > MAX_MEMBERS || hasTwice(names))
    throw invalid(`must have at most ${MAX_MEMBERS} members of different names`);
  if (!names.every((name) => MEMBER_NAME.test(name) && !RESERVED.includes(name)))
    throw invalid(
      "must have members whose names are up to 64 letters, digits and characters of .-_, begin " +
        `with a letter, and are none of ${RESERVED.join(", ")}`,
    );
  if (!members.every(({ kind }) => (MEMBER_KINDS as readonly string[]).includes(kind)))
    throw invalid(`must have members of the kinds ${MEMBER_KINDS.join(", ")}`);
}

const hasTwice = (texts: readonly string[]): boolean => new Set(texts).size < texts.length;
