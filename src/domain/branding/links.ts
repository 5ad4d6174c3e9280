import { invalidField } from "../errors.ts";
import { LEGAL_LINKS, type BrandValues, type LegalLink } from "./brand.ts";

/** The most characters of a link. */
export const MAX_LINK = 500;

const MAILBOX = /^mailto:[^\s@?&<>"]+@[^\s@?&<>"]+$/;

/** Returns the link as browsers write it; rejects one that is neither https nor mailto. */
function checkLink(field: string, text: string): string {
  const link = text.trim();
  const url = link.length > MAX_LINK ? null : URL.parse(link);
  const isWeb =
    url?.protocol === "https:" && url.username === "" && url.password === "" && url.hostname !== "";
  if (!isWeb && !(url?.protocol === "mailto:" && MAILBOX.test(link)))
    throw invalidField(
      field,
      `is not a link such as https://example.com/terms or mailto:help@example.com, ` +
        `of at most ${MAX_LINK} characters`,
    );
  return url.href;
}

/** Returns the links that are not empty. */
export function checkLinks(
  links: BrandValues["links"],
  fieldOf: (name: LegalLink) => string = (name) => `links.${name}`,
): BrandValues["links"] {
  const given = LEGAL_LINKS.filter((name) => (links[name]?.trim() ?? "") !== "");
  return Object.fromEntries(given.map((name) => [name, checkLink(fieldOf(name), links[name]!)]));
}
