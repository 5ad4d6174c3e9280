import { button, form } from "./form.ts";
import { html, type Html } from "./html.ts";
import { layoutMessages } from "./layout-messages.ts";
import type { PageContext } from "../request/page-context.ts";

/** An action that can't be undone. */
interface Confirmed {
  readonly label: string;
  /** What the action is about, for screen readers, when a page has several with one label. */
  readonly about?: string;
  /** What the action does. */
  readonly what: string;
  readonly action: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Renders a button that first says what it does, and acts only on a second one. */
export function confirmed(
  context: PageContext,
  { label, about = "", what, action, values }: Confirmed,
): Html {
  const name = about === "" ? "" : html` aria-label="${label}: ${about}"`;
  return html`<details class="confirmed">
    <summary class="button second small" ${name}>${label}</summary>
    <div>
      <p class="small">${what}</p>
      ${form(
        context,
        { action, values, className: "" },
        button(layoutMessages[context.language].confirm, {
          about: about === "" ? label : `${label}: ${about}`,
          isSmall: true,
          isSecond: true,
          isDangerous: true,
        }),
      )}
    </div>
  </details>`;
}
