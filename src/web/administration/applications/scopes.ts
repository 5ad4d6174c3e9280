import { IdentityError } from "../../../domain/errors.ts";
import type { Client } from "../../../domain/model.ts";
import { CLIENT_SCOPES, EVERY_SCOPE, isClientScope } from "../../../domain/oauth/clients/scopes.ts";
import { tooLongField } from "../../kit/fields.ts";
import { button, checkboxes, field, form, lengthComplaint } from "../../kit/form.ts";
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
import { administrationApplicationMessages } from "./messages.ts";
import { applicationActMessages } from "./act-messages.ts";

const PATH = "/administration/application/scopes";

/** Returns the path of the page that chooses the scopes. */
export const scopesPath = (id: string): string => `${PATH}?${new URLSearchParams({ id })}`;

/** Returns whether an application can act for itself, which is what these scopes are for. */
export const mayHaveScopes = ({ public: isPublic, grantTypes }: Client): boolean =>
  !isPublic && grantTypes.includes("client_credentials");

function scopesPage(
  context: PageContext,
  { id, name }: Client,
  scopes: readonly string[],
  wrong?: string,
): Promise<Response> {
  const messages = applicationActMessages[context.language];
  const title = messages.scopesTitle(name);
  const fields = html`${checkboxes(
      "checkbox",
      administrationApplicationMessages[context.language].scopes,
      CLIENT_SCOPES.map((scope) => ({
        name: `scope_${scope}`,
        value: "yes",
        label: scope,
        hint: messages.scopeNames[scope],
        isTicked: scopes.includes(scope),
      })),
    )}
    ${
      scopes.includes(EVERY_SCOPE) && wrong === undefined
        ? ""
        : field({
            name: "name",
            label: messages.confirmAdmin(name),
            type: "text",
            autocomplete: "off",
            hint: messages.confirmAdminHint,
            isOptional: true,
            error: wrong,
          })
    }
    ${button(messages.save)}<a class="button second" href="${administeredApplicationPath(id)}"
      >${messages.cancel}</a
    >`;
  const body = html`<h1>${title}</h1>
    <p class="quiet">${messages.scopesWhat}</p>
    ${form(context, { action: PATH, values: { id }, className: "stack short" }, fields)}`;
  return administrationPage(context, {
    title,
    tab: "applications",
    body,
    status: wrong === undefined ? 200 : 422,
    place: { path: PATH, parameters: [["id", id]] },
  });
}

export function scopesRoutes(dependencies: WebDependencies): readonly Route[] {
  const { adminQueries, clients } = dependencies;
  const clientOf = async ({ requestContext }: PageContext, id: string): Promise<Client> =>
    (await adminQueries.client(requestContext, id)).client;
  const save = async (context: PageContext): Promise<Response> => {
    const client = await clientOf(context, fieldValue(context, "id"));
    const given = CLIENT_SCOPES.filter((scope) => fieldValue(context, `scope_${scope}`) !== "");
    const isConfirmed = shownValue(context, "name").trim() === client.name.trim();
    const isAdminNew = given.includes(EVERY_SCOPE) && !client.scopes.includes(EVERY_SCOPE);
    if (context.tooLong.has("name") || (isAdminNew && !isConfirmed)) {
      // A name that is too long can't be the application's.
      const tooLong = context.tooLong.has("name")
        ? lengthComplaint(context, tooLongField("name"), "name")?.text
        : undefined;
      const wrong = tooLong ?? applicationActMessages[context.language].confirmAdminWrong;
      return scopesPage(context, client, given, wrong);
    }
    const scopes = [...client.scopes.filter((scope) => !isClientScope(scope)), ...given];
    const back = administeredApplicationPath(client.id);
    try {
      await clients.update(context.requestContext, client.id, { scopes });
      return seeOther(`${back}&notice=scoped`);
    } catch (error) {
      const isRefused =
        error instanceof IdentityError &&
        ["SCOPE_INVALID", "FIELD_INVALID", "REDIRECT_URI_INVALID"].includes(error.reason);
      if (!isRefused) throw error;
      return seeOther(`${back}&notice=refused`);
    }
  };
  return [
    {
      method: "GET",
      path: PATH,
      page: forAdministrators(
        forRecent(dependencies, async (context) => {
          const client = await clientOf(context, queryValue(context, "id"));
          return scopesPage(context, client, client.scopes);
        }),
      ),
    },
    {
      method: "POST",
      path: PATH,
      page: forAdministrators(
        forRecent(dependencies, save, (context) => scopesPath(fieldValue(context, "id"))),
      ),
    },
  ];
}
