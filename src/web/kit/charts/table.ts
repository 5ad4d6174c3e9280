import { html, type Html } from "../html.ts";

/** Renders a table that scrolls by itself when it is wider than the page. */
export const scrollTable = (
  title: string,
  headings: readonly string[],
  rows: readonly Html[],
): Html =>
  html`<div class="scroll" tabindex="0" role="region" aria-label="${title}">
    <table>
      <thead>
        <tr>
          ${headings.map((heading) => html`<th scope="col">${heading}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows}
      </tbody>
    </table>
  </div>`;
