// Pieces of pages: hono's template, into which every text goes escaped and with nothing hidden in
// it. It owns that rule, so that no page can forget it, and must not know whose the texts are.
import { html as template } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";
import { visibleText } from "../../domain/security/visible-text.ts";

export { raw } from "hono/html";

/** A piece of a page; whatever is put into one is escaped. */
export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** For each template, which of its values stand in an attribute. */
const attributes = new WeakMap<TemplateStringsArray, readonly boolean[]>();

/**
 * Whether what follows is in a tag: a form sends it back, or the browser follows it, so it stays as
 * it is, unless it is read out.
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

/** A piece of a page. What its texts hide is shown, but in attributes. */
export function html(strings: TemplateStringsArray, ...values: unknown[]): Html {
  const inAttribute = attributesOf(strings);
  return template(
    strings,
    ...values.map((value, index) => (inAttribute[index] === true ? value : shown(value))),
  );
}
