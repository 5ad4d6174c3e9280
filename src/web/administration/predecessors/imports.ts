import type { StateImportProgress } from "../../../domain/state/store.ts";
import { html, type Html } from "../../kit/html.ts";
import { moment } from "../../kit/times.ts";
import type { PageContext } from "../../request/page-context.ts";
import { originsPath } from "../origins/origin.ts";
import { predecessorMessages } from "./messages.ts";

/** Lists imports, each with a link to what it brought; nothing without any. */
export function importsSection(
  { language }: PageContext,
  imports: readonly StateImportProgress[],
): Html | string {
  const messages = predecessorMessages[language];
  if (imports.length === 0) return "";
  return html`<section>
    <h2>${messages.imports}</h2>
    <ul class="rows">
      ${imports.map(
        ({ id, startedAt, lines, invalid, finishedAt }) =>
          html`<li>
            <div>
              <a href="${originsPath(`import:${id}`, "user")}"><code>${id}</code></a>
              ${finishedAt === undefined ? html`<span class="badge">${messages.cutOff}</span>` : ""}
              <p class="quiet small">${messages.lines(lines, invalid)}</p>
            </div>
            <p class="quiet small">${moment(language, startedAt)}</p>
          </li>`,
      )}
    </ul>
  </section>`;
}
