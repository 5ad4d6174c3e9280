import { html, type Html } from "./html.ts";
import { isAdministrator } from "../../domain/administration/administrators.ts";
import { form } from "./form.ts";
import { layoutMessages, type Section } from "./layout-messages.ts";
import type { PageContext } from "../request/page-context.ts";

/** The sections of the menu, and who sees them. */
const SECTIONS: readonly {
  readonly path: string;
  readonly name: Section;
  readonly isFor: (context: PageContext) => boolean;
}[] = [
  { path: "/account", name: "account", isFor: () => true },
  { path: "/developer", name: "developer", isFor: () => true },
  {
    path: "/administration",
    name: "administration",
    isFor: ({ requestContext }) => isAdministrator(requestContext.caller),
  },
];

const isAt = ({ path }: PageContext, section: string): boolean =>
  path === section || path.startsWith(`${section}/`);

/** Renders the menu with the sections that the user may open, and the sign-out button. */
export function menu(context: PageContext): Html {
  const messages = layoutMessages[context.language];
  const links = SECTIONS.filter(({ isFor }) => isFor(context)).map(
    ({ path, name }) =>
      html`<a href="${path}" ${isAt(context, path) ? html` aria-current="true"` : ""}
        >${messages.sections[name]}</a
      >`,
  );
  return html`<nav aria-label="${messages.menu}">
    ${links}${form(
      context,
      { action: "/sign-out", className: "inline" },
      html`<button>${messages.signOut}</button>`,
    )}
  </nav>`;
}

/** Renders the tabs of a section; `tab` is the path of the current one or of its parent. */
export const tabs = (
  { path }: PageContext,
  label: string,
  pages: readonly { readonly path: string; readonly name: string | Html }[],
  tab = path,
): Html =>
  html`<nav class="tabs" aria-label="${label}">
    ${pages.map(
      (page) =>
        html`<a
          href="${page.path}"
          ${page.path === tab ? html` aria-current="${tab === path ? "page" : "true"}"` : ""}
          >${page.name}</a
        >`,
    )}
  </nav>`;
