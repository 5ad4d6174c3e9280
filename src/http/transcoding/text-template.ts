// JSON texts with `${…}` in them, as a dialect declares bodies. It owns their syntax, and must not
// know what the names stand for.

/** A compiled text: literals, and between each two of them the name that stands there. */
export interface TextTemplate {
  readonly literals: readonly string[];
  readonly names: readonly string[];
}

const PLACEHOLDER = /\$\{([^}]*)\}/;

/**
 * Compiles a text. `probe` is put in every place, and the result must be JSON; `isKnown` says which
 * names there are. Throws an Error that shows the text.
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
  if (unknown !== undefined) throw new Error(`nothing is called \${${unknown}} in ${text}`);
  try {
    JSON.parse(fillText(template, () => probe));
  } catch {
    throw new Error(`this is no JSON: ${text}`);
  }
  return template;
}

/** Puts a text in every place. */
export function fillText(
  { literals, names }: TextTemplate,
  valueOf: (name: string) => string,
): string {
  let text = literals[0]!;
  for (let index = 0; index < names.length; index++)
    text += valueOf(names[index]!) + literals[index + 1]!;
  return text;
}

/** A text as it stands between the quotes of a JSON string. */
export const escapeText = (text: string): string => JSON.stringify(text).slice(1, -1);
