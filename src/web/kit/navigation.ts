// The menu of whoever is signed in. It owns which parts of the pages there are for whom, and must
// not know what is in them.
import { html } from "./html.ts";
import { isAdministrator } from "../../domain/administration/administrators.ts";
import { form } from "./form.ts";
import type { Html } from "./layout.ts";
import { layoutMessages, type Section } from "./layout-messages.ts";
import type { PageContext } from "../request/page-context.ts";

/** The parts of the pages, each at its address and below it, for those of whom `isFor` says so. */
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

/** The parts that the visitor may go to, and the way out. */
export function menu(context: PageContext): Html {
  const messages = layoutMessages[context.language];
  const links = SECTIONS.filter(({ isFor }) => isFor(context)).map(
    ({ path, name }) =>
      html`<a href="${path}" ${isAt(context, path) ? html` aria-current="true"` : ""}
        >${messages.sections[name]}</a
      >`,
  );
  return html`<nav aria-label="${messages.menu}">
    ${links}${form(context, "/sign-out", {}, html`<button>${messages.signOut}</button>`, "inline")}
  </nav>`;
}

/** The pages of one part; `tab` is the one that the visitor is at, or below. */
export const tabs = (
  { path }: PageContext,
  label: string,
  pages: readonly { readonly path: string; readonly name: string }[],
  tab = path,
): Html =>
  html`<nav class="tabs" aria-label="${label}">
    ${pages.map((page) => html`<a href="${page.path}" ${page.path === tab ? html` aria-current="${tab === path ? "page" : "true"}"` : ""}>${page.name}</a>`)}
  </nav>`;
