// What stands between double braces. All texts are bytes, one character each.

/** `{{…}}`; inside, braces may nest once, as in `{{token: [a-z]{43}}}`. */
const PLACEHOLDER = /\{\{((?:[^{}]|\{[^{}]*\})*)\}\}/;
const PATTERN = /^(\w*): (.+)$/s;
const REPETITION = /^(.+)\*(\d+)$/;
const BYTES = /^0x((?:[0-9A-F]{2})+)$/;

/** The values that are known, by name. */
export type Variables = Map<string, string>;

/** Puts values in the places. */
export function fill(template: string, variables: Variables): string {
  return template
    .split(PLACEHOLDER)
    .map((part, index) => (index % 2 === 0 ? part : valueOf(part, variables)))
    .join("");
}

function valueOf(expression: string, variables: Variables): string {
  const [, text, count] = REPETITION.exec(expression) ?? [];
  if (text !== undefined) return text.repeat(Number(count));
  const [, hex] = BYTES.exec(expression) ?? [];
  if (hex !== undefined) return Buffer.from(hex, "hex").toString("latin1");
  const value = variables.get(expression);
  if (value === undefined) throw new Error(`nothing is called {{${expression}}}`);
  return value;
}

/** Whether a text is what the template says; if it is, `{{name: pattern}}` becomes a variable. */
export function capture(template: string, text: string, variables: Variables): boolean {
  const names: string[] = [];
  const source = template.split(PLACEHOLDER).map((part, index) => {
    if (index % 2 === 0) return escapePattern(part);
    const [, name, pattern] = PATTERN.exec(part) ?? [];
    if (name === undefined) return escapePattern(valueOf(part, variables));
    names.push(name);
    return `(${pattern!.replace(/(?<!\\)\((?!\?)/g, "(?:")})`;
  });
  const match = new RegExp(`^${source.join("")}$`, "s").exec(text);
  if (match === null) return false;
  for (const [index, name] of names.entries())
    if (name !== "") variables.set(name, match[index + 1]!);
  return true;
}

const escapePattern = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|]/g, "\\$&");
