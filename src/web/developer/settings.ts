// The settings of an application. It owns the page and must not know what they change.
import { html } from "../kit/html.ts";
import type { Client } from "../../domain/model.ts";
import { button, form } from "../kit/form.ts";
import { forUsers } from "../request/guards.ts";
import type { WebDependencies } from "../request/dependencies.ts";
import { applicationFormMessages } from "./application-form-messages.ts";
import type { Route, PageContext } from "../request/page-context.ts";
import { seeOther } from "../request/page-context.ts";
import {
  type ApplicationFields,
  applicationFields,
  complaint,
  readFields,
  requireReadable,
  type Wrong,
} from "./application-form.ts";
import { applicationPath, ofOwn, renderOwn } from "./own-application.ts";

const PATH = "/developer/application/settings";

export function settingsRoutes(parts: WebDependencies): readonly Route[] {
  const settingsPage = (
    visit: PageContext,
    client: Client,
    fields: ApplicationFields,
    wrong?: Wrong,
  ): Promise<Response> => {
    const texts = applicationFormMessages[visit.language];
    const content = html`${applicationFields(visit, parts, fields, wrong)} ${button(texts.save)}`;
    const body = html`<h2>${texts.settings}</h2>
      <div class="short">${form(visit, PATH, { id: client.id }, content)}</div>`;
    return renderOwn(visit, client, texts.settings, body, {
      status: wrong === undefined ? 200 : 422,
    });
  };
  return [
    {
      method: "GET",
      path: PATH,
      page: forUsers(
        ofOwn(parts, async (visit, client) =>
          settingsPage(visit, client, {
            ...client,
            apis: [...client.apis, ...(await parts.apiRequests.of(client)).map(({ api }) => api)],
          }),
        ),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forUsers(
        ofOwn(parts, async (visit, client) => {
          const fields = readFields(visit, parts, client);
          try {
            requireReadable(visit);
            const { taken, asked } = parts.apiRequests.sort(fields.apis, client);
            await parts.clients.update(visit.context, client.id, { ...fields, apis: taken });
            await parts.apiRequests.ask(visit.context, client, asked);
            return seeOther(`${applicationPath("overview", client.id)}&notice=saved`);
          } catch (error) {
            const wrong = complaint(visit, error);
            if (wrong === undefined) throw error;
            return settingsPage(visit, client, fields, wrong);
          }
        }),
      ),
    },
  ];
}
