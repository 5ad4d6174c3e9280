import { html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import { tooLongField } from "../kit/fields.ts";
import { button, field, form, lengthComplaint } from "../kit/form.ts";
import { forRecent } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { applicationMessages } from "./application-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { namedId, seeOther, shownValue } from "../request/page-context.ts";
import { about, applicationPath, ofOwn, renderOwn } from "./own-application.ts";

const PATH = "/developer/application/delete";

/** Returns the path of the confirmation page. */
export const deletePath = (id: string): string => about(PATH, id);

function deletePage(context: PageContext, client: Client, wrong?: string): Promise<Response> {
  const messages = applicationMessages[context.language];
  const fields = html`${field({
      name: "name",
      label: messages.deleteName(client.name),
      type: "text",
      autocomplete: "off",
      error: wrong,
    })}
    ${button(messages.delete, { isSecond: true, isDangerous: true })}<a
      class="button second"
      href="${applicationPath("overview", client.id)}"
      >${messages.cancel}</a
    >`;
  const body = html`<h2>${messages.deleteTitle(client.name)}</h2>
    <ul class="points">
      ${messages.deleteWhy.map((point) => html`<li>${point}</li>`)}
    </ul>
    <div class="short">${form(context, { action: PATH, values: { id: client.id } }, fields)}</div>`;
  return renderOwn(context, client, {
    title: messages.delete,
    body,
    status: wrong === undefined ? 200 : 422,
  });
}

export function deletionRoutes(dependencies: WebDependencies): readonly Route[] {
  return [
    {
      method: "GET",
      path: PATH,
      page: forRecent(
        dependencies,
        ofOwn(dependencies, (context, client) => deletePage(context, client)),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forRecent(
        dependencies,
        ofOwn(dependencies, async (context, client) => {
          // A name that is too long can't be the application's.
          if (shownValue(context, "name").trim() !== client.name.trim())
            return deletePage(
              context,
              client,
              context.tooLong.has("name")
                ? lengthComplaint(context, tooLongField("name"), "name")?.text
                : applicationMessages[context.language].deleteWrong,
            );
          await dependencies.clients.delete(context.requestContext, client.id);
          return seeOther("/developer?notice=deleted");
        }),
        (context) => deletePath(namedId(context)),
      ),
    },
  ];
}
