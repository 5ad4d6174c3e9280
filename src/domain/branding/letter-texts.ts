import { type EmailMessage, LETTER_KINDS } from "../email/mailer.ts";
import { LANGUAGES } from "../email/language.ts";
import { invalidField } from "../errors.ts";
import { hasControls, isLongerThan, isVisible } from "../text.ts";
import type { LetterText } from "./brand.ts";

/** The values that a text can contain, as `{name}`. */
export const PLACEHOLDERS = ["name", "host", "when"] as const;
type Placeholder = (typeof PLACEHOLDERS)[number];

/** The most characters of a subject and of a text. */
export const MAX_SUBJECT = 120;
export const MAX_LETTER_TEXT = 1000;
/** The most bytes of all texts of a brand together. */
const MAX_BYTES = 30_000;

const PLACEHOLDER = /\{(\w+)\}/g;

/** Returns the paragraphs of a text: its lines that are not empty. */
export const paragraphsOf = (text: string): readonly string[] =>
  text
    .split(/\r\n|\r|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** Puts values in place of the placeholders. */
export const fillIn = (text: string, values: Readonly<Record<Placeholder, string>>): string =>
  text.replaceAll(PLACEHOLDER, (whole, name: string) =>
    Object.hasOwn(values, name) ? values[name as Placeholder] : whole,
  );

function checkText(field: string, lines: readonly string[], most: number): void {
  const text = lines.join("\n");
  if (isLongerThan(text, most)) throw invalidField(field, `is longer than ${most} characters`);
  if (text === "") return;
  if (!isVisible(text)) throw invalidField(field, "must contain visible characters");
  if (lines.some(hasControls)) throw invalidField(field, "must not contain invisible characters");
  const rest = text.replaceAll(PLACEHOLDER, (whole, name: string) =>
    (PLACEHOLDERS as readonly string[]).includes(name) ? "" : whole,
  );
  const wrong = /\{[^{}]{0,40}\}?|\}/.exec(rest)?.[0];
  if (wrong !== undefined)
    throw invalidField(
      field,
      `contains ${wrong}, which is no placeholder; those are ` +
        PLACEHOLDERS.map((name) => `{${name}}`).join(", "),
    );
}

const isKind = (kind: string): kind is EmailMessage["kind"] =>
  (LETTER_KINDS as readonly string[]).includes(kind);

/** Returns the texts without those that are empty; rejects wrong ones. */
export function checkLetters(letters: readonly LetterText[]): readonly LetterText[] {
  const checked = letters.map(({ kind, language, ...given }, index): LetterText => {
    const field = (name: string): string => `letters[${index}].${name}`;
    if (!isKind(kind)) throw invalidField(field("kind"), `is none of ${LETTER_KINDS.join(", ")}`);
    if (!LANGUAGES.includes(language))
      throw invalidField(field("language"), `is none of ${LANGUAGES.join(", ")}`);
    const subject = given.subject.trim();
    const paragraphs = paragraphsOf(given.text);
    checkText(field("subject"), [subject], MAX_SUBJECT);
    checkText(field("text"), paragraphs, MAX_LETTER_TEXT);
    return { kind, language, subject, text: paragraphs.join("\n") };
  });
  const keys = checked.map(({ kind, language }) => `${kind} ${language}`);
  const twice = keys.findIndex((key, index) => keys.indexOf(key) < index);
  if (twice >= 0)
    throw invalidField(`letters[${twice}]`, "is of the same kind and language as another one");
  const kept = checked.filter(({ subject, text }) => subject + text !== "");
  if (Buffer.byteLength(JSON.stringify(kept)) > MAX_BYTES)
    throw invalidField("letters", `have more than ${MAX_BYTES} bytes together`);
  return kept;
}
