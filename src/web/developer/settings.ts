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
  applicationComplaint,
  readFields,
  requireReadable,
  type Wrong,
} from "./application-form.ts";
import { applicationPath, ofOwn, renderOwn } from "./own-application.ts";

const PATH = "/developer/application/settings";

export function settingsRoutes(dependencies: WebDependencies): readonly Route[] {
  const settingsPage = (
    context: PageContext,
    client: Client,
    fields: ApplicationFields,
    wrong?: Wrong,
  ): Promise<Response> => {
    const messages = applicationFormMessages[context.language];
    const content = html`${applicationFields(context, dependencies, {
      fields,
      wrong,
      hasPkceChoice: !client.public,
    })}
    ${button(messages.save)}`;
    const body = html`<h2>${messages.settings}</h2>
      <div class="short">
        ${form(context, { action: PATH, values: { id: client.id } }, content)}
      </div>`;
    return renderOwn(context, client, {
      title: messages.settings,
      body,
      status: wrong === undefined ? 200 : 422,
    });
  };
  return [
    {
      method: "GET",
      path: PATH,
      page: forUsers(
        ofOwn(dependencies, async (context, client) =>
          settingsPage(context, client, {
            ...client,
            apis: [
              ...client.apis,
              ...(await dependencies.apiRequests.of(client)).map(({ api }) => api),
            ],
          }),
        ),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forUsers(
        ofOwn(dependencies, async (context, client) => {
          const fields = readFields(context, dependencies, client);
          try {
            requireReadable(context);
            const { taken, asked } = dependencies.apiRequests.sort(fields.apis, client);
            await dependencies.clients.update(context.requestContext, client.id, {
              ...fields,
              apis: taken,
            });
            await dependencies.apiRequests.ask(context.requestContext, client, asked);
            return seeOther(`${applicationPath("overview", client.id)}&notice=saved`);
          } catch (error) {
            const wrong = applicationComplaint(context, error);
            if (wrong === undefined) throw error;
            return settingsPage(context, client, fields, wrong);
          }
        }),
      ),
    },
  ];
}
