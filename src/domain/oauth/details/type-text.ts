// A type of details as one line of JSON. The command and the pages of administration take it:
// {"type":"payment","title":"make a payment","actions":["initiate"],"members":{"amount":"number"}}
import { invalidField } from "../../errors.ts";
import { isJsonObject } from "./detail.ts";
import {
  DETAIL_LISTS,
  type DetailMember,
  type DetailType,
  type MemberKind,
} from "./detail-type.ts";

const invalid = (description: string): Error => invalidField("detail_types", description);

const NAMES: readonly string[] = ["type", "title", ...DETAIL_LISTS, "identifier", "members"];

/** Reads a type. `checkDetailTypes` judges its values. */
export function readDetailType(line: string): DetailType {
  const given = parse(line);
  const unknown = Object.keys(given).find((name) => !NAMES.includes(name));
  if (unknown !== undefined) throw invalid(`have a member that is none of ${NAMES.join(", ")}`);
  const { type, title = "", identifier = false, members = {} } = given;
  if (typeof type !== "string") throw invalid("lack type");
  if (typeof identifier !== "boolean")
    throw invalid("have an identifier that is not true or false");
  const [actions, datatypes, privileges] = DETAIL_LISTS.map((list) => textsOf(given[list] ?? []));
  return {
    name: type,
    texts: titleOf(title),
    actions: actions ?? [],
    datatypes: datatypes ?? [],
    privileges: privileges ?? [],
    hasIdentifier: identifier,
    members: membersOf(members),
  };
}

/** Writes a type as `readDetailType` reads it. What is empty is left out. */
export function detailTypeLine({ name, texts, hasIdentifier, members, ...lists }: DetailType) {
  const { en, ru, zh } = texts;
  const title = ru === "" && zh === "" ? en : { en, ru, zh };
  return JSON.stringify({
    type: name,
    ...(title !== "" && { title }),
    ...Object.fromEntries(
      DETAIL_LISTS.filter((list) => lists[list].length > 0).map((list) => [list, lists[list]]),
    ),
    ...(hasIdentifier && { identifier: true }),
    ...(members.length > 0 && {
      members: Object.fromEntries(
        members.map((member) => [member.name, member.kind + (member.isRequired ? "" : "?")]),
      ),
    }),
  });
}

function parse(line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (isJsonObject(value)) return value;
  } catch {
    // The same complaint.
  }
  throw invalid("must be objects of JSON, one a line");
}

function titleOf(title: unknown): DetailType["texts"] {
  const { en = "", ru = "", zh = "" } = isJsonObject(title) ? title : { en: title };
  if (typeof en !== "string" || typeof ru !== "string" || typeof zh !== "string")
    throw invalid("have a title that is no text, or no object of texts in en, ru and zh");
  return { en, ru, zh };
}

function textsOf(value: unknown): readonly string[] {
  if (Array.isArray(value) && value.every((each) => typeof each === "string")) return value;
  throw invalid(`have ${DETAIL_LISTS.join(", ")} that are no lists of texts`);
}

function membersOf(members: unknown): readonly DetailMember[] {
  if (!isJsonObject(members)) throw invalid("have members that are no object of names and kinds");
  return Object.entries(members).map(([name, kind]) => {
    if (typeof kind !== "string") throw invalid("have a member whose kind is no text");
    const isRequired = !kind.endsWith("?");
    return { name, kind: kind.replace(/\?$/, "") as MemberKind, isRequired };
  });
}
