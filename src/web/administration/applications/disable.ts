import { IdentityError } from "../../../domain/errors.ts";
import type { Client } from "../../../domain/model.ts";
import { button, field, form, lengthComplaint } from "../../kit/form.ts";
import { html } from "../../kit/html.ts";
import type { WebDependencies } from "../../request/dependencies.ts";
import { forRecent } from "../../request/guards.ts";
import {
  fieldValue,
  type PageContext,
  queryValue,
  type Route,
  seeOther,
  shownValue,
} from "../../request/page-context.ts";
import {
  administeredApplicationPath,
  administrationPage,
  forAdministrators,
} from "../administration-page.ts";
import { applicationActMessages } from "./act-messages.ts";

const PATH = "/administration/application/disable";

/** Returns the path of the page that asks for the reason. */
export const disablePath = (id: string): string => `${PATH}?${new URLSearchParams({ id })}`;

function disablePage(
  context: PageContext,
  { id, name }: Client,
  wrong?: string,
): Promise<Response> {
  const messages = applicationActMessages[context.language];
  const title = messages.disableTitle(name);
  const fields = html`${field({
      name: "reason",
      label: messages.reason,
      type: "text",
      autocomplete: "off",
      hint: messages.reasonHint,
      value: shownValue(context, "reason"),
      error: wrong,
      autofocus: true,
    })}
    ${button(messages.disableNow, { isSecond: true, isDangerous: true })}<a
      class="button second"
      href="${administeredApplicationPath(id)}"
      >${messages.cancel}</a
    >`;
  const body = html`<h1>${title}</h1>
    <ul class="points">
      ${messages.disableWhat.map((point) => html`<li>${point}</li>`)}
    </ul>
    ${form(context, { action: PATH, values: { id }, className: "stack short" }, fields)}`;
  return administrationPage(context, {
    title,
    tab: "applications",
    body,
    status: wrong === undefined ? 200 : 422,
    place: { path: PATH, parameters: [["id", id]] },
  });
}

export function disableRoutes(dependencies: WebDependencies): readonly Route[] {
  const { adminQueries, clientAdministration } = dependencies;
  const clientOf = async ({ requestContext }: PageContext, id: string): Promise<Client> =>
    (await adminQueries.client(requestContext, id)).client;
  return [
    {
      method: "GET",
      path: PATH,
      page: forAdministrators(
        forRecent(dependencies, async (context) =>
          disablePage(context, await clientOf(context, queryValue(context, "id"))),
        ),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forAdministrators(
        forRecent(
          dependencies,
          async (context) => {
            const id = fieldValue(context, "id");
            try {
              const reason = fieldValue(context, "reason").trim();
              await clientAdministration.disable(context.requestContext, id, reason);
              return seeOther(`${administeredApplicationPath(id)}&notice=disabled`);
            } catch (error) {
              if (!(error instanceof IdentityError) || error.reason !== "FIELD_INVALID")
                throw error;
              return disablePage(
                context,
                await clientOf(context, id),
                lengthComplaint(context, error, "reason")?.text ??
                  applicationActMessages[context.language].reasonWrong,
              );
            }
          },
          (context) => disablePath(fieldValue(context, "id")),
        ),
      ),
    },
  ];
}
