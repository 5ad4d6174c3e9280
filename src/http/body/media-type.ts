// Media types and other values with parameters: RFC 9110 sections 8.3.1 and 5.6.6.

/** A value with parameters, as Content-Type and Content-Disposition have it. */
export interface Parameterized {
  /** The value before the first semicolon, in lower case. */
  readonly value: string;
  /** The parameters by their names in lower case, without quotes and escapes. */
  readonly parameters: ReadonlyMap<string, string>;
}

const VALUE = /[ \t]*([^;"\s]*)[ \t]*/y;
/**
 * One parameter, or none between two semicolons. A name without a value is skipped, and a value
 * without quotes may have any visible character: boundaries of JavaMail contain `=`.
 */
const PARAMETER =
  /;[ \t]*(?:([^;="\s]+)[ \t]*(=[ \t]*(?:"((?:[^"\\]|\\[^])*)"|([^;"\s]*)))?)?[ \t]*/y;
const ESCAPE = /\\([^])/g;

/**
 * Parses a value with parameters. Returns undefined when it doesn't follow the grammar, and when a
 * parameter is repeated, because recipients would not agree on its value.
 */
export function parseParameterized(text: string): Parameterized | undefined {
  VALUE.lastIndex = 0;
  const value = VALUE.exec(text)![1]!.toLowerCase();
  const parameters = new Map<string, string>();
  let at = VALUE.lastIndex;
  while (at < text.length) {
    PARAMETER.lastIndex = at;
    const found = PARAMETER.exec(text);
    if (found === null) return undefined;
    at = PARAMETER.lastIndex;
    const [, name, given, quoted, token = ""] = found;
    if (name === undefined || given === undefined) continue;
    const key = name.toLowerCase();
    if (parameters.has(key)) return undefined;
    parameters.set(key, quoted === undefined ? token : quoted.replaceAll(ESCAPE, "$1"));
  }
  return { value, parameters };
}
