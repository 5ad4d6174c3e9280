// The deletion of an application. It owns the last question and must not know what ends with it.
import { html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import { tooLongField } from "../kit/fields.ts";
import { button, field, form, lengthComplaint } from "../kit/form.ts";
import { forRecent } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { applicationMessages } from "./application-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { seeOther, shownValue } from "../request/page-context.ts";
import { about, applicationPath, namedId, ofOwn, renderOwn } from "./own-application.ts";

const PATH = "/developer/application/delete";

/** The address of the question. */
export const deletePath = (id: string): string => about(PATH, id);

function deletePage(visit: PageContext, client: Client, wrong?: string): Promise<Response> {
  const texts = applicationMessages[visit.language];
  const fields = html`${field({ name: "name", label: texts.deleteName(client.name), type: "text", autocomplete: "off", error: wrong })}
    ${button(texts.delete, { isSecond: true, isDangerous: true })}<a
      class="button second"
      href="${applicationPath("overview", client.id)}"
      >${texts.cancel}</a
    >`;
  const body = html`<h2>${texts.deleteTitle(client.name)}</h2>
    <ul class="points">
      ${texts.deleteWhy.map((point) => html`<li>${point}</li>`)}
    </ul>
    <div class="short">${form(visit, PATH, { id: client.id }, fields)}</div>`;
  return renderOwn(visit, client, texts.delete, body, { status: wrong === undefined ? 200 : 422 });
}

export function deletionRoutes(parts: WebDependencies): readonly Route[] {
  return [
    {
      method: "GET",
      path: PATH,
      page: forRecent(
        parts,
        ofOwn(parts, (visit, client) => deletePage(visit, client)),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forRecent(
        parts,
        ofOwn(parts, async (visit, client) => {
          // A name that is too long is not the one that was asked for.
          if (shownValue(visit, "name").trim() !== client.name.trim())
            return deletePage(
              visit,
              client,
              visit.tooLong.has("name")
                ? lengthComplaint(visit, tooLongField("name"), "name")?.text
                : applicationMessages[visit.language].deleteWrong,
            );
          await parts.clients.delete(visit.context, client.id);
          return seeOther("/developer?notice=deleted");
        }),
        (visit) => deletePath(namedId(visit)),
      ),
    },
  ];
}
