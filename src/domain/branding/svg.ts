// SVG is a document that can run scripts and load others. Pages show it as `<img>`, where it does
// neither, and the server sends it with a policy that forbids both; this is the third fence.
import { invalidField } from "../errors.ts";

/** Elements that run, load, embed or change something. */
const ACTIVE = new RegExp(
  `<(?:[\\w.-]+:)?(${[
    "script|handler|listener|set|animate\\w*|foreignobject|image|feimage|a",
    "iframe|object|embed|audio|video|canvas|link|meta|base",
  ].join("|")})[\\s/>]`,
  "i",
);
/** `onload="…"` and its like. */
const HANDLER = /[\s"'/]on\w+\s*=/i;
/** A document type can declare entities, and other instructions load style sheets. */
const DECLARATION = /<!(?!--)|<\?(?!xml\s)/i;
/** A reference to something else than a part of the image. */
const OUTSIDE = /(?:href|src)\s*=\s*(?:"(?!#)|'(?!#)|[^\s"'#])|url\(\s*["']?(?!#)|@import/i;
const ENCODING = /^\s*<\?xml[^>]*\bencoding\s*=\s*["']([^"']*)["']/;

/** Rejects an SVG image that holds more than a picture. */
export function refuseActiveSvg(bytes: Buffer, field: string): void {
  const text = bytes.toString().replace(/^\ufeff/, "");
  const encoding = ENCODING.exec(text)?.[1] ?? "utf-8";
  if (!bytes.equals(Buffer.from(bytes.toString())) || !/^(?:utf-8|us-ascii)$/i.test(encoding))
    throw invalidField(field, "is an SVG image that is not in UTF-8");
  const active = ACTIVE.exec(text)?.[1];
  if (active !== undefined)
    throw invalidField(field, `is an SVG image with the element ${active.toLowerCase()}`);
  if (HANDLER.test(text)) throw invalidField(field, "is an SVG image with an event handler");
  if (DECLARATION.test(text))
    throw invalidField(field, "is an SVG image with a document type or an instruction");
  // In an attribute, a style or an escape a reference could hide: `\75rl(`, `&#117;rl(`.
  if (OUTSIDE.test(text) || /\\|&#/.test(text))
    throw invalidField(field, "is an SVG image that refers to something outside of itself");
}
