import { html as template } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { visibleText } from "../../domain/security/visible-text.ts";

export { raw } from "hono/html";

/** A piece of a page. All values in it are escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** For each template: which of its values are in an attribute. */
const attributes = new WeakMap<TemplateStringsArray, readonly boolean[]>();

/**
 * Returns whether the next value is in an attribute. A browser sends or follows such a value, so it
 * must stay unchanged, except in attributes that screen readers read.
 */
const opensAttribute = (before: string): boolean =>
  (/<[^<>]*$/.test(before) || /="[^"]*$/.test(before)) &&
  !/ (?:aria-label|alt)="[^"]*$/.test(before);

function attributesOf(strings: TemplateStringsArray): readonly boolean[] {
  const known =
    attributes.get(strings) ??
    strings.map((_, index) => opensAttribute(strings.slice(0, index + 1).join("")));
  attributes.set(strings, known);
  return known;
}

const shown = (value: unknown): unknown =>
  typeof value === "string" ? visibleText(value) : Array.isArray(value) ? value.map(shown) : value;

/**
 * Renders a piece of a page. Hidden characters in texts are made visible, but not in attributes.
 */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  const inAttribute = attributesOf(strings);
  return template(
    strings,
    ...values.map((value, index) => (inAttribute[index] === true ? value : shown(value))),
  );
}
