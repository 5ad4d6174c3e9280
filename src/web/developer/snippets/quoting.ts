// Writes a value as a literal of each language. The value can't end the literal: everything but
// printable ASCII is escaped, and so is what the language would interpret.

const UNUSUAL = /[^ -~]/gu;
const hex = (character: string, digits: number): string =>
  character.codePointAt(0)!.toString(16).padStart(digits, "0");
const isBig = (character: string): boolean => character.length > 1;

/** Returns a double-quoted text with `\` before `"`, `\` and the characters of `more`. */
function quoted(text: string, more: string, escape: (character: string) => string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll(/["\\]/g, "\\$&")
    .replaceAll(more === "" ? /(?!)/g : more, `\\${more}`);
  return `"${escaped.replaceAll(UNUSUAL, escape)}"`;
}

/** JavaScript; also safe in a script of a page. */
export const inJavaScript = (text: string): string =>
  quoted(text, "", (character) =>
    isBig(character) ? `\\u{${hex(character, 1)}}` : `\\u${hex(character, 4)}`,
  ).replaceAll("<", String.raw`\u003c`);

/** Python and Go, whose literals are the same. */
export const inPython = (text: string): string =>
  quoted(text, "", (character) =>
    isBig(character) ? `\\U${hex(character, 8)}` : `\\u${hex(character, 4)}`,
  );

/** `#` begins an interpolation in Ruby. */
export const inRuby = (text: string): string =>
  quoted(text, "#", (character) => `\\u{${hex(character, 1)}}`);

/**
 * An argument of an Apache directive, which is a URI or a list of scopes. `$` would begin a
 * variable and `%` a format, and neither can be escaped: `$` is percent-encoded, RFC 3986.
 */
export const inApache = (text: string): string =>
  quoted(text.replaceAll("${", "%24{"), "", encodeURIComponent);

/** Quotes one word of a shell command if needed. */
export const inShell = (text: string): string =>
  /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
