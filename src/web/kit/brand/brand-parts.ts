// The parts of a page that show its brand. Without one they are as they have always been.
import { namedLinks } from "../../../domain/branding/link-names.ts";
import { html, type Html } from "../html.ts";
import type { PageContext } from "../../request/page-context.ts";

/** Renders the name. It may be of right-to-left letters, in a page of the other direction. */
export const brandName = ({
  brand: { name, isOwnName },
}: Pick<PageContext, "brand">): Html | string => (isOwnName ? name : html`<bdi>${name}</bdi>`);

/** Renders the link to the style sheet with the colours; it overrides the one before. */
export const brandStyleLink = ({ brand: { style } }: PageContext): Html | string =>
  style === "" ? "" : html`<link rel="stylesheet" href="${style}" /> `;

/** Renders the legal links; nothing without any. */
export function legalLinks({ brand, language }: PageContext): Html | string {
  const links = namedLinks(brand, language);
  return links.length === 0
    ? ""
    : html`<p class="legal">
        ${links.map(({ name, href }) => html`<a href="${href}">${name}</a>`)}
      </p>`;
}
