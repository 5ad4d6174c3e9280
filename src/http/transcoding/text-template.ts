/** A compiled JSON text with `${…}`: its literals, and the names between each two of them. */
export interface TextTemplate {
  readonly literals: readonly string[];
  readonly names: readonly string[];
}

const PLACEHOLDER = /\$\{([^}]*)\}/;

/**
 * Compiles a text whose names satisfy `isKnown`. With `probe` in every place, the result must be
 * JSON. Throws an Error that quotes the text.
 */
export function compileText(
  text: string,
  probe: string,
  isKnown: (name: string) => boolean,
): TextTemplate {
  const parts = text.split(PLACEHOLDER);
  const template = {
    literals: parts.filter((_, index) => index % 2 === 0),
    names: parts.filter((_, index) => index % 2 === 1),
  };
  const unknown = template.names.find((name) => !isKnown(name));
  if (unknown !== undefined) throw new Error(`there is no name \${${unknown}} for ${text}`);
  try {
    JSON.parse(fillText(template, () => probe));
  } catch {
    throw new Error(`not valid JSON: ${text}`);
  }
  return template;
}

/** Fills every place with the text of its name. */
export function fillText(
  { literals, names }: TextTemplate,
  valueOf: (name: string) => string,
): string {
  let text = literals[0]!;
  for (let index = 0; index < names.length; index++)
    text += valueOf(names[index]!) + literals[index + 1]!;
  return text;
}

/** Escapes a text for the inside of a JSON string. */
export const escapeText = (text: string): string => JSON.stringify(text).slice(1, -1);
